"""Whether texts go where the suite reads them: what the tenant shows of its phone provider (contract, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import need_scope
from mfa_verification.configuration.phone_action import HOOK, NAME, PROVIDERS, SELECTED, UNIFIED, trigger_of
from mfa_verification.phones.registry import factory_of

WHERE = {True: "Branding > Phone Provider", False: "Security > Multi-factor Auth > Phone Message"}


def delivery_problem(tenant: Tenant) -> str | None:
    """Return what is wrong, in the dashboard's words; None where it fits. `NotApplicable` where nobody may look.

    The vendor's own service is never wrong here: what it does with a number, nobody shows.
    """
    trigger = trigger_of(tenant.management)
    unified = trigger == UNIFIED
    provider = _unified(tenant) if unified else _older(tenant)
    if provider is None:
        return None
    if provider.get("disabled"):
        return f"the phone provider {provider.get('name')} is off ({WHERE[unified]})"
    by_carrier, reader = factory_of(tenant.profile.phone_provider).carrier, tenant.profile.phone_provider
    if provider.get("name") == "twilio":
        wrong = f"texts go out through Twilio, and PHONE_PROVIDER={reader} reads none of those ({WHERE[unified]})"
        return None if by_carrier else wrong
    if provider.get("name") not in ("custom", HOOK):
        return None
    need_scope(tenant, "read:actions", "where texts go")
    deployed = _deployed(tenant, trigger)
    if not deployed:
        return f"the phone provider is custom, and no Action for {trigger} is deployed (Actions > Library)"
    if by_carrier and deployed == [NAME]:
        return f"the Action {NAME} hands texts to the inbox, and PHONE_PROVIDER={reader} reads none of those"
    return None


def _unified(tenant: Tenant) -> Mapping[str, Any] | None:
    need_scope(tenant, "read:phone_providers", "where texts go")
    found = tenant.management.ask("read the phone provider", "GET", PROVIDERS).mapping().get("providers")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else None


def _older(tenant: Tenant) -> Mapping[str, Any]:
    return {"name": tenant.management.ask("read the phone provider", "GET", SELECTED).mapping().get("provider")}


def _deployed(tenant: Tenant, trigger: str) -> list[str]:
    path = f"/actions/actions?{urlencode({'triggerId': trigger, 'per_page': 100})}"
    found = tenant.management.ask("read the Actions", "GET", path).mapping().get("actions") or []
    return [str(one.get("name")) for one in found if one.get("deployed_version") or one.get("all_changes_deployed")]
