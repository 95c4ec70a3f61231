"""Closed tables: phrases of the features, and the code, token, change or request that each means.

A phrase may name `{other}`, an `{application}`, `{minutes}` or a `{scope}`: its function takes them by these names.
`{they}`, `{their}` and `{them}` are the user's own pronouns.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mfa_verification.auth0.authentication import Confirmation
from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tokens import FORGERIES, Tokens
from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import NEARLY_RIGHT, Secret, wrong_code_for
from mfa_verification.login.credentials import ActionKind, ChallengeAction, answer_with
from mfa_verification.phones.phone import Watch
from mfa_verification.settings.profile import Application
from mfa_verification.users.confirmations import Code, OutOfBandCode, as_usual, in_header_and_body
from mfa_verification.users.directory import TestUser
from mfa_verification.users.held import (
    Confirmed,
    FormerPassword,
    ListedPhone,
    MfaToken,
    NamedPassword,
    RecoveryCode,
    UsedRecoveryCode,
)
from mfa_verification.users.sign_ins import SignInRequest, with_sms_code


def otp_code(secret: Secret) -> Code:
    """Return an OTP code."""
    return Code(Factor.OTP, secret)


def recovery_code(secret: Secret) -> Code:
    """Return a recovery code."""
    return Code(Factor.RECOVERY_CODE, secret)


def altered(code: Code, by: Callable[[Secret], Secret]) -> Code:
    """Return the code altered, with the same `oob_code`."""
    return replace(code, secret=by(code.secret))


def wrong_password() -> Secret:
    """Return a random password."""
    return Secret(f"{secrets.token_urlsafe(24)}aA1!", "wrong password")


def sms_code_of(user: TestUser, other: TestUser) -> Code:
    """Return another user's SMS code with the user's own `oob_code`."""
    own, theirs = user.held.latest(OutOfBandCode), other.held.latest(OutOfBandCode)
    return Code(Factor.SMS, theirs.watch.code(), own.oob_code)


def earlier_sms_code(user: TestUser) -> Code:
    """Return the SMS code of the previous message with the latest `oob_code`."""
    latest, earlier = user.held.latest(OutOfBandCode), user.held.earlier(OutOfBandCode)
    return Code(Factor.SMS, earlier.watch.code(), latest.oob_code)


CODES: Mapping[str, Callable[..., Code]] = {
    "the SMS code": lambda user: user.enrollment.sms_code(),
    "the code from the voice call": lambda user: user.enrollment.sms_code(),
    "the OTP code": lambda user: user.enrollment.app_code(),
    "a wrong SMS code": lambda user: altered(user.enrollment.sms_code(), wrong_code_for),
    "a wrong OTP code": lambda user: otp_code(user.app.wrong_code(user.tenant.clock)),
    "an OTP code that was valid 90 seconds ago": lambda user: otp_code(user.app.old_code(user.tenant.clock, 90)),
    "an OTP code that will be valid in 90 seconds": lambda user: otp_code(user.app.old_code(user.tenant.clock, -90)),
    "the OTP code of {other}'s authenticator app": lambda user, other: other.enrollment.app_code(),
    "the SMS code sent to {other}": sms_code_of,
    **{phrase: lambda user, by=by: altered(user.enrollment.sms_code(), by) for phrase, by in NEARLY_RIGHT.items()},
}
"""Codes with which a user confirms an enrollment."""

SWAPPED: Mapping[str, Callable[..., Code]] = {
    "the first enrollment with the code of the first SMS message": (
        lambda user: user.held.earlier(OutOfBandCode).sms_code()
    ),
    "the second enrollment with the code of the first SMS message": earlier_sms_code,
    "the second enrollment with the code of the second SMS message": lambda user: user.enrollment.sms_code(),
    "{other}'s enrollment with the right SMS code and {their} own MFA API token": lambda user, other: (
        other.enrollment.sms_code()
    ),
}
"""Confirmations in which the token, the `oob_code` and the code may belong to different enrollments."""

RECOVERY_CODES: Mapping[str, Callable[..., Code]] = {
    "{their} recovery code": lambda user: recovery_code(user.held.latest(RecoveryCode).secret),
    "{their} used recovery code": lambda user: recovery_code(user.held.latest(UsedRecoveryCode).secret),
    "{other}'s recovery code": lambda user, other: recovery_code(other.held.latest(RecoveryCode).secret),
}

TOKENS: Mapping[str, Callable[..., Secret]] = {
    "the mfa_token": lambda user: user.held.latest(MfaToken).secret,
    "the access token from {their} confirmation": lambda user: user.held.latest(Confirmed).tokens.access_token,
    "{their} MFA API token": lambda user: user.tokens.latest.access_token,
    "{their} ID token": lambda user: user.tokens.id_token,
    **{phrase: lambda user, forge=forge: forge(user.tokens.latest.access_token) for phrase, forge in FORGERIES.items()},
}
"""Tokens that a user presents instead of the MFA API token."""


def without(parameter: str) -> Callable[..., Confirmation]:
    """Leave a parameter out (AF-CONF-01)."""
    return lambda user, confirmation: replace(confirmation, leaving_out=parameter)


def with_wrong_secret(user: TestUser, confirmation: Confirmation) -> Confirmation:
    """Send a random client secret."""
    wrong = Secret(secrets.token_urlsafe(48), "wrong client secret")
    return replace(confirmation, application=replace(confirmation.application, client_secret=wrong))


def at_application(user: TestUser, confirmation: Confirmation, application: Application) -> Confirmation:
    """Send it with another application's credentials."""
    return replace(confirmation, application=application)


CHANGES: Mapping[str, Callable[..., Confirmation]] = {
    "": lambda user, confirmation: as_usual(confirmation),
    ', sending the MFA API token in the header and as "mfa_token"': lambda user, confirmation: in_header_and_body(
        confirmation
    ),
    ", without the MFA API token": without("mfa_token"),
    ", without the out-of-band code": without("oob_code"),
    ", without the binding code": without("binding_code"),
    ", without the client ID": without("client_id"),
    ", without the client secret": without("client_secret"),
    ", form-encoded": lambda user, confirmation: confirmation,
    ", as JSON": lambda user, confirmation: replace(confirmation, as_json=True),
    ", with a wrong client secret": with_wrong_secret,
    " through the {application}": at_application,
    ", with {their} MFA API token in the body and {other}'s in the header": (
        lambda user, confirmation, other: replace(confirmation, bearer=other.tokens.latest.access_token)
    ),
}
"""How a confirmation is sent, or what is wrong in it."""

CHALLENGE_CHANGES: Mapping[str, Callable[..., Confirmation]] = {
    "": lambda user, confirmation: confirmation,
    " through the {application}": at_application,
    ", using the same mfa_token": lambda user, confirmation: confirmation,
    ", using the earlier mfa_token": (
        lambda user, confirmation: replace(confirmation, mfa_token=user.held.earlier(MfaToken).secret)
    ),
}
"""What is wrong in an answer to an MFA challenge."""

AUTHENTICATORS: Mapping[str, Callable[..., str]] = {
    "removes {their} phone": lambda user: user.enrollment.phone_id(),
    "removes the phone with that authenticator ID": lambda user: user.held.latest(ListedPhone).id,
    "tries to remove {other}'s phone with {their} own MFA API token": lambda user, other: other.enrollment.phone_id(),
}
"""Which authenticator a user removes, by its ID."""

CHALLENGED: Mapping[str, Callable[..., str | None]] = {
    "an SMS challenge with the mfa_token": lambda user: None,
    "an SMS challenge for {other}'s phone with the mfa_token": lambda user, other: other.enrollment.phone_id(),
    "an SMS challenge for {their} unconfirmed phone with the mfa_token": lambda user: user.held.latest(ListedPhone).id,
}
"""Which authenticator a user asks the tenant to challenge; None where the user has only one."""

ENROLLABLE: Mapping[str, Factor] = {
    "{their} phone by SMS": Factor.SMS,
    "{their} phone by voice call": Factor.VOICE,
    "an authenticator app": Factor.OTP,
    "another email address": Factor.EMAIL,
}
ENROLLED: Mapping[str, Factor] = {
    "a phone": Factor.SMS,
    "{their} phone": Factor.SMS,
    "an authenticator app": Factor.OTP,
}


def with_parameters(**parameters: str) -> Callable[..., SignInRequest]:
    """Add parameters to the `/authorize` request (AF-AUTHZ-01, AF-AUTHZ-06)."""
    return lambda user, request: replace(request, parameters=parameters)


def with_connection(user: TestUser, request: SignInRequest) -> SignInRequest:
    """Add the `connection` parameter."""
    return replace(request, parameters={"connection": user.tenant.profile.connection})


def through_other_connection(user: TestUser, request: SignInRequest) -> SignInRequest:
    """Send the `connection` parameter with the other connection of the settings."""
    return replace(request, parameters={"connection": user.tenant.profile.other_connection or ""})


def on_device_of(user: TestUser, request: SignInRequest, other: TestUser) -> SignInRequest:
    """Sign in with another user's browser, without an audience and with `prompt=login`."""
    device = other.device
    return replace(request, device=device, scope="openid", audience="", parameters={"prompt": "login"})


def sent_back_to(address: str) -> Callable[..., SignInRequest]:
    """Send another redirect URI than the application's own."""

    def change(user: TestUser, request: SignInRequest) -> SignInRequest:
        own = request.application
        return replace(request, application=replace(own, callback=address.format(own=own.callback)))

    return change


def for_audience(audience: str) -> Callable[..., SignInRequest]:
    """Request another audience; `{mfa}` is the MFA API's audience without its trailing slash."""
    return lambda user, request: replace(
        request, audience=audience.format(mfa=user.tenant.profile.mfa_audience.removesuffix("/"))
    )


SIGN_INS: Mapping[str, Callable[..., SignInRequest]] = {
    ", requesting the MFA API": lambda user, request: request,
    ", requesting the MFA API without its trailing slash": for_audience("{mfa}"),
    ", requesting an API that does not exist": for_audience("{mfa}/elsewhere/"),
    ", without an audience": for_audience(""),
    ', requesting the MFA API with the scopes "{scope}"': lambda user, request, scope: replace(request, scope=scope),
    " through the other connection, requesting the MFA API": through_other_connection,
    " with a wrong password": lambda user, request: replace(request, password=wrong_password()),
    " with {their} former password": (
        lambda user, request: replace(request, password=user.held.latest(FormerPassword).secret)
    ),
    " with the password named in that request": (
        lambda user, request: replace(request, password=user.held.latest(NamedPassword).secret)
    ),
    " with a redirect URI that is not registered": sent_back_to("https://stranger.invalid/callback"),
    " with a redirect URI that only starts with a registered one": sent_back_to("{own}.stranger.invalid/callback"),
}
"""What a user requests at sign-in, and which part of the request is wrong."""
BROWSERS: Mapping[str, Callable[..., SignInRequest]] = {
    "": lambda user, request: request,
    ", cookies kept": lambda user, request: replace(request, keeps_device=True),
}

SKIPPING: Mapping[str, Callable[..., SignInRequest]] = {
    "again": lambda user, request: request,
    'again with the "connection" parameter': with_connection,
    'again with "prompt=login"': with_parameters(prompt="login"),
    'again with "max_age=3600"': with_parameters(max_age="3600"),
    'again with a low "acr_values" level': with_parameters(acr_values="urn:mace:incommon:iap:bronze"),
    "again in the remembered browser": with_parameters(prompt="login"),
    "with {other}'s remembered browser": on_device_of,
}
"""How a user who has a factor signs in without answering the MFA challenge."""

Moves = tuple[ChallengeAction, ...]


def typed(factor: str, code: Callable[[TestUser], Secret]) -> Callable[..., Moves]:
    """Type a code that is made when the page asks for it."""
    return lambda user, watch: (answer_with(factor, lambda: code(user)),)


def with_recovery_code(code: Callable[..., Code]) -> Callable[..., Moves]:
    """Type a recovery code; the new one that the page then shows is not kept."""

    def moves(user: TestUser, watch: Watch, **named: Any) -> Moves:
        chosen = code(user, **named).secret

        def use() -> Secret:
            user.held.keep(UsedRecoveryCode(chosen))
            return chosen

        return (answer_with("recovery-code", use),)

    return moves


def confirming_code(user: TestUser) -> Secret:
    """Return the code of the latest confirmation."""
    sent = user.held.latest(Confirmation).parameters
    code = sent.get("binding_code", sent.get("otp"))
    assert isinstance(code, Secret)
    return code


def after_wrong_codes(count: int) -> Callable[..., Moves]:
    """Type `count` wrong SMS codes, then the right one."""

    def moves(user: TestUser, watch: Watch) -> Moves:
        wrong = answer_with("sms", lambda: wrong_code_for(watch.code()))
        return (*[wrong] * count, answer_with("sms", watch.code))

    return moves


def late(user: TestUser, watch: Watch, minutes: int) -> Moves:
    """Type the SMS code `minutes` minutes after it arrived."""

    def code() -> Secret:
        sent = watch.code()
        user.tenant.let_time_pass(60 * minutes)
        return sent

    return (answer_with("sms", code),)


ANSWERS: Mapping[str, Callable[..., Moves]] = {
    "the SMS code": lambda user, watch: with_sms_code(watch),
    "the OTP code": typed("otp", lambda user: user.app.sign_in_code(user.tenant.clock)),
    "a wrong SMS code": lambda user, watch: (answer_with("sms", lambda: wrong_code_for(watch.code())),),
    "a wrong OTP code": typed("otp", lambda user: user.app.wrong_code(user.tenant.clock)),
    "the SMS code sent to {other}": (
        lambda user, watch, other: (answer_with("sms", lambda: other.enrollment.sms_code().secret),)
    ),
    "the SMS code of the confirmation": typed("sms", confirming_code),
    "the OTP code of the confirmation": typed("otp", confirming_code),
    **{phrase: with_recovery_code(code) for phrase, code in RECOVERY_CODES.items()},
    "the SMS code and having the browser remembered": lambda user, watch: (
        answer_with("sms", watch.code, remember=True),
    ),
    "the code of a second SMS message that {they} requests": lambda user, watch: (
        ChallengeAction(ActionKind.RESEND),
        answer_with("sms", lambda: watch.codes(2)[-1]),
    ),
    "one wrong SMS code, then with the right one": after_wrong_codes(1),
    "ten wrong SMS codes, then with the right one": after_wrong_codes(10),
    "the SMS code after {minutes} minutes": late,
}
"""How a user answers the MFA challenge at sign-in."""

PASSWORD_GRANTS: Mapping[str, Callable[..., Outcome[Tokens]]] = {
    "the password grant": lambda user, application: user.tokens.by_password(application),
    "the password-realm grant": (
        lambda user, application: user.tokens.by_password(application, realm=user.tenant.profile.connection)
    ),
}

THEFTS: Mapping[str, dict[str, str | None]] = {
    "without the PKCE verifier": {"code_verifier": None},
    "with a wrong PKCE verifier": {"code_verifier": "x" * 64},
    "without the client secret": {"client_secret": None},
    "with another redirect URI": {"redirect_uri": "https://stranger.invalid/callback"},
}
"""Which parameter is wrong where an attacker exchanges an authorization code."""
