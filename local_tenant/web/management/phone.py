"""Phone providers and message templates, of the older phone experience and the unified one.

Facts: AF-PHONE-06, AF-PHONE-09, AF-PHONE-10.
"""

from __future__ import annotations

from msgspec.structs import replace

from local_tenant import messages
from local_tenant.clock import iso
from local_tenant.errors import (
    API_BODY,
    API_ENTITLEMENT,
    PROVIDER_EXISTS,
    PROVIDER_MISSING,
    TEMPLATE_EXISTS,
    TEMPLATE_MISSING,
    Refused,
)
from local_tenant.settings import Document, PhoneSettings, new_id
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import ApiCall, Endpoint, Json
from local_tenant.web.management.resource import Resource
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

READ, UPDATE = ("read:guardian_factors",), ("update:guardian_factors",)
CARRIERS = ("auth0", "twilio", "phone-message-hook")
WORDS = ("enrollment_message", "verification_message")
TWILIO: dict[str, Shape] = {
    name: text(most=200) for name in ("from", "messaging_service_sid", "auth_token", "sid")
}  # fmt: skip
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


def show_message_types(call: ApiCall) -> Json:
    """Show the enabled message types."""
    return {"message_types": call.tenant.store.message_types}


def set_message_types(call: ApiCall) -> Json:
    """Set the message types."""
    call.tenant.store.message_types = list(dict.fromkeys(call.body["message_types"]))
    return show_message_types(call)


def show_provider(call: ApiCall) -> Json:
    """Show the selected provider."""
    return {"provider": call.tenant.settings.phone.selected_provider}


def set_provider(call: ApiCall) -> Json:
    """Select a provider, configured or not. In the unified experience this has no effect."""
    call.tenant.settings.phone.selected_provider = call.body["provider"]
    return show_provider(call)


def show_twilio(call: ApiCall) -> Json:
    """Show the Twilio account; its token only with the scope `update:guardian_factors`."""
    known = call.tenant.settings.phone.twilio
    shown = {name: known.get(name) for name in TWILIO}
    if not call.scopes & {"update:guardian_factors"}:
        del shown["auth_token"]
    return shown


def set_twilio(call: ApiCall) -> Json:
    """Replace the Twilio account; an empty one removes it."""
    call.tenant.settings.phone.twilio = {name: value for name, value in call.body.items() if value}
    return {name: call.tenant.settings.phone.twilio.get(name) for name in TWILIO}


def show_words(call: ApiCall) -> Json:
    """Show the SMS templates."""
    own = call.tenant.settings.phone.templates
    return {name: getattr(own, name) for name in WORDS}


def set_words(call: ApiCall) -> Json:
    """Replace both SMS templates. Raises Refused for a template that is not Liquid, so that no message fails later."""
    for name in WORDS:
        _check_liquid(call.body[name], name)
    phone = call.tenant.settings.phone
    phone.templates = replace(phone.templates, **{name: call.body[name] for name in WORDS})
    return show_words(call)


def _check_liquid(template: str, path: str) -> None:
    """Refuse a template that cannot be filled."""
    try:
        messages.render(template, messages.values("123456", "Tenant"))
    except ValueError as reason:
        raise Refused(API_BODY, problem=f"'{reason}' on property {path}") from reason


def _phone(tenant: Tenant) -> PhoneSettings:
    """Return the phone settings. Raises Refused in the older experience."""
    if not tenant.phone_providers.is_unified():
        raise Refused(API_ENTITLEMENT)
    return tenant.settings.phone


def _new_provider(call: ApiCall) -> Document:
    """Make the provider; there is at most one, and it is used at once, configured or not."""
    now = iso(call.tenant.clock.now())
    if _phone(call.tenant).providers:
        raise Refused(PROVIDER_EXISTS)
    return {
        "id": new_id("pro"), "tenant": call.tenant.domain, "channel": "phone", "disabled": False,
        "configuration": {"delivery_methods": ["text"]}, "credentials": {}, **call.body, "created_at": now,
        "updated_at": now,
    }  # fmt: skip


def _change_provider(call: ApiCall, provider: Document) -> None:
    """Change the provider; its configuration is replaced as a whole."""
    provider |= call.body | {"updated_at": iso(call.tenant.clock.now())}


def _new_template(call: ApiCall) -> Document:
    """Make a template, at most one of each type."""
    given = call.body
    if any(one["type"] == given.get("type") for one in _phone(call.tenant).branded.values()):
        raise Refused(TEMPLATE_EXISTS)
    made: Document = {
        "id": new_id("tem"), "channel": "phone", "customizable": True, "tenant": call.tenant.domain,
        "type": "otp_verify", "disabled": False,
    }  # fmt: skip
    return made | given | {"content": _content(given.get("content") or {})}


def _change_template(call: ApiCall, template: Document) -> None:
    given = call.body
    template |= given | ({"content": _content(given["content"])} if "content" in given else {})


def reset_template(call: ApiCall) -> Json:
    """Restore Auth0's default text."""
    found = TEMPLATES.find(call)
    found["content"] = _content({})
    return found


def _content(given: Json) -> Json:
    body = {"text": messages.UNIFIED, "voice": messages.VOICE} | (given.get("body") or {})
    for name, words in body.items():
        _check_liquid(words, f"content.body.{name}")
    return {"syntax": "liquid", **given, "body": body}


def _older(path: str) -> tuple[Endpoint, ...]:
    """Return the endpoints of the older experience, which exist under two paths."""
    return (
        Endpoint("GET", f"{path}/message-types", READ, show_message_types),
        Endpoint(
            "PUT", f"{path}/message-types", UPDATE, set_message_types, "Update the Enabled Phone Factors",
            record({"message_types": listing(text(one_of=("sms", "voice")))}, required=("message_types",)),
        ),
        Endpoint("GET", f"{path}/selected-provider", READ, show_provider),
        Endpoint(
            "PUT", f"{path}/selected-provider", UPDATE, set_provider, "Update phone configuration",
            record({"provider": text(one_of=CARRIERS)}, required=("provider",)),
        ),
        Endpoint("GET", f"{path}/providers/twilio", READ, show_twilio),
        Endpoint(
            "PUT", f"{path}/providers/twilio", UPDATE, set_twilio, "Update Twilio phone configuration", record(TWILIO)
        ),
        Endpoint("GET", f"{path}/templates", READ, show_words),
        Endpoint(
            "PUT", f"{path}/templates", UPDATE, set_words, "Update Enrollment and Verification Phone Templates",
            record(dict.fromkeys(WORDS, text(least=1)), required=WORDS),
        ),
    )  # fmt: skip


PROVIDERS: Resource[Document] = Resource(
    path="/branding/phone/providers", scope="phone_providers", noun="the phone provider", missing=PROVIDER_MISSING,
    stored=lambda tenant: _phone(tenant).providers, create="Configure",
    query={"disabled": flag()}, named="providers", has_pages=False,
    new=record(PROVIDER, required=("name", "credentials")), make=_new_provider,
    changes=PROVIDER, change=_change_provider, hides=("credentials",),
)  # fmt: skip
TEMPLATES: Resource[Document] = Resource(
    path="/branding/phone/templates", scope="phone_templates", noun="a phone notification template",
    missing=TEMPLATE_MISSING, stored=lambda tenant: _phone(tenant).branded,
    query={"disabled": flag()}, named="templates", has_pages=False,
    new=record({"type": text(one_of=TYPES), "disabled": flag(), "content": CONTENT}), make=_new_template,
    changes={"content": CONTENT, "disabled": flag()}, change=_change_template,
)  # fmt: skip
ENDPOINTS = (
    *_older("/guardian/factors/phone"),
    *_older("/guardian/factors/sms"),
    *PROVIDERS.endpoints(),
    *TEMPLATES.endpoints(),
    Endpoint(
        "PATCH", "/branding/phone/templates/{id}/reset", ("update:phone_templates",), reset_template,
        "Reset a phone notification template", anything(),
    ),
)  # fmt: skip
