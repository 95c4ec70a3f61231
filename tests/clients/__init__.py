"""Clients that others wrote, against the local tenant, unchanged."""
