"""Finds problems in the tenant's configuration and describes them in the dashboard's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mfa_verification.auth0.authentication import GRANT_REFRESH_TOKEN
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import need_scope
from mfa_verification.configuration.phone_action import HOOK, NAME, PROVIDERS, SELECTED, UNIFIED, trigger_of
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.phones.registry import factory_of

METHODS = {False: ("client_secret_post", "client_secret_basic"), True: ("none",)}
"""Allowed client authentication methods of confidential and of public applications (AF-CLIENT-01)."""
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  # names to compare with, not to listen on


def mfa_grant_problem(tenant: Tenant, application: str) -> str | None:
    """Find missing MFA grants; confirming factors needs all three."""
    missing = tenant.missing_mfa_grants(application)
    where = "Applications > Advanced Settings > Grant Types"
    return f"the {application} lacks the grant {', '.join(missing)} ({where})" if missing else None


def callback_problem(tenant: Tenant, application: str) -> str | None:
    """Find a callback that is not listed, character by character."""
    own = tenant.application(application)
    if own.callback in tenant.settings_of(application).callbacks:
        return None
    where = "Applications > Settings > Allowed Callback URLs"
    return f"the {application} does not list the callback {own.callback} ({where})"


def connection_problem(tenant: Tenant, application: str) -> str | None:
    """Find an application for which the connection is not enabled."""
    name = tenant.profile.connection
    connection = tenant.management.connection(name)
    if connection is None:
        return f"there is no connection {name} (Authentication > Database)"
    if tenant.application(application).client_id in connection.enabled_clients:
        return None
    return f"the connection {name} is not enabled for the {application} (Authentication > Database > Applications)"


def authentication_method_problem(tenant: Tenant, application: str) -> str | None:
    """Find a wrong client authentication method: a web application has a secret, a single-page application has none."""
    wanted = METHODS[tenant.application(application).client_secret is None]
    found = tenant.settings_of(application).token_endpoint_auth_method
    if found in wanted:
        return None
    where = "Applications > Credentials > Authentication Method"
    return f"the {application} authenticates by {found or 'a key'}, not by {' or '.join(wanted)} ({where})"


def loopback_callback_problem(tenant: Tenant, application: str) -> str | None:
    """Find loopback callbacks without a confirmation page (AF-AUTHZ-26, AF-AUTHZ-27)."""
    settings = tenant.settings_of(application)
    found = [one for one in settings.callbacks if urlsplit(one).hostname in LOOPBACK_HOSTS]
    if not found or not settings.skips_confirmation:
        return None
    where = "Applications > Settings > Allowed Callback URLs"
    return f"the {application} sends codes without confirmation to a loopback callback: {found[0]} ({where})"


def refresh_tokens_problem(tenant: Tenant, application: str) -> str | None:
    """Find refresh tokens of a public application that do not rotate or do not expire."""
    settings = tenant.settings_of(application)
    if tenant.application(application).client_secret is not None or GRANT_REFRESH_TOKEN not in settings.grant_types:
        return None
    rotates, ends = (
        settings.refresh_token.get(name) == wanted
        for name, wanted in (("rotation_type", "rotating"), ("expiration_type", "expiring"))
    )
    where = "Applications > Settings > Refresh Token Rotation"
    if not rotates:
        return f"a refresh token of the {application} can be used more than once ({where})"
    return None if ends else f"the refresh tokens of the {application} never expire ({where})"


DEPENDENT = ("email", "recovery-code")
"""Factors that work only beside another one (AF-LIMIT-19)."""
TWILIO, DUO = "/guardian/factors/phone/providers/twilio", "/guardian/factors/duo/settings"
BINDINGS = "/actions/triggers/post-login/bindings"
CHOOSES = re.compile(r"\bapi\s*\.\s*authentication\s*\.\s*(?:challengeWith|enrollWith)(?:Any)?\b")
"""Calls in an Action that have no effect unless Actions may customize MFA (AF-PHONE-16)."""
ATTACKS = "Security > Attack Protection"


def policy_problem(tenant: Tenant) -> str | None:
    """Find a policy that requires MFA while no factor can be used alone."""
    need_scope(tenant, "read:mfa_policies", "the MFA policy")
    if not tenant.management.policies() or any(
        on and name not in DEPENDENT for name, on in tenant.management.factors().items()
    ):
        return None
    return "the policy requires MFA, but no factor is enabled that works alone (Security > Multi-factor Auth)"


def phone_account_problem(tenant: Tenant) -> str | None:
    """Find Twilio selected without an account; the unified phone experience does not allow that."""
    if tenant.management.has_unified_phones():
        return None
    if _ask(tenant, "read the phone provider", SELECTED).get("provider") != "twilio":
        return None
    account = _ask(tenant, "read the phone provider", TWILIO)
    if account.get("sid") and (account.get("from") or account.get("messaging_service_sid")):
        return None
    return "Twilio is selected, without an account or without a sender (Security > Multi-factor Auth > Phone Message)"


def duo_problem(tenant: Tenant) -> str | None:
    """Find the factor Duo without the keys of an account."""
    if not tenant.management.factors().get("duo"):
        return None
    settings = _ask(tenant, "read Duo's settings", DUO)
    missing = [name for name in ("ikey", "host") if not settings.get(name)]
    return (
        f"the factor Duo is enabled without {' and '.join(missing)} (Security > Multi-factor Auth)" if missing else None
    )


def protection_problem(path: str, name: str) -> Callable[[Tenant], str | None]:
    """Return a function that finds a protection that is off or does not block."""

    def problem(tenant: Tenant) -> str | None:
        need_scope(tenant, "read:attack_protection", name)
        found = _ask(tenant, "read the attack protection", f"/attack-protection/{path}")
        if not found.get("enabled"):
            return f"{name} is off ({ATTACKS})"
        return None if "block" in (found.get("shields") or ()) else f"{name} does not block ({ATTACKS})"

    return problem


def check_brute_force_protection(tenant: Tenant, times: int) -> None:
    """Raise `NotApplicable` unless brute-force protection blocks after so many failures, from all addresses."""
    protection = "brute-force protection"
    if problem := protection_problem("brute-force-protection", protection)(tenant):
        raise NotApplicable(f"this needs {protection}: {problem}")
    found = _ask(tenant, "read the attack protection", "/attack-protection/brute-force-protection")
    if found.get("allowlist") or found.get("max_attempts") != times:
        raise NotApplicable(f"this needs {protection} after {times} wrong passwords, for all addresses ({ATTACKS})")


def actions_problem(tenant: Tenant) -> str | None:
    """Find an Action that chooses factors while Actions may not customize MFA."""
    need_scope(tenant, "read:actions", "what the Actions of the sign-in do")
    flags = _ask(tenant, "read the tenant's settings", "/tenants/settings").get("flags") or {}
    if flags.get("customize_mfa_in_postlogin_action"):
        return None
    bound = _ask(tenant, "read the Actions of the sign-in", BINDINGS).get("bindings") or ()
    for action in [one.get("action") or {} for one in bound]:
        shown = _ask(tenant, "read an Action", f"/actions/actions/{quote(str(action.get('id')), safe='')}")
        if CHOOSES.search(str((shown.get("deployed_version") or shown).get("code"))):
            where = "Security > Multi-factor Auth > Customize MFA Factors using Actions"
            return f"the Action {action.get('name')} chooses factors, but Actions may not do so ({where})"
    return None


def _ask(tenant: Tenant, action: str, path: str) -> Mapping[str, Any]:
    return tenant.management.ask(action, "GET", path).mapping()


OLDER_TEMPLATES, UNIFIED_TEMPLATES = "/guardian/factors/phone/templates", "/branding/phone/templates"
KINDS = {"otp_enroll": "enrollment", "otp_verify": "sign-in"}
OLDER_KINDS = {"enrollment_message": "enrollment", "verification_message": "sign-in"}
"""The names of the templates in each phone experience, and ours."""
TEMPLATES_SHOWN = {True: "Branding > Phone Provider > Templates", False: "Security > Multi-factor Auth > Phone Message"}
_VARIABLE = re.compile(r"\{\{-?\s*([\w.]+)[^}]*\}\}")
_LOGIC = "{%"
_SMALL = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
"""The GSM alphabet (3GPP TS 23.038). Any other character makes every character of the SMS message take two bytes."""


def code_problem(tenant: Tenant) -> str | None:
    """Find templates that do not show the code."""
    return _template_problem(tenant, "does not show its code", lambda text: "code" in _VARIABLE.findall(text))


def name_problem(tenant: Tenant) -> str | None:
    """Find templates that do not name the sender, with a variable for a name or with the tenant's own name."""

    def is_named(text: str) -> bool:
        return any(name.endswith("name") for name in _VARIABLE.findall(text)) or tenant.name.lower() in text.lower()

    return _template_problem(tenant, "does not name its sender", is_named)


def length_problem(tenant: Tenant) -> str | None:
    """Find templates longer than one SMS message. Raises `NotApplicable` if that cannot be computed."""
    unknown = [kind for kind, text in templates(tenant).items() if _filled(text, tenant.name) is None]
    problem = _template_problem(
        tenant, "does not fit in one message", lambda text: _fits(_filled(text, tenant.name) or "")
    )
    if problem is None and unknown:
        raise NotApplicable(f"the length of the SMS message of {unknown[0]} depends on variables or Liquid logic")
    return problem


def templates(tenant: Tenant) -> dict[str, str]:
    """Return the tenant's own templates by kind; Auth0's are used where it has none."""
    unified = tenant.management.has_unified_phones()
    if unified:
        need_scope(tenant, "read:phone_templates", "the text of SMS messages")
        listed = tenant.management.ask("read the SMS messages", "GET", UNIFIED_TEMPLATES).mapping().get("templates")
        found = {str(one.get("type")): _text_of(one) for one in listed or () if not one.get("disabled")}
        return {kind: found[name] for name, kind in KINDS.items() if found.get(name)}
    shown = tenant.management.ask("read the SMS messages", "GET", OLDER_TEMPLATES).mapping()
    return {kind: str(shown[name]) for name, kind in OLDER_KINDS.items() if shown.get(name)}


def _text_of(template: Mapping[str, Any]) -> str:
    return str(((template.get("content") or {}).get("body") or {}).get("text") or "")


def _template_problem(tenant: Tenant, what: str, is_right: Any) -> str | None:
    wrong = [kind for kind, text in templates(tenant).items() if not is_right(text)]
    if not wrong:
        return None
    where = TEMPLATES_SHOWN[tenant.management.has_unified_phones()]
    return f"the SMS message of {' and '.join(wrong)} {what} ({where})"


def _filled(text: str, name: str) -> str | None:
    """Return the text that a user gets; None where that cannot be computed."""
    known = {"code": "000000", "friendly_name": name, "tenant.friendly_name": name}
    if _LOGIC in text or not set(_VARIABLE.findall(text)) <= known.keys():
        return None
    return _VARIABLE.sub(lambda found: known[found[1]], text)


def _fits(text: str) -> bool:
    """Return whether a text fits in one SMS message: 160 characters of the GSM alphabet, else 70."""
    if set(text) <= _SMALL | _DOUBLE:
        return len(text) + sum(mark in _DOUBLE for mark in text) <= 160
    return len(text.encode("utf-16-le")) // 2 <= 70


WHERE = {True: "Branding > Phone Provider", False: "Security > Multi-factor Auth > Phone Message"}


def delivery_problem(tenant: Tenant) -> str | None:
    """Find SMS messages that do not arrive where PHONE_PROVIDER reads them. Raises `NotApplicable` without the scope.

    Auth0's own delivery service counts as right: its route cannot be read.
    """
    trigger = trigger_of(tenant.management)
    unified = trigger == UNIFIED
    provider = _unified_provider(tenant) if unified else _older_provider(tenant)
    if provider is None:
        return None
    if provider.get("disabled"):
        return f"the phone provider {provider.get('name')} is off ({WHERE[unified]})"
    by_carrier, reader = factory_of(tenant.profile.phone_provider).carrier, tenant.profile.phone_provider
    if provider.get("name") == "twilio":
        wrong = f"SMS messages are sent with Twilio, where PHONE_PROVIDER={reader} cannot read them ({WHERE[unified]})"
        return None if by_carrier else wrong
    if provider.get("name") not in ("custom", HOOK):
        return None
    need_scope(tenant, "read:actions", "where SMS messages are sent")
    deployed = _deployed(tenant, trigger)
    if not deployed:
        return f"the phone provider is custom, but no Action for {trigger} is deployed (Actions > Library)"
    if by_carrier and deployed == [NAME]:
        return f"the Action {NAME} posts SMS messages to the inbox, where PHONE_PROVIDER={reader} cannot read them"
    return None


def _unified_provider(tenant: Tenant) -> Mapping[str, Any] | None:
    need_scope(tenant, "read:phone_providers", "where SMS messages are sent")
    found = tenant.management.ask("read the phone provider", "GET", PROVIDERS).mapping().get("providers")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else None


def _older_provider(tenant: Tenant) -> Mapping[str, Any]:
    return {"name": tenant.management.ask("read the phone provider", "GET", SELECTED).mapping().get("provider")}


def _deployed(tenant: Tenant, trigger: str) -> list[str]:
    path = f"/actions/actions?{urlencode({'triggerId': trigger, 'per_page': 100})}"
    found = tenant.management.ask("read the Actions", "GET", path).mapping().get("actions") or []
    return [str(one.get("name")) for one in found if one.get("deployed_version") or one.get("all_changes_deployed")]
