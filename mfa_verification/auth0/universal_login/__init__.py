"""Signing in through the tenant's own pages, in a real browser."""
