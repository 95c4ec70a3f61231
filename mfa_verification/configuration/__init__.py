"""Tenant settings: read, judged, arranged for a scenario and restored."""
