"""The inbox's Action as a tenant's phone provider: put there, and taken away with everything as it was.

What was there before stands in the last line of the Action's own code, on the tenant itself, so that any machine can
put it back. The Action is made first and removed last: an installation cut short can be finished, and undone.
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
class Found:
    """What a tenant has."""

    trigger: str
    ours: Mapping[str, Any] | None
    """The installed Action."""
    others: Mapping[str, str]
    """Other Actions for the trigger: ids and names."""
    bound: list[str]
    """The ids of the Actions that are bound to it, in order."""
    provider: Mapping[str, Any] | None
    """The unified experience's provider."""
    selected: str | None
    """The older experience's."""

    @property
    def before(self) -> dict[str, Any]:
        """What is to be put back: as the installed Action remembers it, else as it is."""
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
                f"the Action {NAME} does not say in its last line what was there before it: somebody changed it; "
                "remove it by hand (Actions > Library), and choose the phone provider anew"
            )
        return found


def trigger_of(administrator: ManagementApi) -> str:
    """Say which phone experience the tenant has, by its trigger: the older one, where it does not say."""
    return UNIFIED if administrator.has_unified_phones() else OLDER


@dataclass(frozen=True, slots=True)
class Installation:
    """Installs and uninstalls; `dry_run`: only says what it would do, and sends nothing that writes."""

    _api: ManagementApi
    """Its application may change Actions and the phone provider."""
    _trigger: str
    """What `trigger_of` said."""
    _say: Callable[[str], None]
    dry_run: bool

    def install(self, secrets: Mapping[str, Secret | str]) -> None:
        """Let the tenant's SMS messages be handed over; the Action's `secrets` by name."""
        found = self._look()
        self._refuse_what_cannot_be_put_back(found)
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
        """A draft is built a while after it was written, and only then deployed."""
        if self.dry_run:
            return
        path = f"/actions/actions/{_quoted(id_)}"

        def look() -> bool | None:
            return self._read(path).mapping().get("status") == "built" or None

        if not wait_until(f"the Action {NAME} to be built", look, Deadline(BUILD_SECONDS), 2.0):
            unbuilt = f"the Action {NAME} was not built within {BUILD_SECONDS:.0f} s: install again later"
            raise Inconclusive(Cause.TENANT_UNAVAILABLE, unbuilt)

    def uninstall(self) -> bool:
        """Put back what was there; False where nothing is installed."""
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

    def _look(self) -> Found:
        trigger = self._trigger
        listed = self._list(f"/actions/actions?{urlencode({'triggerId': trigger, 'per_page': 100})}", "actions")
        ours = next((one for one in listed if one.get("name") == NAME), None)
        if ours is not None:
            ours = self._read(f"/actions/actions/{_quoted(str(ours['id']))}").mapping()
        bound = self._list(f"/actions/triggers/{trigger}/bindings?per_page=50", "bindings")
        providers = self._list(PROVIDERS, "providers") if trigger == UNIFIED else []
        return Found(
            trigger,
            ours,
            {str(one.get("id")): str(one.get("name")) for one in listed if one.get("name") != NAME},
            [str(action.get("id")) for one in bound if isinstance(action := one.get("action"), dict)],
            providers[0] if providers else None,
            str(self._read(SELECTED).mapping().get("provider", "")) if trigger == OLDER else None,
        )

    def _refuse_what_cannot_be_put_back(self, found: Found) -> None:
        if found.provider is not None and found.provider.get("name") != "custom":
            raise ProfileError(
                f"the tenant sends through the phone provider {found.provider.get('name')}, whose credentials cannot "
                "be read, and so not be put back: remove it yourself (Branding > Phone Provider) if the tenant is for "
                "tests"
            )
        if found.trigger == UNIFIED and found.others:
            other = next(iter(found.others.values()))
            raise ProfileError(
                f"the tenant has the Action {other} as its phone provider, and may have one alone: "
                "remove it (Actions > Library), or let it post to the inbox itself"
            )

    def _bind(self, trigger: str, ids: list[str]) -> None:
        bindings: list[Value] = [{"ref": {"type": "action_id", "value": one}} for one in ids]
        words = f"bind {len(ids)} Actions to {trigger}" if len(ids) != 1 else f"bind an Action to {trigger}"
        self._write(words, "PATCH", f"/actions/triggers/{trigger}/bindings", {"bindings": bindings})

    def _switch(self, provider: Mapping[str, Any], *, disabled: bool) -> None:
        words = f"switch the phone provider custom {'off' if disabled else 'on'}"
        self._write(words, "PATCH", _provider(provider), {"disabled": disabled})

    def _write(self, words: str, method: str, path: str, body: Mapping[str, Value] | None = None) -> str:
        """Do it, or say that it would be done; return the id of what was made, where something was."""
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
