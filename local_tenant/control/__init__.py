"""What tests do to a tenant, and people look at: the control API, siblings, the dashboard."""
