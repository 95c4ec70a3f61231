"""Installs the inbox's Action as a tenant's phone provider, and removes it again.

The former configuration is stored in the last line of the Action's code, on the tenant itself, so that any machine can
restore it. The Action is created first and deleted last, so an interrupted installation can be completed or removed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from mfa_verification.auth0.management import ManagementApi
from mfa_verification.core.clock import Deadline, wait_until
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.settings.profile import ProfileError
from mfa_verification.transport import Response, Value

NAME = "mfa-verification-phone-inbox"
CODE = Path(__file__).parents[2] / "phone_inbox" / "auth0_action" / "action.js"
BEFORE = "// before the installation: "
UNIFIED, OLDER = "custom-phone-provider", "send-phone-message"
"""The trigger of each phone experience (AF-PHONE-11)."""
VERSIONS = {UNIFIED: "v1", OLDER: "v2"}
HOOK = "phone-message-hook"
NEEDED = {
    UNIFIED: [f"{verb}:phone_providers" for verb in ("read", "create", "update", "delete")],
    OLDER: ["read:guardian_factors", "update:guardian_factors"],
}
SCOPES = [f"{verb}:actions" for verb in ("read", "create", "update", "delete")]
BUILD_SECONDS = 120.0
PROVIDERS, SELECTED = "/branding/phone/providers", "/guardian/factors/phone/selected-provider"


@dataclass(frozen=True, slots=True)
class PhoneSetup:
    """The current phone configuration of a tenant."""

    trigger: str
    ours: Mapping[str, Any] | None
    """The installed Action."""
    others: Mapping[str, str]
    """Other Actions for the trigger: ids and names."""
    bound: list[str]
    """The ids of the Actions bound to the trigger, in order."""
    provider: Mapping[str, Any] | None
    """The provider in the unified phone experience."""
    selected: str | None
    """The provider in the older phone experience."""

    @property
    def before(self) -> dict[str, Any]:
        """Return the configuration to restore: the one stored in the installed Action, else the current one."""
        if self.ours is None:
            disabled = None if self.provider is None else self.provider.get("disabled") is True
            return {"bound": self.bound, "disabled": disabled, "selected": self.selected}
        last = str(self.ours.get("code", "")).rstrip().rpartition("\n")[2]
        try:
            found = json.loads(last.removeprefix(BEFORE))
        except ValueError:
            found = None
        if not isinstance(found, dict) or not {"bound", "disabled", "selected"} <= found.keys():
            raise ProfileError(
                f"the Action {NAME} was edited, and its last line no longer says what to restore: "
                "delete it by hand (Actions > Library) and choose the phone provider again"
            )
        return found


def trigger_of(administrator: ManagementApi) -> str:
    """Return the trigger of the tenant's phone experience; the older one where the tenant does not say."""
    return UNIFIED if administrator.has_unified_phones() else OLDER


@dataclass(frozen=True, slots=True)
class Installation:
    """Installs and removes the Action; with `dry_run` it only reports what it would do."""

    _api: ManagementApi
    """With scopes to change Actions and the phone provider."""
    _trigger: str
    """The result of `trigger_of`."""
    _say: Callable[[str], None]
    dry_run: bool

    def install(self, secrets: Mapping[str, Secret | str]) -> None:
        """Send the tenant's SMS messages to the inbox; `secrets` are the Action's, by name."""
        found = self._look()
        self._refuse_unrestorable(found)
        code = f"{CODE.read_text()}\n{BEFORE}{json.dumps(found.before)}\n"
        body: dict[str, Value] = {"code": code, "secrets": [{"name": one, "value": secrets[one]} for one in secrets]}
        if found.ours is None:
            triggers: list[Value] = [{"id": found.trigger, "version": VERSIONS[found.trigger]}]
            body |= {"name": NAME, "supported_triggers": triggers, "runtime": "node22"}
            id_ = self._write(f"create the Action {NAME} for {found.trigger}", "POST", "/actions/actions", body)
        else:
            id_ = str(found.ours["id"])
            self._write(f"update the Action {NAME}", "PATCH", f"/actions/actions/{_quoted(id_)}", body)
        self._await_built(id_)
        self._write(f"deploy the Action {NAME}", "POST", f"/actions/actions/{_quoted(id_)}/deploy", {})
        if found.bound != [id_]:
            self._bind(found.trigger, [id_])
        if found.trigger == OLDER:
            if found.selected != HOOK:
                self._write(f"select the phone provider {HOOK}", "PUT", SELECTED, {"provider": HOOK})
        elif found.provider is None:
            body = {"name": "custom", "configuration": {"delivery_methods": ["text"]}, "credentials": {}}
            self._write("create the phone provider custom", "POST", PROVIDERS, body)
        elif found.provider.get("disabled"):
            self._switch(found.provider, disabled=False)

    def _await_built(self, id_: str) -> None:
        """Wait until the draft is built: it cannot be deployed before."""
        if self.dry_run:
            return
        path = f"/actions/actions/{_quoted(id_)}"

        def look() -> bool | None:
            return self._read(path).mapping().get("status") == "built" or None

        if not wait_until(f"the Action {NAME} to be built", look, Deadline(BUILD_SECONDS), 2.0):
            unbuilt = f"the Action {NAME} was not built within {BUILD_SECONDS:.0f} s: install again later"
            raise Inconclusive(Cause.TENANT_UNAVAILABLE, unbuilt)

    def uninstall(self) -> bool:
        """Restore the former configuration; return False where nothing is installed."""
        found = self._look()
        if found.ours is None:
            return False
        before = found.before
        if found.trigger == OLDER:
            if before["selected"] and found.selected != before["selected"]:
                words = f"select the phone provider {before['selected']}"
                self._write(words, "PUT", SELECTED, {"provider": before["selected"]})
        elif found.provider is not None and found.provider.get("name") == "custom":
            if before["disabled"] is None:
                self._write("delete the phone provider custom", "DELETE", _provider(found.provider))
            elif found.provider.get("disabled") is not before["disabled"]:
                self._switch(found.provider, disabled=before["disabled"])
        id_ = str(found.ours["id"])
        if id_ in found.bound:
            self._bind(found.trigger, [one for one in before["bound"] if one in found.others])
        self._write(f"delete the Action {NAME}", "DELETE", f"/actions/actions/{_quoted(id_)}")
        return True

    def _look(self) -> PhoneSetup:
        trigger = self._trigger
        listed = self._list(f"/actions/actions?{urlencode({'triggerId': trigger, 'per_page': 100})}", "actions")
        ours = next((one for one in listed if one.get("name") == NAME), None)
        if ours is not None:
            ours = self._read(f"/actions/actions/{_quoted(str(ours['id']))}").mapping()
        bound = self._list(f"/actions/triggers/{trigger}/bindings?per_page=50", "bindings")
        providers = self._list(PROVIDERS, "providers") if trigger == UNIFIED else []
        return PhoneSetup(
            trigger,
            ours,
            {str(one.get("id")): str(one.get("name")) for one in listed if one.get("name") != NAME},
            [str(action.get("id")) for one in bound if isinstance(action := one.get("action"), dict)],
            providers[0] if providers else None,
            str(self._read(SELECTED).mapping().get("provider", "")) if trigger == OLDER else None,
        )

    def _refuse_unrestorable(self, found: PhoneSetup) -> None:
        if found.provider is not None and found.provider.get("name") != "custom":
            raise ProfileError(
                f"the tenant uses the phone provider {found.provider.get('name')}, whose credentials cannot be read "
                "or restored: if this is a test tenant, remove the provider yourself (Branding > Phone Provider)"
            )
        if found.trigger == UNIFIED and found.others:
            other = next(iter(found.others.values()))
            raise ProfileError(
                f"the tenant already has the Action {other} as its phone provider, and only one is possible: "
                "remove it (Actions > Library), or let it post to the inbox"
            )

    def _bind(self, trigger: str, ids: list[str]) -> None:
        bindings: list[Value] = [{"ref": {"type": "action_id", "value": one}} for one in ids]
        words = f"bind {len(ids)} Actions to {trigger}" if len(ids) != 1 else f"bind an Action to {trigger}"
        self._write(words, "PATCH", f"/actions/triggers/{trigger}/bindings", {"bindings": bindings})

    def _switch(self, provider: Mapping[str, Any], *, disabled: bool) -> None:
        words = f"switch the phone provider custom {'off' if disabled else 'on'}"
        self._write(words, "PATCH", _provider(provider), {"disabled": disabled})

    def _write(self, words: str, method: str, path: str, body: Mapping[str, Value] | None = None) -> str:
        """Send the request, or only report it; return the id of the object created, if any."""
        self._say(f"would {words}" if self.dry_run else words)
        if self.dry_run:
            return "(new)"
        response = self._api.ask(words, method, path, body).body
        return str(response.get("id", "")) if isinstance(response, dict) else ""

    def _read(self, path: str) -> Response:
        return self._api.ask("read how SMS messages are sent", "GET", path)

    def _list(self, path: str, name: str) -> list[Mapping[str, Any]]:
        found = self._read(path).mapping().get(name)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise TenantFault(Cause.MALFORMED_RESPONSE, f"GET {path.partition('?')[0]} returned no list of {name}")
        return found


def _provider(provider: Mapping[str, Any]) -> str:
    return f"{PROVIDERS}/{_quoted(str(provider.get('id')))}"


def _quoted(id_: str) -> str:
    return quote(id_, safe="")
