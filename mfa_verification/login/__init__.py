"""Signing in through the tenant's own pages, in a browser or over HTTP."""
