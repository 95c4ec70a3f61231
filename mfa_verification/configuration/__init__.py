"""Tenant settings: checks them, and changes and restores them for a scenario."""
