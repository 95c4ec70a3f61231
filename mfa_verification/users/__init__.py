"""Test users: created for one scenario, each with a phone, and removed afterwards."""
