"""Tests of the local tenant with published clients of Auth0 and OAuth 2.0, unchanged."""
