"""Test users: created for one scenario, with a phone of their own, and removed."""
