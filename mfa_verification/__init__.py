"""The engine: verifies how an Auth0 tenant enrolls users in MFA. It knows no pytest and no steps."""

__version__ = "0.1.0"
