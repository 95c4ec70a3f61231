"""Factors that a test user has in hand: the authenticator app."""
