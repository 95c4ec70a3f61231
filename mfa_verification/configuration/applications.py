"""What the operator has set on an application under test, and what is wrong with it, in the dashboard's words."""

from __future__ import annotations

from urllib.parse import urlsplit

from mfa_verification.auth0.authentication import GRANT_REFRESH_TOKEN
from mfa_verification.auth0.tenant import Tenant

METHODS = {False: ("client_secret_post", "client_secret_basic"), True: ("none",)}
"""How an application proves itself at the token endpoint, by whether it is a public one (contract, 3.1)."""
OWN_MACHINE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  # names to look for, not to listen on


def mfa_grant_problem(tenant: Tenant, application: str) -> str | None:
    """Confirming a factor takes the three MFA grants."""
    missing = tenant.missing_mfa_grants(application)
    where = "Applications > Advanced Settings > Grant Types"
    return f"the {application} lacks the grant {', '.join(missing)} ({where})" if missing else None


def callback_problem(tenant: Tenant, application: str) -> str | None:
    """A sign-in ends at an address that is listed, character by character."""
    own = tenant.application(application)
    if own.callback in tenant.settings_of(application).callbacks:
        return None
    where = "Applications > Settings > Allowed Callback URLs"
    return f"the {application} does not list the callback {own.callback} ({where})"


def connection_problem(tenant: Tenant, application: str) -> str | None:
    """People of the connection sign in where it is enabled."""
    name = tenant.profile.connection
    connection = tenant.management.connection(name)
    if connection is None:
        return f"there is no connection {name} (Authentication > Database)"
    if tenant.application(application).client_id in connection.enabled_clients:
        return None
    return f"the connection {name} is not enabled for the {application} (Authentication > Database > Applications)"


def authentication_method_problem(tenant: Tenant, application: str) -> str | None:
    """A regular web application has a secret, a single-page application has none."""
    wanted = METHODS[tenant.application(application).client_secret is None]
    found = tenant.settings_of(application).token_endpoint_auth_method
    if found in wanted:
        return None
    where = "Applications > Credentials > Authentication Method"
    return f"the {application} authenticates by {found or 'a key'}, not by {' or '.join(wanted)} ({where})"


def own_machine_problem(tenant: Tenant, application: str) -> str | None:
    """A callback there is confirmed by the person, unless the operator switched that off (contract, 1.8)."""
    settings = tenant.settings_of(application)
    found = [one for one in settings.callbacks if urlsplit(one).hostname in OWN_MACHINE]
    if not found or not settings.skips_confirmation:
        return None
    where = "Applications > Settings > Allowed Callback URLs"
    return f"the {application} sends codes unasked to whatever listens on a person's own machine: {found[0]} ({where})"


def refresh_tokens_problem(tenant: Tenant, application: str) -> str | None:
    """Of a public application alone: who has no secret can prove by nothing else that a token is theirs."""
    settings = tenant.settings_of(application)
    if tenant.application(application).client_secret is not None or GRANT_REFRESH_TOKEN not in settings.grant_types:
        return None
    rotates, ends = (
        settings.refresh_token.get(name) == wanted
        for name, wanted in (("rotation_type", "rotating"), ("expiration_type", "expiring"))
    )
    where = "Applications > Settings > Refresh Token Rotation"
    if not rotates:
        return f"a refresh token of the {application} stays good when it was used ({where})"
    return None if ends else f"the refresh tokens of the {application} never come to an end ({where})"
