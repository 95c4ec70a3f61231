"""Tests that the suite detects every fault of the local tenant."""
