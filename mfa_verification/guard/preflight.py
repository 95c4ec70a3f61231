"""The preflight: checks settings, hosts, credentials and the phone provider before the first scenario.

A mistake of the user is a `ProfileError` (exit 4), a dependency that is down is `Inconclusive` (exit 75), and a
malformed response to the administrator's token request is a `TenantFault`. The tenant's own settings are read here
once; the scenarios of `features/configuration/` judge them.
"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import METHODS
from mfa_verification.configuration.setting_checks import SettingChecks, check_all_settings
from mfa_verification.core.clock import check_clock
from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.core.verdict import Cause
from mfa_verification.guard.permission import (
    addresses_of,
    check_allowed,
    check_may_be_written,
    check_redirects,
    check_scopes,
    check_token,
    check_words,
    is_loopback,
)
from mfa_verification.login.browser import BrowserUnavailable, LoginBrowser, WatchOptions, launch_arguments
from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import wording_of
from mfa_verification.phones.provider import PhoneProvider
from mfa_verification.phones.registry import factory_of
from mfa_verification.settings.profile import Application, Profile, ProfileError
from mfa_verification.transport import proxies_for

ALLOW_LIST = "tenants.toml"
TO_WRITE = {
    "create:users": "to create users",
    "read:users": "to find a user whose creation was cut short",
    "update:users": "to lock the tenant during a run",
    "delete:users": "to remove users",
}
TO_CHANGE = {
    "update:guardian_factors": "for --allow-tenant-changes",
    "update:clients": "for --allow-tenant-changes",
    "update:mfa_policies": "for --allow-tenant-changes",
}
TO_READ = {
    "read:authentication_methods": "to see a user's factors as the administrator does",
    "read:guardian_factors": "to see which factors are enabled",
    "read:clients": "to see the applications' grants and the marker",
    "read:connections": "to see which applications use the connection",
    "read:tenant_settings": "to read the tenant's friendly name",
}

USEFUL = frozenset(
    {
        *TO_CHANGE,
        "delete:authentication_methods",
        "read:logs",
        "read:logs_users",
        "read:phone_providers",
        "read:phone_templates",
        "read:mfa_policies",
        "read:attack_protection",
        "read:actions",
    }
)
"""Scopes that are not required but allow more checks."""


def run_preflight(profile: Profile, root: Path, *, changes: bool = False) -> tuple[LoginBrowser, list[str]]:
    """Check everything that does not depend on the tenant's configuration, without writing to the tenant.

    Returns the browser, not yet started, and notes for the user. The order: allow-list, names, hosts, certificates,
    redirects, credentials, scopes, token, clock, marker, connection and its users, applications, phone provider.
    `changes`: scenarios may change the tenant's settings.
    """
    allowed = check_allowed(profile, root / ALLOW_LIST)
    check_words(profile.mode, domain=profile.domain, custom_domain=profile.custom_domain)
    phones = _phones(profile)
    for name, host in _hosts(profile):
        # Behind a proxy, the proxy resolves names and connects: DNS and TLS of this machine say nothing.
        if not proxies_for(f"https://{host}"):
            _check_resolves(name, host, profile)
            _check_certificate(name, host, profile)
    browser = browser_for(profile)
    tenant = Tenant(profile, browser)
    try:
        check_redirects(tenant)
        surplus = _check_administrator(tenant, changes=changes)
        check_token(tenant)
        check_clock(tenant.clock)
        _check_applications(profile, tenant)
        if profile.mode != "read-only":
            check_may_be_written(tenant, allowed)
        _check_phones(phones)
        return browser, [*surplus, *_loopback_callbacks(tenant)]
    finally:
        tenant.close()


def start_browser(browser: LoginBrowser) -> None:
    """Start the browser. Raises `ProfileError` where there is none."""
    try:
        browser.start()
    except BrowserUnavailable as missing:
        raise ProfileError(str(missing)) from None


def check_tenant_settings(profile: Profile, browser: LoginBrowser) -> SettingChecks:
    """Check the tenant's settings, after those that a killed run changed were restored."""
    tenant = Tenant(profile, browser)
    try:
        return check_all_settings(tenant)
    finally:
        tenant.close()


def browser_for(profile: Profile) -> LoginBrowser:
    """Return the browser of a run, not started; with a private CA it trusts only the tenant's certificates."""
    arguments = launch_arguments(
        [host for _, host in _hosts(profile)],
        profile.ca_bundle,
        [application.callback for application in profile.applications],
    )
    watched = WatchOptions(profile.headed, profile.slow_mo)
    return LoginBrowser(profile.browser_path, profile.browser_ws_endpoint, arguments, watched)


def _hosts(profile: Profile) -> list[tuple[str, str]]:
    hosts = [("AUTH0_DOMAIN", profile.domain)]
    return [*hosts, ("AUTH0_CUSTOM_DOMAIN", profile.custom_domain)] if profile.custom_domain else hosts


def _check_resolves(name: str, host: str, profile: Profile) -> None:
    """Raise `ProfileError` for an unknown host, and `Inconclusive` where no other host can be resolved either."""
    try:
        socket.getaddrinfo(urlsplit(f"//{host}").hostname, None)
    except socket.gaierror as error:
        others = [
            profile.domain,
            profile.custom_domain,
            urlsplit(profile.phone_settings.get("PHONE_INBOX_URL", "")).netloc,
        ]
        if error.errno == socket.EAI_NONAME or any(addresses_of(other) for other in others if other and other != host):
            raise ProfileError(f"{name} is {host}, but there is no such host: check the spelling") from None
        raise Inconclusive(Cause.TENANT_UNREACHABLE, f"{host} cannot be resolved: check this machine's DNS") from None


def _check_certificate(name: str, host: str, profile: Profile) -> None:
    where = urlsplit(f"//{host}")
    try:
        context = ssl.create_default_context(cafile=str(profile.ca_bundle) if profile.ca_bundle else None)
    except ssl.SSLError:
        raise ProfileError(
            f"AUTH0_CA_BUNDLE is {profile.ca_bundle}, but that is not a PEM file with a certificate"
        ) from None
    try:
        with (
            socket.create_connection((where.hostname, where.port or 443), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=where.hostname),
        ):
            return
    except ssl.SSLCertVerificationError as error:
        hint = (
            "AUTH0_CA_BUNDLE does not contain the CA that signed it"
            if profile.ca_bundle
            else "set AUTH0_CA_BUNDLE if its CA is private"
        )
        raise ProfileError(
            f"the certificate of {host} ({name}) is not accepted: {error.verify_message}; {hint}"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Inconclusive(Cause.TENANT_UNREACHABLE, f"{host} ({name}) cannot be reached: {reason}") from None


def _check_administrator(tenant: Tenant, *, changes: bool) -> list[str]:
    outcome = tenant.administrator_sign_in()
    if outcome.refusal:
        raise ProfileError(
            f"the tenant refused AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET: {outcome.refusal}"
        )
    needed = TO_READ if tenant.profile.mode == "read-only" else TO_WRITE | TO_READ | (TO_CHANGE if changes else {})
    for scope, purpose in needed.items():
        if scope not in tenant.administrator_scopes():
            raise ProfileError(
                f"the application of AUTH0_MANAGEMENT_CLIENT_ID lacks the scope {scope}, which is needed {purpose}: "
                "grant it on the Management API"
            )
    check_scopes(tenant.administrator_scopes())
    surplus = sorted(tenant.administrator_scopes() - TO_READ.keys() - TO_WRITE.keys() - USEFUL)
    return [f"the management application has scopes that are not needed: {', '.join(surplus)}"] if surplus else []


def _loopback_callbacks(tenant: Tenant) -> list[str]:
    """Return a note for each loopback callback, which has drawbacks at sign-in (AF-AUTHZ-26, AF-AUTHZ-28)."""
    return [
        f"the callback of the {application.name} is on this machine: Auth0 shows a confirmation page at sign-in and "
        "refuses silent authentication; use an https callback, which need not be served"
        for application in tenant.profile.applications
        if is_loopback(urlsplit(application.callback).netloc)
        and not tenant.management.application(application.client_id).skips_confirmation
    ]


def _check_applications(profile: Profile, tenant: Tenant) -> None:
    """Raise `ProfileError` where a made-up code is refused with 401 (403 is usual): the application is not accepted."""
    for prefix, application in zip(("AUTH0_WEB", "AUTH0_SPA"), profile.applications, strict=True):
        try:
            refusal = tenant.authentication.probe(application).refusal
        except TenantFault:
            continue  # a malformed response is judged by the scenarios
        if refusal and refusal.status == 401 and not _is_set_up_otherwise(tenant, application):
            settings = (
                f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET" if application.client_secret else f"{prefix}_CLIENT_ID"
            )
            raise ProfileError(f"the tenant does not accept {settings} ({application.name}): {refusal}")


def _is_set_up_otherwise(tenant: Tenant, application: Application) -> bool:
    """Return whether the application exists and has another authentication method: a scenario judges that."""
    try:
        method = tenant.management.application(application.client_id).token_endpoint_auth_method
    except (TenantFault, Inconclusive):
        return False
    return method not in METHODS[application.client_secret is None]


def _phones(profile: Profile) -> PhoneProvider:
    try:
        NumberGenerator(profile.phone_number_pattern, 0, 1, 0)
        wording_of("", profile.phone_code_pattern)
        return factory_of(profile.phone_provider)(profile.phone_settings)
    except (ProviderMisconfigured, ValueError) as mistake:
        raise ProfileError(str(mistake)) from None


def _check_phones(phones: PhoneProvider) -> None:
    try:
        phones.preflight()
    except ProviderMisconfigured as mistake:
        raise ProfileError(str(mistake)) from None
