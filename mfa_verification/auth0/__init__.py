"""Clients for the APIs of an Auth0 tenant."""
