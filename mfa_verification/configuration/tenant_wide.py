"""What the operator has set for the whole tenant, beside its factors: who is asked, who is stopped, what runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import need_scope
from mfa_verification.configuration.phone_action import SELECTED
from mfa_verification.core.outcome import NotApplicable

DEPENDENT = ("email", "recovery-code")
"""Factors that need another one beside them (contract, 8)."""
TWILIO, DUO = "/guardian/factors/phone/providers/twilio", "/guardian/factors/duo/settings"
BINDINGS = "/actions/triggers/post-login/bindings"
CHOOSES = re.compile(r"\bapi\s*\.\s*authentication\s*\.\s*(?:challengeWith|enrollWith)(?:Any)?\b")
"""Commands of an Action that have no effect unless the tenant lets Actions choose factors (contract, 8)."""
ATTACKS = "Security > Attack Protection"


def policy_problem(tenant: Tenant) -> str | None:
    """Whoever is asked for a second factor must be able to have one."""
    need_scope(tenant, "read:mfa_policies", "whom the policy asks for a second factor")
    if not tenant.management.policies() or any(
        on and name not in DEPENDENT for name, on in tenant.management.factors().items()
    ):
        return None
    return "the policy asks for a second factor, and no factor is on that stands alone (Security > Multi-factor Auth)"


def phone_account_problem(tenant: Tenant) -> str | None:
    """Twilio carries texts for an account only; in the unified experience none can be chosen without."""
    if tenant.management.has_unified_phones():
        return None
    if _ask(tenant, "read the phone provider", SELECTED).get("provider") != "twilio":
        return None
    account = _ask(tenant, "read the phone provider", TWILIO)
    if account.get("sid") and (account.get("from") or account.get("messaging_service_sid")):
        return None
    return "texts go out through Twilio, which has no account or sender (Security > Multi-factor Auth > Phone Message)"


def duo_problem(tenant: Tenant) -> str | None:
    """Duo asks nobody without the keys of an account."""
    if not tenant.management.factors().get("duo"):
        return None
    settings = _ask(tenant, "read Duo's settings", DUO)
    missing = [name for name in ("ikey", "host") if not settings.get(name)]
    return (
        f"the factor Duo is on, and lacks {' and '.join(missing)} (Security > Multi-factor Auth)" if missing else None
    )


def protection_problem(path: str, name: str) -> Callable[[Tenant], str | None]:
    """Return what says whether a protection is on, and stops whom it finds."""

    def problem(tenant: Tenant) -> str | None:
        need_scope(tenant, "read:attack_protection", name)
        found = _ask(tenant, "read the attack protection", f"/attack-protection/{path}")
        if not found.get("enabled"):
            return f"{name} is off ({ATTACKS})"
        return None if "block" in (found.get("shields") or ()) else f"{name} stops nobody ({ATTACKS})"

    return problem


def see_that_guessing_is_stopped(tenant: Tenant, times: int) -> None:
    """Raise `NotApplicable` where whoever is wrong so often need not be kept out, as the operator set it up."""
    protection = "brute-force protection"
    if problem := protection_problem("brute-force-protection", protection)(tenant):
        raise NotApplicable(f"this needs {protection}: {problem}")
    found = _ask(tenant, "read the attack protection", "/attack-protection/brute-force-protection")
    if found.get("allowlist") or found.get("max_attempts") != times:
        raise NotApplicable(f"this needs {protection} after {times} wrong passwords, from any address ({ATTACKS})")


def actions_problem(tenant: Tenant) -> str | None:
    """An Action that chooses factors does so only where the tenant lets Actions choose."""
    need_scope(tenant, "read:actions", "what the Actions of the sign-in do")
    flags = _ask(tenant, "read the tenant's settings", "/tenants/settings").get("flags") or {}
    if flags.get("customize_mfa_in_postlogin_action"):
        return None
    bound = _ask(tenant, "read the Actions of the sign-in", BINDINGS).get("bindings") or ()
    for action in [one.get("action") or {} for one in bound]:
        shown = _ask(tenant, "read an Action", f"/actions/actions/{quote(str(action.get('id')), safe='')}")
        if CHOOSES.search(str((shown.get("deployed_version") or shown).get("code"))):
            where = "Security > Multi-factor Auth > Customize MFA Factors using Actions"
            return f"the Action {action.get('name')} chooses factors, and Actions may not ({where})"
    return None


def _ask(tenant: Tenant, action: str, path: str) -> Mapping[str, Any]:
    return tenant.management.ask(action, "GET", path).mapping()
