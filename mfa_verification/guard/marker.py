"""What the tenant itself says: that it may be verified, that it is the one that was named, and who is in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import TenantFault
from mfa_verification.guard.allow_list import Allowed, check_words
from mfa_verification.settings.profile import ProfileError
from mfa_verification.users.mark import EMAIL_DOMAIN, is_reserved

MARKER = "mfa_verification"
DANGEROUS_ENDS = (":client_keys", ":client_credentials")
DANGEROUS = ("delete:clients", "delete:connections")


def marker_of(domain: str) -> str:
    """Return what the marker says: it names its tenant, so that a copy on another one is worth nothing."""
    return f"allowed:{domain}"


def check_redirects(tenant: Tenant) -> None:
    """Raise `ProfileError` where the tenant's host sends its callers elsewhere."""
    for host, answer in tenant.front_doors():
        if 300 <= answer.status < 400:
            raise ProfileError(f"{host} redirects elsewhere: it is no tenant, or one that has moved")
        said = answer.body.get("issuer") if isinstance(answer.body, dict) else None
        if isinstance(said, str) and urlsplit(said).netloc.lower() not in ("", host):
            raise ProfileError(
                f"{host} calls itself {urlsplit(said).netloc}: do AUTH0_DOMAIN and AUTH0_CUSTOM_DOMAIN mix two tenants?"
            )


def check_scopes(scopes: frozenset[str]) -> None:
    """Raise `ProfileError` for a scope that would let the suite do what cannot be undone."""
    for scope in sorted(scopes):
        if scope in DANGEROUS or scope.endswith(DANGEROUS_ENDS):
            raise ProfileError(
                f"the application of AUTH0_MANAGEMENT_CLIENT_ID has the scope {scope}, which is dangerous and "
                "never needed: take it away on the Management API"
            )


def check_token(tenant: Tenant) -> None:
    """Raise `ProfileError` unless the operator's token is of this tenant, for its Management API."""
    issuer, audience = tenant.operator_token_names()
    domain = tenant.profile.domain
    if urlsplit(issuer).netloc.lower() != domain or f"https://{domain}/api/v2/" not in audience:
        raise ProfileError(f"the token for the management application is of {issuer or 'nobody'}, not of {domain}")


def check_may_be_written(tenant: Tenant, allowed: Allowed) -> None:
    """Raise `ProfileError` unless the tenant carries the marker, and its connection is for tests alone."""
    check_words(tenant.profile.mode, tenants_name=tenant.name)
    for application in tenant.profile.applications:
        _check_marked(tenant, application.client_id, f"the {application.name}")
    connection = tenant.management.connection(tenant.profile.connection)
    if connection is None:
        raise ProfileError(
            f"AUTH0_CONNECTION is {tenant.profile.connection}, and the tenant has no connection of that name "
            "(Authentication > Database)"
        )
    for client_id in sorted(connection.enabled_clients):
        _check_marked(tenant, client_id, f"an application that uses the connection {connection.name}")
    _check_people(tenant, allowed)


def _check_marked(tenant: Tenant, client_id: str, whose: str) -> None:
    wanted = marker_of(tenant.profile.domain)
    try:
        settings = tenant.management.application(client_id)
    except TenantFault:
        raise ProfileError(f"{whose} ({client_id}) cannot be read, so that its marker is not known") from None
    found = settings.client_metadata.get(MARKER)
    if found == wanted:
        return
    other = f"is '{found}'" if found else "is missing"
    raise ProfileError(
        f"the marker of {whose} ({settings.name}) {other}: nothing is written to a tenant that has not asked for it; "
        f"set {MARKER} = {wanted} (Applications > Advanced Settings > Application Metadata)"
    )


def _check_people(tenant: Tenant, allowed: Allowed) -> None:
    name = tenant.profile.connection
    total, emails = tenant.management.people_in(name)
    if total > allowed.people:
        raise ProfileError(
            f"{total} people are in the connection {name}, and {allowed.people} are the most: is it one for tests? "
            "(tenants.toml may say `people`)"
        )
    for email in emails:
        if not is_reserved(email):
            raise ProfileError(
                f"somebody in the connection {name} has an e-mail address outside {EMAIL_DOMAIN}: "
                "the suite wants a connection of its own"
            )
