"""The tenant log: its events, their details, and when the administrator sees them; never a code or a secret.

Facts: AF-LOG-03, AF-LOG-05.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping

from local_tenant.clock import iso
from local_tenant.model import Json, LogEvent, ManagementCaller
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule
from local_tenant.rules.sign_ins import public_id

DESCRIPTIONS = {
    "api_limit": "The rate limit of an API was exceeded",
    "f": "Failed sign-in",
    "feacft": "Failed exchange of authorization code for access token",
    "feccft": "Failed exchange of client credentials for access token",
    "feoobft": "Failed exchange of password and OOB challenge for access token",
    "feotpft": "Failed exchange of password and OTP challenge for access token",
    "fepft": "Failed exchange of password for access token",
    "fercft": "Failed exchange of password and MFA recovery code for access token",
    "fertft": "Failed exchange of refresh token for access token",
    "flo": "Failed logout",
    "fp": "Wrong email or password.",
    "fs": "Failed sign-up",
    "fu": "Wrong email or password.",
    "gd_auth_failed": "Multi-factor authentication failed",
    "gd_auth_rejected": "Multi-factor authentication was rejected",
    "gd_auth_succeed": "Multi-factor authentication succeeded",
    "gd_enrollment_complete": "Second factor enrollment completed",
    "gd_otp_rate_limit_exceed": "Too many wrong codes",
    "gd_recovery_failed": "Multi-factor recovery code was wrong",
    "gd_recovery_rate_limit_exceed": "Too many wrong recovery codes",
    "gd_recovery_succeed": "Multi-factor recovery code succeeded",
    "gd_send_email": "MFA email sent",
    "gd_send_pn": "Push notification sent",
    "gd_send_pn_failure": "Push notification was not sent",
    "gd_send_sms": "MFA text message sent",
    "gd_send_sms_failure": "MFA text message was not sent",
    "gd_send_voice": "MFA voice call made",
    "gd_send_voice_failure": "MFA voice call was not made",
    "gd_start_auth": "Second factor authentication started",
    "gd_start_enroll": "Second factor enrollment started",
    "gd_start_enroll_failed": "Second factor enrollment did not start",
    "gd_tenant_update": "The tenant's factors were changed",
    "gd_unenroll": "Second factor removed",
    "limit_mu": "An address was blocked after too many failed sign-ins",
    "limit_sul": "A user signed in too often in a minute",
    "limit_wc": "A user was blocked after too many failed sign-ins",
    "mfar": "Multi-factor authentication required",
    "s": "Successful sign-in",
    "sapi": "The administrator changed something",
    "slo": "Successful logout",
    "ss": "Successful sign-up",
    "seacft": "Successful exchange of authorization code for access token",
    "seccft": "Successful exchange of client credentials for access token",
    "seoobft": "Successful exchange of password and OOB challenge for access token",
    "sepft": "Successful exchange of password for access token",
    "sercft": "Successful exchange of password and MFA recovery code for access token",
    "sertft": "Successful exchange of refresh token for access token",
    "seotpft": "Successful exchange of password and OTP challenge for access token",
}
FAILURES = {"gd_auth_failed": "invalid_otp", "gd_otp_rate_limit_exceed": "too_many_attempts"}
"""The error code of events that have only one."""
SECRET = re.compile(r"secret|password|credentials|token$|^(pem|p12|skey)$")
"""Properties whose values the log masks."""


def without_secrets(body: object) -> object:
    """Return a body with its secrets masked."""
    if isinstance(body, dict):
        return {name: "*****" if SECRET.search(name) else without_secrets(value) for name, value in body.items()}
    return [without_secrets(one) for one in body] if isinstance(body, list) else body


class Events(Rule):
    """What an event contains."""

    def description(self, type_: str) -> str:
        """Return the description of a type; a refusal's own description replaces it."""
        return DESCRIPTIONS.get(type_, type_)

    def details(self, type_: str, user_id: str | None, said: str | None, given: Mapping[str, str]) -> Json:
        """Return the request without query and body, the authenticator with its masked number, and the failure."""
        caller = current_caller()
        request = {"method": caller.method, "path": caller.path, "ip": caller.ip, "userAgent": caller.user_agent}
        details: Json = {"request": request}
        if "authenticator_id" in given:
            details |= self.authenticator(given["authenticator_id"], user_id, given.get("recipient"))
        code = given.get("reason") or FAILURES.get(type_)
        if code or said:
            failure = {"errorCode": code, "message": said or self.description(type_)}
            details["failure_details"] = {name: value for name, value in failure.items() if value}
        if type_ == "gd_auth_failed":
            details |= self.attempt(user_id, given.get("state"))
        if "provider_error" in given:
            details["provider_error"] = {"message": given["provider_error"]}
        if type_.endswith("ft"):
            details |= self.exchange()
        return details

    def api_call(self, administrator: ManagementCaller, query: str, body: object) -> Json:
        """Return the details of a change: method, path, query, body without secrets, caller and channel."""
        caller = current_caller()
        return {
            "request": {
                "method": caller.method, "path": caller.path, "query": query, "ip": caller.ip,
                "userAgent": caller.user_agent, "channel": "api", "body": without_secrets(body),
                "auth": {
                    "strategy": "jwt", "user": {"user_id": administrator.subject},
                    "credentials": {"scopes": sorted(administrator.scopes)},
                },
            }
        }  # fmt: skip

    def authenticator(self, authenticator_id: str, user_id: str | None, recipient: str | None = None) -> Json:
        """Return `authenticator` and `enrollment`; for a removed authenticator, the id that it had.

        The authenticator's number is the one that the SMS message was sent to (inferred).
        """
        kind, _, device = authenticator_id.partition("|")
        known = self.tenant.store.authenticators.get(authenticator_id)
        number = {"phone_number": self.tenant.phones.mask(known.phone)} if known is not None and known.phone else {}
        sent_to = {"phone_number": self.tenant.phones.mask(recipient)} if recipient else {}
        enrollment = {"_id": device, "identifier": device, "tenant": self.tenant.domain, "user_id": user_id}
        return {
            "authenticator": {"id": authenticator_id, "type": kind, **number} | sent_to,
            "enrollment": {name: value for name, value in enrollment.items() if value} | number,
        }

    def attempt(self, user_id: str | None, state: str | None) -> Json:
        """Return the details of a wrong code: whether it was for a first factor, and data of the browser.

        What the names mean is inferred.
        """
        user, sign_in = self.tenant.store.users.get(user_id or ""), self.tenant.store.sign_ins.get(state or "")
        attempt: Json = {
            "first_factor": user is not None and not self.tenant.second_factor.is_enrolled(user),
            "remember_browser": sign_in is not None and sign_in.remembers_device,
        }
        return attempt if sign_in is None else attempt | {"session_id": public_id(sign_in.browser)}

    def exchange(self) -> Json:
        """Return what the token request was for: `audience`, `scope`, `connection`."""
        caller = current_caller()
        user = self.tenant.store.users.get(caller.user_id or "")
        found = {"audience": caller.audience, "scope": caller.scope, "connection": user and user.connection}
        return {name: value for name, value in found.items() if value}

    def is_visible(self, entry: LogEvent) -> bool:
        """An event is visible at once, unless a test injected a lag."""
        lag = self.tenant.fault_injection.log_lag
        return not lag or entry.date <= self.tenant.clock.now() - lag

    def visible(self) -> list[LogEvent]:
        """Return the visible events, oldest first."""
        return [entry for entry in self.tenant.log.entries if self.is_visible(entry)]

    def shown(self, entry: LogEvent) -> Json:
        """Return an event as the Management API shows it, without unknown values."""
        shown: Json = {
            "_id": entry.log_id,
            "log_id": entry.log_id,
            "date": iso(entry.date),
            "type": entry.type,
            "description": entry.description,
            "ip": entry.ip,
            "user_agent": entry.user_agent,
            "isMobile": False,
            "details": entry.details,
        }
        about = {
            "client_id": entry.client_id, "client_name": entry.client_name,
            "user_id": entry.user_id, "user_name": entry.user_name,
        }  # fmt: skip
        if entry.connection is not None:
            about |= {"connection": entry.connection, "strategy": "auth0"}
        return shown | {name: value for name, value in about.items() if value is not None}


class Log(Rule):
    """The events in their order; the oldest are dropped."""

    @property
    def entries(self) -> deque[LogEvent]:
        """The events, oldest first."""
        return self.tenant.store.events

    def add(
        self,
        type_: str,
        *,
        user_id: str | None = None,
        client_id: str | None = None,
        description: str | None = None,
        more: dict[str, object] | None = None,
        **details: str,
    ) -> None:
        """Record an event; user and application default to those of the current request."""
        caller = current_caller()
        user_id, client_id = user_id or caller.user_id, client_id or caller.client_id
        user = self.tenant.store.users.get(user_id or "")
        application = self.tenant.store.applications.get(client_id or "")
        self.tenant.store.events_counted += 1
        self.entries.append(
            LogEvent(
                f"90{self.tenant.store.events_counted:018d}",
                self.tenant.clock.now(),
                type_,
                description or self.tenant.events.description(type_),
                user_id,
                user.email if user else None,
                user.connection if user else None,
                client_id,
                application.name if application else None,
                caller.ip,
                caller.user_agent,
                self.tenant.events.details(type_, user_id, description, details) if more is None else more,
            )
        )
