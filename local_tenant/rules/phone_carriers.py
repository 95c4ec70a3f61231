"""Who carries texts: the vendor's own service, Twilio, or a provider of the tenant's own (contract, 7.4)."""

from __future__ import annotations

from typing import Any

from local_tenant import wording
from local_tenant.phone_provider import TRIGGERS, PhoneProvider, of_secrets
from local_tenant.rules.base import Rule


class PhoneCarriers(Rule):
    """What the operator chose, and whether that can carry anything. What is carried goes to the inbox or to an address."""  # noqa: E501

    def problem(self, channel: str) -> str | None:
        """Say why no text, or call, can leave; None where one can."""
        if self.is_unified():
            return self._unified_problem("text" if channel == "sms" else "voice")
        match self.tenant.settings.phone.selected_provider:
            case "auth0":
                return None
            case "twilio":
                return None if self.twilio_is_set_up(self.tenant.settings.phone.twilio) else "twilio: no credentials"
        return None if self._own() else "phone-message-hook: nothing is deployed"

    def custom(self) -> PhoneProvider | None:
        """Return where texts are posted to; None where the vendor's service or Twilio takes them."""
        if self.is_unified():
            provider = self.provider()
            return self._own() if provider is not None and provider["name"] == "custom" else None
        return self._own() if self.tenant.settings.phone.selected_provider == "phone-message-hook" else None

    def is_unified(self) -> bool:
        """Tenants since March 2025 have the unified experience; here the tenant file says so."""
        return self.tenant.settings.phone.experience == "unified"

    def provider(self) -> dict[str, Any] | None:
        """The unified experience has one provider at a time; without one the vendor's own service carries."""
        return next(iter(self.tenant.settings.phone.providers.values()), None)

    def twilio_is_set_up(self, given: dict[str, str]) -> bool:
        """Account, token and sender must be there; whether the account is real nobody asks here."""
        sender = given.get("from") or given.get("messaging_service_sid")
        return bool(given.get("sid") and given.get("auth_token") and sender)

    def template(self, kind: str) -> str:
        """The unified experience's own, `otp_enroll` or `otp_verify`; the vendor's words without one."""
        branded = self.tenant.settings.phone.branded.values()
        own = [one for one in branded if one["type"] == kind and not one["disabled"]]
        return str(own[0]["content"]["body"]["text"]) if own else wording.UNIFIED

    def _unified_problem(self, method: str) -> str | None:
        provider = self.provider()
        if provider is None:
            return None
        if provider["disabled"]:
            return "the phone provider is disabled"
        if provider["name"] == "custom":
            return None if self._own() else "custom: no action is deployed"
        configuration = provider["configuration"]
        if method not in configuration.get("delivery_methods", ()):
            return f"twilio: it does not deliver by {method}"
        given = {
            "sid": configuration.get("sid"), "auth_token": provider["credentials"].get("auth_token"),
            "from": configuration.get("default_from"), "messaging_service_sid": configuration.get("mssid"),
        }  # fmt: skip
        return None if self.twilio_is_set_up(given) else "twilio: no credentials"

    def _own(self) -> PhoneProvider | None:
        """Actions run no code here: one that is deployed and bound is known by its secrets.

        URL and TOKEN name where messages are posted; INBOX_URL, INBOX_TOKEN and TEST_RECIPIENTS are the inbox's Action.
        """
        settings = self.tenant.settings
        for binding in settings.bindings.get(TRIGGERS[settings.phone.experience], []):
            action = settings.actions.get(binding["action"]["id"])
            known = {one["name"]: one["value"] for one in action["secrets"]} if action else {}
            if action is not None and action["all_changes_deployed"] and (own := of_secrets(known)):
                return own
        return None
