"""What tests do to a tenant, and users look at: the control API, siblings, the dashboard."""
