"""Requests to the tenant: pooled, recorded, and with one way to meet trouble."""
