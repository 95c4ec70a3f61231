"""A small Auth0 tenant on loopback; one process is one tenant. `python -m local_tenant serve` starts it."""
