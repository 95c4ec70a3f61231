"""The unified phone experience: the provider that carries texts and calls, and what they say (contract, 7.4)."""

from __future__ import annotations

from local_tenant import wording
from local_tenant.clock import iso
from local_tenant.errors import (
    API_ENTITLEMENT,
    PROVIDER_EXISTS,
    PROVIDER_MISSING,
    PROVIDER_UNABLE,
    TEMPLATE_EXISTS,
    TEMPLATE_MISSING,
    Refused,
)
from local_tenant.settings import Document, PhoneSettings, new_id
from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.guardian import check_liquid
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

METHODS = text(one_of=("text", "voice"))
PROVIDER: dict[str, Shape] = {
    "name": text(one_of=("twilio", "custom")), "disabled": flag(),
    "configuration": record({
        "default_from": text(), "mssid": text(), "sid": text(), "delivery_methods": listing(METHODS, least=1, most=2),
    }),
    "credentials": record({"auth_token": text(least=1)}),
}  # fmt: skip
TYPES = ("otp_verify", "otp_enroll", "change_password", "blocked_account", "password_breach")
CONTENT = record({
    "syntax": text(one_of=("liquid",)), "from": text(), "body": record({"text": text(), "voice": text()}),
})  # fmt: skip
TRY = {"to": text(least=1), "delivery_method": METHODS}
SENT: Json = {"code": 202, "message": "Test notification successfully sent for processing"}


def list_providers(asked: Asked) -> Json:
    """List them: one at most."""
    return {"providers": [_shown(one) for one in _phone(asked).providers.values()]}


def show_provider(asked: Asked) -> Json:
    """Show one; its credentials never."""
    return _shown(_provider(asked))


def create_provider(asked: Asked) -> Json:
    """Set one up; from now on it carries, whether it can or not."""
    phone, now = _phone(asked), iso(asked.tenant.clock.now())
    if phone.providers:
        raise Refused(PROVIDER_EXISTS)
    made: Document = {
        "id": new_id("pro"), "tenant": asked.tenant.domain, "channel": "phone", "disabled": False,
        "configuration": {"delivery_methods": ["text"]}, "credentials": {}, **asked.body, "created_at": now,
        "updated_at": now,
    }  # fmt: skip
    phone.providers[made["id"]] = made
    return _shown(made)


def update_provider(asked: Asked) -> Json:
    """Change one; what it is configured with is replaced as a whole."""
    found = _provider(asked)
    found |= asked.body | {"updated_at": iso(asked.tenant.clock.now())}
    return _shown(found)


def delete_provider(asked: Asked) -> None:
    """Remove it: the vendor's own service carries again."""
    del _phone(asked).providers[_provider(asked)["id"]]


def try_provider(asked: Asked) -> Json:
    """Send a text that says it is one to try with."""
    _provider(asked)
    return _send(asked, f"This is a test message from {asked.tenant.settings.friendly_name}")


def list_templates(asked: Asked) -> Json:
    """List the tenant's own."""
    return {"templates": list(_phone(asked).branded.values())}


def show_template(asked: Asked) -> Json:
    """Show one."""
    return _template(asked)


def create_template(asked: Asked) -> Json:
    """Say something else than the vendor: one template a kind."""
    phone, given = _phone(asked), asked.body
    if any(one["type"] == given.get("type") for one in phone.branded.values()):
        raise Refused(TEMPLATE_EXISTS)
    made: Document = {
        "id": new_id("tem"), "channel": "phone", "customizable": True, "tenant": asked.tenant.domain,
        "type": "otp_verify", "disabled": False,
    }  # fmt: skip
    made |= given
    made["content"] = _content(given.get("content") or {})
    phone.branded[made["id"]] = made
    return made


def update_template(asked: Asked) -> Json:
    """Change what one says."""
    found, given = _template(asked), asked.body
    content = _content(given["content"]) if "content" in given else found["content"]
    found |= {**given, "content": content}
    return found


def reset_template(asked: Asked) -> Json:
    """Let it say what the vendor says."""
    found = _template(asked)
    found["content"] = _content({})
    return found


def delete_template(asked: Asked) -> None:
    """Remove one."""
    del _phone(asked).branded[_template(asked)["id"]]


def try_template(asked: Asked) -> Json:
    """Send it, with digits that open nothing."""
    words = _template(asked)["content"]["body"]["text"]
    return _send(asked, wording.render(words, wording.values("000000", asked.tenant.settings.friendly_name)))


def _send(asked: Asked, words: str) -> Json:
    carriers = asked.tenant.phone_carriers
    if not asked.tenant.phones.is_acceptable(asked.body["to"]) or carriers.problem("sms") is not None:
        raise Refused(PROVIDER_UNABLE)
    custom = carriers.custom()
    if custom is None:
        asked.tenant.inbox.deliver(asked.body["to"], words)
        return SENT
    notification = {"recipient": asked.body["to"], "as_text": words, "delivery_method": "text"}
    with asked.tenant.turns.given_up():
        problem = custom.post({"notification": notification, "tenant": {"id": asked.tenant.domain}})
    if problem is not None:
        raise Refused(PROVIDER_UNABLE)
    return SENT


def _phone(asked: Asked) -> PhoneSettings:
    """The older experience has none of this."""
    if not asked.tenant.phone_carriers.is_unified():
        raise Refused(API_ENTITLEMENT)
    return asked.tenant.settings.phone


def _provider(asked: Asked) -> Document:
    found = _phone(asked).providers.get(asked.id)
    if found is None:
        raise Refused(PROVIDER_MISSING)
    return found


def _template(asked: Asked) -> Document:
    found = _phone(asked).branded.get(asked.id)
    if found is None:
        raise Refused(TEMPLATE_MISSING)
    return found


def _content(given: Json) -> Json:
    body = {"text": wording.UNIFIED, "voice": wording.VOICE} | (given.get("body") or {})
    for name, words in body.items():
        check_liquid(words, f"content.body.{name}")
    return {"syntax": "liquid", **given, "body": body}


def _shown(provider: Document) -> Json:
    return {name: value for name, value in provider.items() if name != "credentials"}


def _of(thing: str, action: str) -> tuple[str, ...]:
    return (f"{action}:phone_{thing}",)


PROVIDERS, TEMPLATES = "/branding/phone/providers", "/branding/phone/templates"
ENDPOINTS = (
    Endpoint("GET", PROVIDERS, _of("providers", "read"), list_providers, query=record({"disabled": flag()})),
    Endpoint(
        "POST", PROVIDERS, _of("providers", "create"), create_provider, "Configure the phone provider",
        record(PROVIDER, required=("name", "credentials")), status=201,
    ),
    Endpoint("GET", PROVIDERS + "/{id}", _of("providers", "read"), show_provider),
    Endpoint(
        "PATCH", PROVIDERS + "/{id}", _of("providers", "update"), update_provider, "Update the phone provider",
        record(PROVIDER, least=1),
    ),
    Endpoint("DELETE", PROVIDERS + "/{id}", _of("providers", "delete"), delete_provider, "Delete the phone provider"),
    Endpoint(
        "POST", PROVIDERS + "/{id}/try", _of("providers", "create"), try_provider, "Send a test phone notification",
        record(TRY, required=("to",)), status=202,
    ),
    Endpoint("GET", TEMPLATES, _of("templates", "read"), list_templates, query=record({"disabled": flag()})),
    Endpoint(
        "POST", TEMPLATES, _of("templates", "create"), create_template, "Create a phone notification template",
        record({"type": text(one_of=TYPES), "disabled": flag(), "content": CONTENT}), status=201,
    ),
    Endpoint("GET", TEMPLATES + "/{id}", _of("templates", "read"), show_template),
    Endpoint(
        "PATCH", TEMPLATES + "/{id}", _of("templates", "update"), update_template,
        "Update a phone notification template", record({"content": CONTENT, "disabled": flag()}, least=1),
    ),
    Endpoint(
        "DELETE", TEMPLATES + "/{id}", _of("templates", "delete"), delete_template,
        "Delete a phone notification template",
    ),
    Endpoint(
        "PATCH", TEMPLATES + "/{id}/reset", _of("templates", "update"), reset_template,
        "Reset a phone notification template", anything(),
    ),
    Endpoint(
        "POST", TEMPLATES + "/{id}/try", _of("templates", "create"), try_template,
        "Send a test phone notification template", record(TRY, required=("to",)), status=202,
    ),
)  # fmt: skip
