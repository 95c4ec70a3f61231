"""The settings of a tenant, and where they come from."""
