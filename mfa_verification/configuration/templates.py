"""What the tenant's texts say: the templates that the operator sees (contract, 7.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import need_scope
from mfa_verification.core.outcome import NotApplicable

OLDER, UNIFIED = "/guardian/factors/phone/templates", "/branding/phone/templates"
KINDS = {"otp_enroll": "enrolment", "otp_verify": "sign-in"}
OLDER_KINDS = {"enrollment_message": "enrolment", "verification_message": "sign-in"}
"""How each phone experience calls them, and how we do."""
WHERE = {True: "Branding > Phone Provider > Templates", False: "Security > Multi-factor Auth > Phone Message"}
_VARIABLE = re.compile(r"\{\{-?\s*([\w.]+)[^}]*\}\}")
_LOGIC = "{%"
_SMALL = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
"""The alphabet of texts (3GPP TS 23.038): what is in neither makes every character of a text take two bytes."""


def code_problem(tenant: Tenant) -> str | None:
    """Return which text does not show its code."""
    return _problem(tenant, "does not show its code", lambda text: "code" in _VARIABLE.findall(text))


def name_problem(tenant: Tenant) -> str | None:
    """Return which text does not say who sends it: by a variable for a name, or the tenant's own name."""

    def is_named(text: str) -> bool:
        return any(name.endswith("name") for name in _VARIABLE.findall(text)) or tenant.name.lower() in text.lower()

    return _problem(tenant, "names nobody as its sender", is_named)


def length_problem(tenant: Tenant) -> str | None:
    """Return which text takes more than one message; `NotApplicable` where a template decides what it says."""
    untold = [kind for kind, text in templates(tenant).items() if _filled(text, tenant.name) is None]
    problem = _problem(tenant, "does not fit in one message", lambda text: _fits(_filled(text, tenant.name) or ""))
    if problem is None and untold:
        raise NotApplicable(f"how long this tenant's text of an {untold[0]} is, its template decides each time")
    return problem


def templates(tenant: Tenant) -> dict[str, str]:
    """Return the tenant's own templates by their kind; where it has none, the vendor's words are used."""
    unified = tenant.management.has_unified_phones()
    if unified:
        need_scope(tenant, "read:phone_templates", "what texts say")
        listed = tenant.management.ask("read the texts", "GET", UNIFIED).mapping().get("templates")
        found = {str(one.get("type")): _words(one) for one in listed or () if not one.get("disabled")}
        return {kind: found[name] for name, kind in KINDS.items() if found.get(name)}
    shown = tenant.management.ask("read the texts", "GET", OLDER).mapping()
    return {kind: str(shown[name]) for name, kind in OLDER_KINDS.items() if shown.get(name)}


def _words(template: Mapping[str, Any]) -> str:
    return str(((template.get("content") or {}).get("body") or {}).get("text") or "")


def _problem(tenant: Tenant, what: str, is_fine: Any) -> str | None:
    wrong = [kind for kind, text in templates(tenant).items() if not is_fine(text)]
    return (
        f"the text of {' and '.join(wrong)} {what} ({WHERE[tenant.management.has_unified_phones()]})" if wrong else None
    )


def _filled(text: str, name: str) -> str | None:
    """Return a text as people get it; None where that cannot be told."""
    known = {"code": "000000", "friendly_name": name, "tenant.friendly_name": name}
    if _LOGIC in text or not set(_VARIABLE.findall(text)) <= known.keys():
        return None
    return _VARIABLE.sub(lambda found: known[found[1]], text)


def _fits(text: str) -> bool:
    """One message holds 160 small characters, or 70 where one of them is not small."""
    if set(text) <= _SMALL | _DOUBLE:
        return len(text) + sum(mark in _DOUBLE for mark in text) <= 160
    return len(text.encode("utf-16-le")) // 2 <= 70
