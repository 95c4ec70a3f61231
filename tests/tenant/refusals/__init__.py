"""The table of refusals: each row of `local_tenant/errors.py`, the smallest request that meets it, and its answer."""
