"""The engine: verifies how an Auth0 tenant enrolls users in MFA. It depends on neither pytest nor steps."""

__version__ = "0.1.0"
