"""Factors, the policy, and how texts leave in the older phone experience (contract, 7.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from local_tenant import wording
from local_tenant.errors import API_BODY, FACTOR_MISSING, TICKET_BODY, USER_MISSING, Refused
from local_tenant.rules.factors import NAMES
from local_tenant.settings import Document
from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.shapes import Shape, flag, listing, record, text

READ, UPDATE = ("read:guardian_factors",), ("update:guardian_factors",)
POLICIES = ("all-applications", "confidence-score")
PROVIDERS = ("auth0", "twilio", "phone-message-hook")
TEMPLATES = ("enrollment_message", "verification_message")
TWILIO: dict[str, Shape] = {
    name: text(most=200) for name in ("from", "messaging_service_sid", "auth_token", "sid")
}  # fmt: skip
KEPT: dict[str, dict[str, Shape]] = {
    "push-notification/selected-provider": {"provider": text(one_of=("guardian", "sns", "direct"))},
    "push-notification/providers/sns": {
        "aws_access_key_id": text(), "aws_secret_access_key": text(), "aws_region": text(),
        "sns_apns_platform_application_arn": text(), "sns_gcm_platform_application_arn": text(),
    },
    "push-notification/providers/apns": {"sandbox": flag(), "bundle_id": text(), "p12": text()},
    "duo/settings": {"ikey": text(), "skey": text(), "host": text()},
    "webauthn-roaming/settings": {
        "userVerification": text(), "overrideRelyingParty": flag(), "relyingPartyIdentifier": text(),
    },
    "webauthn-platform/settings": {"overrideRelyingParty": flag(), "relyingPartyIdentifier": text()},
}  # fmt: skip
"""Settings of factors that nobody can have here: kept, and without effect."""


def list_factors(asked: Asked) -> list[Json]:
    """List all, in the vendor's order."""
    on = asked.tenant.store.factors
    return [{"name": name, "enabled": on[name], "trial_expired": False} for name in NAMES]


def set_factor(asked: Asked) -> Json:
    """Switch one on or off."""
    name = asked.path["name"]
    if name not in NAMES:
        raise Refused(FACTOR_MISSING)
    asked.tenant.store.factors[name] = asked.body["enabled"]
    asked.tenant.log.add("gd_tenant_update")
    return {"enabled": asked.tenant.store.factors[name]}


def show_policies(asked: Asked) -> list[str]:
    """None for never; `all-applications` for always; `confidence-score`, under which nobody is suspicious here."""
    return [] if asked.tenant.store.policy == "never" else [asked.tenant.store.policy]


def set_policies(asked: Asked) -> list[str]:
    """Choose one, or none."""
    asked.tenant.store.policy = next(iter(cast("list[str]", asked.given)), "never")
    asked.tenant.log.add("gd_tenant_update")
    return show_policies(asked)


def show_message_types(asked: Asked) -> Json:
    """Whether phones are texted, called, or both."""
    return {"message_types": asked.tenant.store.message_types}


def set_message_types(asked: Asked) -> Json:
    """Choose."""
    asked.tenant.store.message_types = list(dict.fromkeys(asked.body["message_types"]))
    return show_message_types(asked)


def show_provider(asked: Asked) -> Json:
    """Who carries texts."""
    return {"provider": asked.tenant.settings.phone.selected_provider}


def set_provider(asked: Asked) -> Json:
    """Choose; nobody looks whether that one is set up. In the unified experience it steers nothing."""
    asked.tenant.settings.phone.selected_provider = asked.body["provider"]
    return show_provider(asked)


def show_twilio(asked: Asked) -> Json:
    """The account; its token only to who may change it."""
    known = asked.tenant.settings.phone.twilio
    shown = {name: known.get(name) for name in TWILIO}
    if not asked.scopes & {"update:guardian_factors"}:
        del shown["auth_token"]
    return shown


def set_twilio(asked: Asked) -> Json:
    """Replace the account; an empty one is none."""
    asked.tenant.settings.phone.twilio = {name: value for name, value in asked.body.items() if value}
    return {name: asked.tenant.settings.phone.twilio.get(name) for name in TWILIO}


def show_templates(asked: Asked) -> Json:
    """What texts say."""
    own = asked.tenant.settings.phone.templates
    return {name: getattr(own, name) for name in TEMPLATES}


def set_templates(asked: Asked) -> Json:
    """Replace both; what is no Liquid is refused, so that no text fails later."""
    for name in TEMPLATES:
        check_liquid(asked.body[name], name)
    phone = asked.tenant.settings.phone
    phone.templates = replace(phone.templates, **{name: asked.body[name] for name in TEMPLATES})
    return show_templates(asked)


def check_liquid(template: str, path: str) -> None:
    """Refuse a template that cannot be filled."""
    try:
        wording.render(template, wording.values("123456", "Tenant"))
    except ValueError as reason:
        raise Refused(API_BODY, problem=f"'{reason}' on property {path}") from reason


def issue_ticket(asked: Asked) -> Json:
    """Hand out a link with which a person enrols; no e-mail is sent, and the person chooses the factor."""
    people = asked.tenant.store.people
    if "user_id" not in asked.body and "email" not in asked.body:
        raise Refused(TICKET_BODY)
    found = [
        one for one in people.values()
        if asked.body.get("user_id", one.user_id) == one.user_id
        and asked.body.get("email", one.email).lower() == one.email.lower()
    ]  # fmt: skip
    if not found:
        raise Refused(USER_MISSING)
    ticket = asked.tenant.tickets.issue(found[0], asked.body.get("allow_multiple_enrollments", False))
    return {"ticket_id": ticket, "ticket_url": f"https://{asked.tenant.domain}/mfa/enrollment?ticket={ticket}"}


def _kept(name: str, shape: dict[str, Shape]) -> tuple[Endpoint, ...]:
    """Two endpoints over one document."""

    def show(asked: Asked) -> Document:
        return asked.tenant.settings.factor_settings.get(name, {})

    def update(asked: Asked) -> Document:
        kept = asked.tenant.settings.factor_settings.setdefault(name, {})
        kept |= asked.body
        return kept

    path = f"/guardian/factors/{name}"
    put = Endpoint("PUT", path, UPDATE, update, f"Update {name}", record(shape))
    return Endpoint("GET", path, READ, show), put, replace(put, method="PATCH")


def _phone(path: str) -> tuple[Endpoint, ...]:
    """The settings of texts, which have an older name too."""
    return (
        Endpoint("GET", f"{path}/message-types", READ, show_message_types),
        Endpoint(
            "PUT", f"{path}/message-types", UPDATE, set_message_types, "Update the Enabled Phone Factors",
            record({"message_types": listing(text(one_of=("sms", "voice")))}, required=("message_types",)),
        ),
        Endpoint("GET", f"{path}/selected-provider", READ, show_provider),
        Endpoint(
            "PUT", f"{path}/selected-provider", UPDATE, set_provider, "Update phone configuration",
            record({"provider": text(one_of=PROVIDERS)}, required=("provider",)),
        ),
        Endpoint("GET", f"{path}/providers/twilio", READ, show_twilio),
        Endpoint(
            "PUT", f"{path}/providers/twilio", UPDATE, set_twilio, "Update Twilio phone configuration", record(TWILIO)
        ),
        Endpoint("GET", f"{path}/templates", READ, show_templates),
        Endpoint(
            "PUT", f"{path}/templates", UPDATE, set_templates, "Update Enrollment and Verification Phone Templates",
            record(dict.fromkeys(TEMPLATES, text(least=1)), required=TEMPLATES),
        ),
    )  # fmt: skip


TICKET = record({
    "user_id": text(), "email": text(form="email"), "send_mail": flag(), "email_locale": text(),
    "factor": text(), "allow_multiple_enrollments": flag(),
})  # fmt: skip
ENDPOINTS = (
    Endpoint("GET", "/guardian/factors", READ, list_factors),
    *_phone("/guardian/factors/phone"),
    *_phone("/guardian/factors/sms"),
    *(endpoint for name, shape in KEPT.items() for endpoint in _kept(name, shape)),
    Endpoint(
        "PUT", "/guardian/factors/{name}", UPDATE, set_factor, "Update a Multi-factor Authentication Factor",
        record({"enabled": flag()}, required=("enabled",)),
    ),
    Endpoint(
        "POST", "/guardian/enrollments/ticket", ("create:guardian_enrollment_tickets",), issue_ticket,
        "Create an Enrollment Ticket", TICKET,
    ),
    Endpoint("GET", "/guardian/policies", ("read:mfa_policies",), show_policies),
    Endpoint(
        "PUT", "/guardian/policies", ("update:mfa_policies",), set_policies,
        "Set the Multi-factor Authentication Policies", listing(text(one_of=POLICIES), most=1),
    ),
)  # fmt: skip
