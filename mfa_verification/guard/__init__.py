"""What must hold before anything is done to a tenant."""
