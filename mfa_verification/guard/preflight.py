"""Preflight, our half: what must hold on our side before a scenario can learn anything about the tenant.

A mistake that the user must mend is a `ProfileError` (exit 4); a dependency that is down is
`Inconclusive` (exit 75); a token endpoint that answers the operator with nonsense is a `TenantFault`.
The tenant's own half is never looked at here: that is what scenarios judge.
"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.universal_login.browser import BrowserUnavailable, LoginBrowser, launch_arguments
from mfa_verification.guard.allow_list import check_allowed
from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.numbers import NumberMint
from mfa_verification.phones.phone import wording_of
from mfa_verification.phones.provider import PhoneProvider, ProviderMisconfigured
from mfa_verification.phones.registry import factory_of
from mfa_verification.profile import Application, Profile, ProfileError
from mfa_verification.verdict.cause import Cause

ALLOW_LIST = "tenants.toml"
TO_WRITE = {
    "create:users": "to make people",
    "read:users": "to find a person whose making was cut short",
    "delete:users": "to remove them again",
}
TO_READ = {
    "read:authentication_methods": "to see a person's factors as the operator does",
    "read:guardian_factors": "to see which factors are on",
    "read:clients": "to see the applications' grants",
    "read:tenant_settings": "to know the tenant's friendly name",
}


def make_ready(profile: Profile, root: Path) -> LoginBrowser:
    """Check allow-list, hosts, certificate, credentials, scopes, phone provider and browser, in that order.

    Returns the started browser. Nothing was written to the tenant by then.
    """
    check_allowed(profile, root / ALLOW_LIST)
    phones = _phones(profile)
    for name, host in _hosts(profile):
        _check_resolves(name, host, profile)
        _check_certificate(name, host, profile)
    browser = browser_for(profile)
    tenant = Tenant(profile, browser)
    try:
        _check_operator(tenant)
        _check_applications(profile, tenant)
        _check_phones(phones)
        browser.start()
    except BrowserUnavailable as missing:
        raise ProfileError(str(missing)) from None
    finally:
        tenant.close()
    return browser


def browser_for(profile: Profile) -> LoginBrowser:
    """Return the browser of a run, not started, pinned to the tenant's certificates where their CA is private."""
    arguments = launch_arguments(
        [host for _, host in _hosts(profile)],
        profile.ca_bundle,
        [application.callback for application in profile.applications],
    )
    return LoginBrowser(profile.browser_path, profile.browser_ws_endpoint, arguments)


def _hosts(profile: Profile) -> list[tuple[str, str]]:
    hosts = [("AUTH0_DOMAIN", profile.domain)]
    return [*hosts, ("AUTH0_CUSTOM_DOMAIN", profile.custom_domain)] if profile.custom_domain else hosts


def _check_resolves(name: str, host: str, profile: Profile) -> None:
    """A name that does not resolve while another one does is a mistake; where none does, it is trouble."""
    try:
        socket.getaddrinfo(urlsplit(f"//{host}").hostname, None)
    except socket.gaierror as error:
        others = [
            profile.domain,
            profile.custom_domain,
            urlsplit(profile.phone_settings.get("PHONE_INBOX_URL", "")).netloc,
        ]
        if error.errno == socket.EAI_NONAME or any(_resolves(other) for other in others if other and other != host):
            raise ProfileError(f"{name} is {host}, and no such host is known: look for a slip of the pen") from None
        raise Inconclusive(
            Cause.TENANT_UNREACHABLE, f"{host} cannot be looked up: is this machine's DNS down?"
        ) from None


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(urlsplit(f"//{host}").hostname, None)
    except (socket.gaierror, UnicodeError):
        return False
    return True


def _check_certificate(name: str, host: str, profile: Profile) -> None:
    where = urlsplit(f"//{host}")
    try:
        context = ssl.create_default_context(cafile=str(profile.ca_bundle) if profile.ca_bundle else None)
    except ssl.SSLError:
        raise ProfileError(
            f"AUTH0_CA_BUNDLE is {profile.ca_bundle}, and that is no PEM file with a certificate"
        ) from None
    try:
        with (
            socket.create_connection((where.hostname, where.port or 443), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=where.hostname),
        ):
            return
    except ssl.SSLCertVerificationError as error:
        hint = (
            "AUTH0_CA_BUNDLE is not the CA that signed it"
            if profile.ca_bundle
            else "set AUTH0_CA_BUNDLE if its CA is private"
        )
        raise ProfileError(
            f"the certificate of {host} ({name}) is not accepted: {error.verify_message}; {hint}"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Inconclusive(Cause.TENANT_UNREACHABLE, f"{host} ({name}) cannot be reached: {reason}") from None


def _check_operator(tenant: Tenant) -> None:
    outcome = tenant.operator_sign_in()
    if outcome.refusal:
        raise ProfileError(
            f"the tenant refused AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET: {outcome.refusal}"
        )
    needed = TO_READ if tenant.profile.mode == "read-only" else TO_WRITE | TO_READ
    for scope, purpose in needed.items():
        if scope not in tenant.operator_scopes():
            raise ProfileError(
                f"the application of AUTH0_MANAGEMENT_CLIENT_ID lacks the scope {scope}, which is needed {purpose}: "
                "grant it on the Management API"
            )


def _check_applications(profile: Profile, tenant: Tenant) -> None:
    """A code that never was is refused with 403; 401 says that the application itself is not accepted."""
    for prefix, application in zip(("AUTH0_WEB", "AUTH0_SPA"), profile.applications, strict=True):
        try:
            refusal = tenant.authentication.probe(application).refusal
        except TenantFault:
            continue  # an answer that no conforming tenant gives is for scenarios to judge
        if refusal and refusal.status == 401 and not _is_set_up_otherwise(tenant, application):
            settings = (
                f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET" if application.client_secret else f"{prefix}_CLIENT_ID"
            )
            raise ProfileError(f"the tenant does not accept {settings} ({application.name}): {refusal}")


def _is_set_up_otherwise(tenant: Tenant, application: Application) -> bool:
    """Say whether the application is there and authenticates in another way than it should: the tenant's half."""
    try:
        method = tenant.management.application(application.client_id).token_endpoint_auth_method
    except (TenantFault, Inconclusive):
        return False
    return method != ("none" if application.client_secret is None else "client_secret_post")


def _phones(profile: Profile) -> PhoneProvider:
    try:
        NumberMint(profile.phone_number_pattern, 0, 1, 0)
        wording_of("", profile.phone_code_pattern)
        return factory_of(profile.phone_provider)(profile.phone_settings)
    except (ProviderMisconfigured, ValueError) as mistake:
        raise ProfileError(str(mistake)) from None


def _check_phones(phones: PhoneProvider) -> None:
    try:
        phones.preflight()
    except ProviderMisconfigured as mistake:
        raise ProfileError(str(mistake)) from None
