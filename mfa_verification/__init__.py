"""The engine: verifies how an Auth0 tenant enrols people in MFA. It knows no pytest and no steps."""

__version__ = "0.1.0"
