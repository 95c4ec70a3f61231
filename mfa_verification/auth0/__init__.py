"""What the suite asks of an Auth0 tenant, endpoint by endpoint."""
