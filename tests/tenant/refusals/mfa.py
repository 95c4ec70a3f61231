"""Refusals of the MFA grants of `/oauth/token`, and of `/mfa/associate`, `/mfa/challenge` and `/mfa/authenticators`."""

from __future__ import annotations

import requests

from tests.tenant.arranged import Arranged
from tests.tenant.client import OOB, OTP, RECOVERY, bearer
from tests.tenant.refusals.oauth import missing, not_allowed
from tests.tenant.refusals.table import Case, Table

UNSUPPORTED = "unsupported_challenge_type"
INVALID_TOKEN = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
EXPIRED = (403, "expired_token", "mfa_token is expired")
MALFORMED = (403, "invalid_grant", "Malformed mfa_token")
WRONG_OTP = (403, "invalid_grant", "Invalid otp_code.")
WRONG_CODE = (403, "invalid_grant", "Invalid binding_code.")
REJECTED = (403, "invalid_grant", "MFA Authorization rejected.")
NO_RECOVERY_CODE = (403, UNSUPPORTED, "User does not have a recovery-code.")
OF_ANOTHER = "The oob_code doesn't match the mfa_token"
OTHER_CLIENT = (400, "invalid_request", "mfa_token not issued to this client")
NOT_ENROLLED = "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator."
TYPES = (400, "invalid_request", "authenticator_types: expected a list with one of: otp, oob")
CHANNELS = (400, "invalid_request", "oob_channels: expected a list with one of: sms, voice, email, auth0")
BAD_PHONE = (400, "invalid_request", "The phone number is invalid.")
BAD_EMAIL = (400, "invalid_request", "The email address is invalid.")
NOT_REMOVABLE = (403, "access_denied", "This authenticator cannot be removed here.")
ALREADY = (403, "access_denied", "User is already enrolled.")
APP = {"authenticator_types": ["otp"]}
SMS = {"authenticator_types": ["oob"], "oob_channels": ["sms"]}


def off(factor: str) -> tuple[int, str, str]:
    return 403, UNSUPPORTED, f"The factor {factor} is not enabled for this tenant."


def scope_missing(scope: str) -> tuple[int, str, str]:
    return 403, "insufficient_scope", f"Insufficient scope, expected any of: {scope}"


def disabled(it: Arranged, factor: str = "otp") -> requests.Response:
    it.access_token  # noqa: B018  # issued before
    it.changed("PUT", f"/guardian/factors/{factor}", {"enabled": False})
    return it.associate(APP) if factor == "otp" else it.start({"push-notification": "auth0"}.get(factor, factor))


def answered_push(it: Arranged, *, allow: bool) -> requests.Response:
    it.started("auth0")
    assert it.controls("POST", "/pushes", {"user_id": it.mary.user_id, "allow": allow}).status_code == 204
    return it.confirm(binding_code="")


def push(it: Arranged) -> requests.Response:
    return it.confirm(binding_code="")


def with_another_mfa_token(it: Arranged) -> requests.Response:
    return it.started(token=it.mfa_token).confirm(mfa_token=it.access_token)


def with_a_foreign_header(it: Arranged) -> requests.Response:
    header = bearer(it.user().mfa_access_token(it.spa))
    body = it.spa.body(grant_type=OTP, mfa_token=it.access_token, otp="x")
    return it.token(body, headers=header)


def used_otp(it: Arranged) -> requests.Response:
    code = it.with_app().mary.app_code()
    assert it.otp(otp=code).status_code == 200
    return it.otp(otp=code)


def recovery_while_locked_out(it: Arranged) -> requests.Response:
    return it.recovery(it.with_app().enrolled().locked_out().recovery_code)


def removal(it: Arranged, authenticator: str = "sms|dev_x", token: str = "") -> requests.Response:
    return it.mary.remove(token or it.access_token, authenticator)


def removal_of_the_recovery_code(it: Arranged) -> requests.Response:
    (code,) = [one["id"] for one in it.enrolled().mary.authenticators(it.access_token) if "recovery" in one["id"]]
    return removal(it, code)


def without_provider(it: Arranged) -> requests.Response:
    it.changed("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    return it.start()


GRANTS: Table = {
    "BAD_OTP": Case(lambda it: it.with_app().otp(otp="000000x"), *WRONG_OTP),
    "BAD_OTP, used": Case(used_otp, *WRONG_OTP),
    "BAD_OTP, right but locked out": Case(lambda it: it.started().with_app().locked_out().otp(), *WRONG_OTP),
    "BAD_BINDING_CODE": Case(lambda it: it.started().confirm(binding_code="x"), *WRONG_CODE),
    "BAD_BINDING_CODE, used": Case(lambda it: it.enrolled().confirm(), *WRONG_CODE),
    "BAD_BINDING_CODE, right but locked out": Case(lambda it: it.started().locked_out().confirm(), *WRONG_CODE),
    "LOCKED_OUT": Case(
        lambda it: it.started().locked_out().confirm(), 429, "too_many_attempts",
        "Too many failed codes. Wait for some minutes before retrying.", vary=("lockout-with-429",),
    ),
    "OOB_CODE_MALFORMED": Case(
        lambda it: it.confirm(oob_code="x", binding_code="x"), 403, "invalid_grant", "Malformed oob_code",
    ),
    "OOB_CODE_EXPIRED": Case(lambda it: it.started().later(300).confirm(), 403, "expired_token", "oob_code is expired"),
    "OOB_CODE_EXPIRED, push": Case(
        lambda it: push(it.started("auth0").later(300)), 403, "expired_token", "oob_code is expired",
    ),
    "FOREIGN_OOB_CODE": Case(with_another_mfa_token, 400, "invalid_request", OF_ANOTHER),
    "FOREIGN_OOB_CODE_403": Case(
        with_another_mfa_token, 403, "invalid_request", OF_ANOTHER, vary=("foreign-oob-code-with-403",),
    ),
    "MFA_TOKEN_MALFORMED": Case(lambda it: it.otp(mfa_token="x", otp="x"), *MALFORMED),
    "MFA_TOKEN_MALFORMED_401": Case(
        lambda it: it.otp(mfa_token="x", otp="x"), 401, "invalid_grant", "Malformed mfa_token",
        vary=("malformed-mfa-token-with-401",),
    ),
    "MFA_TOKEN_EXPIRED": Case(lambda it: (it.mfa_token, it.later(600).challenge())[1], *EXPIRED),
    "MFA_TOKEN_EXPIRED, access token": Case(lambda it: (it.access_token, it.later(600).otp(otp="x"))[1], *EXPIRED),
    "MFA_TOKEN_EXPIRED_401": Case(
        lambda it: (it.mfa_token, it.later(600).challenge())[1], 401, "expired_token", "mfa_token is expired",
        vary=("expired-mfa-token-with-401",),
    ),
    "MFA_TOKEN_OF_OTHER_CLIENT": Case(lambda it: it.otp(client_id=it.native.client_id, otp="x"), *OTHER_CLIENT),
    "MFA_TOKEN_OF_OTHER_CLIENT, challenge": Case(lambda it: it.mary.challenge(it.native, it.mfa_token), *OTHER_CLIENT),
    "FOREIGN_HEADER": Case(
        with_a_foreign_header, 400, "invalid_request", "The bearer token doesn't match the mfa_token",
    ),
    "NO_OTP_ENROLLED": Case(
        lambda it: it.enrolled().otp(otp="x"), 401, UNSUPPORTED, "User is not enrolled with google-authenticator",
    ),
    "PUSH_PENDING": Case(
        lambda it: push(it.started("auth0")), 400, "authorization_pending",
        "Authorization pending: please repeat the request in a few seconds.",
    ),
    "PUSH_TOO_FAST": Case(
        lambda it: push(it.started("auth0").after(1, push).later(4)), 400, "slow_down",
        "You are polling faster than allowed. Try again later.",
    ),
    "PUSH_REJECTED": Case(
        lambda it: answered_push(it, allow=False), 400, "access_denied", "MFA Authorization rejected.",
    ),
    "PUSH_REJECTED_AS_GRANT": Case(
        lambda it: answered_push(it, allow=False), *REJECTED, vary=("push-rejection-is-invalid-grant",),
    ),
    "BAD_RECOVERY_CODE": Case(lambda it: it.enrolled().recovery("X" * 24), *REJECTED),
    "BAD_RECOVERY_CODE, right but locked out": Case(recovery_while_locked_out, *REJECTED),
    "NO_RECOVERY_CODE": Case(lambda it: it.recovery("X" * 24), *NO_RECOVERY_CODE),
    "NO_RECOVERY_CODE, nothing confirmed yet": Case(
        lambda it: it.recovery(it.with_app().recovery_code), *NO_RECOVERY_CODE,
    ),
    "PARAMETER_MISSING, mfa_token": Case(lambda it: it.otp(mfa_token="", otp="x"), *missing("mfa_token")),
    "PARAMETER_MISSING, oob_code": Case(lambda it: it.confirm(binding_code="x"), *missing("oob_code")),
    "PARAMETER_MISSING, binding_code": Case(lambda it: it.started().confirm(binding_code=""), *missing("binding_code")),
    "PARAMETER_MISSING, otp": Case(lambda it: it.otp(otp=""), *missing("otp")),
    "PARAMETER_MISSING, recovery_code": Case(lambda it: it.recovery(""), *missing("recovery_code")),
} | {
    f"GRANT_NOT_ALLOWED, {grant}": Case(
        lambda it, grant=grant: it.ask(  # type: ignore[misc]
            "other", grant_type=grant, mfa_token="x", oob_code="x", otp="x", recovery_code="x"
        ),
        *not_allowed(grant),
    )
    for grant in (OOB, OTP, RECOVERY)
}  # fmt: skip

ENROLLMENT: Table = {
    "ALREADY_ENROLLED": Case(lambda it: it.enrolled().associate(APP, it.mfa_token), *ALREADY),
    "BEARER_MISSING": Case(
        lambda it: it.mfa("POST", "/associate", None, APP), 401, "unauthorized", "No authorization token was found",
    ),
    "BEARER_INVALID": Case(lambda it: it.associate(APP, "x"), *INVALID_TOKEN),
    "BEARER_INVALID, expired mfa_token": Case(
        lambda it: it.associate(APP, (it.mfa_token, it.later(600).mfa_token)[0]), *INVALID_TOKEN,
    ),
    "BEARER_INVALID, of a deleted user": Case(
        lambda it: (it.access_token, it.deleted().associate(APP))[1], *INVALID_TOKEN,
    ),
    "SCOPE_MISSING, enroll": Case(
        lambda it: it.associate(APP, it.scoped("openid read:authenticators")), *scope_missing("enroll"),
    ),
    "SCOPE_MISSING_401": Case(
        lambda it: it.associate(APP, it.scoped("openid")), 401, "insufficient_scope",
        "Insufficient scope, expected any of: enroll", vary=("insufficient-scope-with-401",),
    ),
    "FACTOR_DISABLED": Case(disabled, *off("otp")),
    "FACTOR_DISABLED, email": Case(lambda it: disabled(it, "email"), *off("email")),
    "FACTOR_DISABLED, push": Case(lambda it: disabled(it, "push-notification"), *off("push-notification")),
    "FACTOR_DISABLED, voice": Case(
        lambda it: it.changed("PUT", "/guardian/factors/phone/message-types", {"message_types": ["sms"]})
        .start("voice"), *off("voice"),
    ),
    "FACTOR_DISABLED_BY_NAME": Case(
        disabled, 400, "enrollment_method_disabled", "The factor otp is not enabled for this tenant.",
        vary=("disabled-factor-with-its-own-error",),
    ),
    "TOKEN_IN_BODY": Case(
        lambda it: it.mfa("POST", "/associate", None, APP | {"mfa_token": it.access_token}), 400, "invalid_request",
        "mfa_token: expected in the Authorization header, as a bearer token",
    ),
    "ASSOCIATE_UNREADABLE": Case(
        lambda it: it.associate([APP]), 400, "invalid_request", "The body must be a JSON object.",
    ),
    "OTHER_AUTHENTICATOR_TYPE": Case(lambda it: it.associate({"authenticator_types": ["fax"]}), *TYPES),
    "OTHER_AUTHENTICATOR_TYPE, none": Case(lambda it: it.associate({}), *TYPES),
    "OTHER_AUTHENTICATOR_TYPE, no list": Case(lambda it: it.associate({"authenticator_types": "otp"}), *TYPES),
    "OTHER_AUTHENTICATOR_TYPE, two": Case(lambda it: it.associate({"authenticator_types": ["otp", "oob"]}), *TYPES),
    "OTHER_CHANNEL": Case(lambda it: it.start("fax"), *CHANNELS),
    "OTHER_CHANNEL, none": Case(lambda it: it.associate({"authenticator_types": ["oob"]}), *CHANNELS),
    "OTHER_CHANNEL, no list": Case(lambda it: it.associate(SMS | {"oob_channels": "sms"}), *CHANNELS),
    "BAD_PHONE, none": Case(lambda it: it.associate(SMS), *BAD_PHONE),
    "BAD_PHONE, a number": Case(lambda it: it.start(phone_number=5), *BAD_PHONE),
    "BAD_PHONE, too short": Case(lambda it: it.start(phone_number="+1555"), *BAD_PHONE),
    "BAD_PHONE, without a plus": Case(lambda it: it.start(phone_number="15551234567"), *BAD_PHONE),
    "BAD_PHONE_BY_NAME": Case(
        lambda it: it.start(phone_number="5"), 400, "invalid_phone_number", "The phone number is invalid.",
        vary=("invalid-phone-with-its-own-error",),
    ),
    "BAD_EMAIL": Case(lambda it: it.start("email", email="nobody"), *BAD_EMAIL),
    "BAD_EMAIL, without a dot": Case(lambda it: it.start("email", email="a@b"), *BAD_EMAIL),
    "BAD_EMAIL, empty": Case(lambda it: it.start("email", email=""), *BAD_EMAIL),
    "SMS_NOT_SENT": Case(without_provider, 503, "temporarily_unavailable", "The text message could not be sent."),
    "TOO_MANY_SMS_MESSAGES": Case(
        lambda it: it.after(10, Arranged.start).start(), 429, "too_many_requests",
        "You have exceeded the maximum number of phone messages per hour. Wait a few minutes and try again.",
    ),
    "TOO_MANY_EMAILS": Case(
        lambda it: it.after(20, lambda it: it.start("email")).start("email"), 429, "too_many_requests",
        "You have exceeded the maximum number of emails. Wait a few minutes and try again.",
    ),
}  # fmt: skip

CHALLENGES: Table = {
    "MFA_TOKEN_MALFORMED, an access token": Case(lambda it: it.challenge(mfa_token=it.access_token), *MALFORMED),
    "PARAMETER_MISSING, mfa_token of a challenge": Case(lambda it: it.challenge(mfa_token=""), *missing("mfa_token")),
    "CLIENT_DENIED, challenge": Case(
        lambda it: it.http.post(it.url("/mfa/challenge"), json={"mfa_token": it.mfa_token}), 401, "access_denied",
        "Unauthorized",
    ),
    "NOT_ENROLLED": Case(lambda it: it.challenge(), 401, UNSUPPORTED, NOT_ENROLLED),
    "ASSOCIATION_REQUIRED": Case(
        lambda it: it.challenge(), 401, "association_required", NOT_ENROLLED,
        vary=("challenge-says-association-required",),
    ),
    "CHALLENGE_NOT_SUPPORTED": Case(
        lambda it: it.enrolled().challenge(challenge_type="otp"), 401, UNSUPPORTED,
        "The user does not support the requested challenge type (otp). Supported type: oob",
    ),
    "NO_MATCHING_CHALLENGE": Case(
        lambda it: it.enrolled().challenge(challenge_type="fax"), 401, UNSUPPORTED,
        "No matching challenge_type for provider guardian",
    ),
    "NO_SUCH_CHALLENGE_AUTHENTICATOR": Case(
        lambda it: it.enrolled().challenge(authenticator_id="sms|dev_x"), 400, "invalid_request",
        "authenticator_id: the user has no active authenticator of this id",
    ),
}  # fmt: skip

LIST: Table = {
    "SCOPE_MISSING, read": Case(
        lambda it: it.mfa("GET", "/authenticators", it.scoped("enroll")), *scope_missing("read:authenticators"),
    ),
    "SCOPE_MISSING, remove": Case(
        lambda it: removal(it, token=it.scoped("enroll")), *scope_missing("remove:authenticators"),
    ),
    "NO_SUCH_AUTHENTICATOR": Case(removal, 404, "not_found", "Authenticator not found."),
    "NOT_REMOVABLE": Case(removal_of_the_recovery_code, *NOT_REMOVABLE),
}  # fmt: skip

REQUIRED: Table = {
    "MFA_REQUIRED": Case(
        lambda it: it.with_policy().password(), 403, "mfa_required", "Multifactor authentication required",
    ),
    "MFA_REQUIRED, enrolled": Case(
        lambda it: it.enrolled().password(audience=it.mfa_audience), 403, "mfa_required",
        "Multifactor authentication required",
    ),
    "MFA_REQUIRED, refresh token": Case(
        lambda it: (it.refresh_token, it.enrolled().with_policy().refresh())[1], 403, "mfa_required",
        "Multifactor authentication required",
    ),
    "MFA_REQUIRED_401": Case(
        lambda it: it.with_policy().password(), 401, "mfa_required", "Multifactor authentication required",
        vary=("mfa-required-with-401",),
    ),
}  # fmt: skip

MFA: Table = GRANTS | ENROLLMENT | CHALLENGES | LIST | REQUIRED
