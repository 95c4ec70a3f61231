"""Every scope of the Management API that the local tenant knows (AF-MGMT-01)."""

from __future__ import annotations

_BY_ACTION = {
    "create": "users authentication_methods guardian_enrollment_tickets clients client_keys resource_servers "
    "client_grants connections phone_providers phone_templates client_credentials actions",
    "read": "users authentication_methods sessions refresh_tokens guardian_factors mfa_policies guardian_enrollments "
    "clients client_summary client_keys resource_servers client_grants connections logs logs_users tenant_settings "
    "phone_providers phone_templates grants attack_protection prompts client_credentials actions",
    "update": "client_credentials "
    "users authentication_methods guardian_factors mfa_policies clients client_keys resource_servers "
    "client_grants connections tenant_settings phone_providers phone_templates attack_protection prompts actions",
    "delete": "users authentication_methods guardian_enrollments sessions refresh_tokens clients client_keys "
    "resource_servers client_grants connections phone_providers phone_templates grants client_credentials actions",
}

ALL = tuple(f"{action}:{thing}" for action, things in _BY_ACTION.items() for thing in things.split())
