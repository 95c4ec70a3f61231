"""Test controls: what tests change on a running tenant beside Auth0's own APIs, and the dashboard."""
