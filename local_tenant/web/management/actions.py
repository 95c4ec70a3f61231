"""Actions and their bindings: kept, and never run (AF-PHONE-18).

An Action that is deployed and bound to `custom-phone-provider` (older phone experience: `send-phone-message`) stands
for a provider at the URL in its secret `URL`, or for the inbox's own Action, which has a secret `INBOX_URL`.
"""

from __future__ import annotations

from local_tenant.clock import iso
from local_tenant.errors import ACTION_BOUND, ACTION_MISSING, TRIGGER_MISSING, Refused
from local_tenant.settings import Document, new_id
from local_tenant.web.management.endpoint import PAGED, ApiCall, Endpoint, Json, Page
from local_tenant.web.management.resource import Resource
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

TRIGGERS = {
    "post-login": "v3", "credentials-exchange": "v2", "pre-user-registration": "v2", "post-user-registration": "v2",
    "post-change-password": "v2", "send-phone-message": "v2", "custom-phone-provider": "v1",
    "custom-email-provider": "v1",
}  # fmt: skip
NAMED = record({"name": text(least=1), "value": text()}, required=("name",))
ACTION: dict[str, Shape] = {
    "name": text(least=1, most=255), "code": text(most=100_000), "runtime": text(), "secrets": listing(NAMED, most=100),
    "supported_triggers": listing(record({"id": text(one_of=tuple(TRIGGERS)), "version": text(), "status": text()},
                                         required=("id",)), least=1, most=1),
    "dependencies": listing(anything(), most=100), "deploy": flag(), "modules": listing(anything()),
}  # fmt: skip


def _found(call: ApiCall) -> list[Document]:
    """Return all Actions, or those of a trigger or a name."""
    wanted, name = call.query.get("triggerId"), call.query.get("actionName")
    return [
        one
        for one in call.tenant.settings.actions.values()
        if wanted in (None, one["supported_triggers"][0]["id"]) and name in (None, one["name"])
    ]


def _make(call: ApiCall) -> Document:
    """Make an Action; it takes effect once it is deployed and bound."""
    now = iso(call.tenant.clock.now())
    made: Document = {
        "id": new_id("act"), "code": "", "runtime": "node22", "secrets": [], "dependencies": [], "status": "built",
        "created_at": now, "updated_at": now, "all_changes_deployed": False, **call.body,
    }  # fmt: skip
    made["all_changes_deployed"] = made.pop("deploy", False)
    return made


def _change(call: ApiCall, action: Document) -> None:
    """Change an Action; the change takes effect once deployed. A secret named without a value keeps its value."""
    given = call.body
    deployed = given.pop("deploy", False)
    known = {one["name"]: one.get("value", "") for one in action["secrets"]}
    action |= given | {"updated_at": iso(call.tenant.clock.now()), "all_changes_deployed": deployed}
    action["secrets"] = [{"value": known.get(one["name"], ""), **one} for one in action["secrets"]]


def _leave(call: ApiCall, action: Document) -> None:
    """Refuse the deletion of a bound Action, unless forced."""
    bindings = call.tenant.settings.bindings
    bound = [name for name, some in bindings.items() if action["id"] in [one["action"]["id"] for one in some]]
    if bound and not call.query.get("force"):
        raise Refused(ACTION_BOUND)
    for name in bound:
        bindings[name] = [one for one in bindings[name] if one["action"]["id"] != action["id"]]


def _shown(call: ApiCall, action: Document) -> Json:
    """Show the secrets' names without their values."""
    return action | {"secrets": [{"name": one["name"]} for one in action["secrets"]]}


ACTIONS: Resource[Document] = Resource(
    path="/actions/actions", scope="actions", noun="an action", missing=ACTION_MISSING,
    stored=lambda tenant: tenant.settings.actions, always_counts=True,
    query={**PAGED, "triggerId": text(), "actionName": text(), "deployed": flag(), "installed": flag()}, found=_found,
    new=record(ACTION, required=("name", "supported_triggers")), make=_make,
    changes=ACTION, change=_change, leave=_leave, delete_query={"force": flag()}, show=_shown,
)  # fmt: skip


def deploy_action(call: ApiCall) -> Json:
    """Deploy an Action."""
    found = ACTIONS.find(call)
    found["all_changes_deployed"] = True
    return {"action": _shown(call, found), "deployed": True, "id": new_id("ver"), "status": "built"}


def list_triggers(call: ApiCall) -> Json:
    """List the triggers."""
    return {"triggers": [{"id": name, "version": TRIGGERS[name], "status": "CURRENT"} for name in TRIGGERS]}


def list_bindings(call: ApiCall) -> Page:
    """List the bindings of a trigger, in their order."""
    return Page("bindings", call.tenant.settings.bindings.get(_trigger(call), []), always_counts=True)


def set_bindings(call: ApiCall) -> Json:
    """Replace the bindings of a trigger; only deployed Actions can be bound."""
    trigger, settings = _trigger(call), call.tenant.settings
    bound = []
    for given in call.body["bindings"]:
        action = _named(call, given["ref"])
        name = given.get("display_name", action["name"])
        bound.append({
            "id": new_id("bin"), "trigger_id": trigger, "display_name": name,
            "action": {"id": action["id"], "name": action["name"]},
        })  # fmt: skip
    settings.bindings[trigger] = bound
    return {"bindings": bound}


def _named(call: ApiCall, ref: Json) -> Document:
    key = "id" if ref["type"] == "action_id" else "name"
    for one in call.tenant.settings.actions.values():
        if one[key] == ref["value"] and one["all_changes_deployed"]:
            return one
    raise Refused(ACTION_MISSING)


def _trigger(call: ApiCall) -> str:
    if call.id not in TRIGGERS:
        raise Refused(TRIGGER_MISSING)
    return call.id


REF = record(
    {"type": text(one_of=("action_id", "action_name", "binding_id")), "value": text()}, required=("type", "value")
)
BINDINGS = record(
    {"bindings": listing(record({"ref": REF, "display_name": text(), "secrets": listing(NAMED)}, required=("ref",)))},
    required=("bindings",),
)
READ, UPDATE = ("read:actions",), ("update:actions",)
ONE, TRIGGER = "/actions/actions/{id}", "/actions/triggers/{id}/bindings"
ENDPOINTS = (
    *ACTIONS.endpoints(),
    Endpoint("POST", ONE + "/deploy", UPDATE, deploy_action, "Deploy an action", anything(), status=202),
    Endpoint("GET", "/actions/triggers", READ, list_triggers),
    Endpoint("GET", TRIGGER, READ, list_bindings, query=record(PAGED)),
    Endpoint("PATCH", TRIGGER, UPDATE, set_bindings, "Update trigger bindings", BINDINGS),
)
