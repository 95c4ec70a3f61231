"""Closed tables: phrases of the features, and the code, token, change or request that each stands for.

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
    """Return a code as one of an authenticator app."""
    return Code(Factor.OTP, secret)


def recovery_code(secret: Secret) -> Code:
    """Return a code as a recovery code."""
    return Code(Factor.RECOVERY_CODE, secret)


def altered(code: Code, by: Callable[[Secret], Secret]) -> Code:
    """Return another code, beside the same `oob_code`."""
    return replace(code, secret=by(code.secret))


def wrong_password() -> Secret:
    """Return a password that is nobody's."""
    return Secret(f"{secrets.token_urlsafe(24)}aA1!", "wrong password")


def sms_code_of(user: TestUser, other: TestUser) -> Code:
    """Return the SMS code of another user, beside the user's own `oob_code`."""
    own, theirs = user.held.latest(OutOfBandCode), other.held.latest(OutOfBandCode)
    return Code(Factor.SMS, theirs.watch.code(), own.oob_code)


def earlier_sms_code(user: TestUser) -> Code:
    """Return the SMS code of the message before, beside the latest `oob_code`."""
    latest, earlier = user.held.latest(OutOfBandCode), user.held.earlier(OutOfBandCode)
    return Code(Factor.SMS, earlier.watch.code(), latest.oob_code)


CODES: Mapping[str, Callable[..., Code]] = {
    "the texted code": lambda user: user.enrollment.sms_code(),
    "the app's code": lambda user: user.enrollment.app_code(),
    "a code that was not texted to {them}": lambda user: altered(user.enrollment.sms_code(), wrong_code_for),
    "a code that {their} app did not make": lambda user: otp_code(user.app.wrong_code(user.tenant.clock)),
    "a code that {their} app made 90 seconds before": lambda user: otp_code(user.app.old_code(user.tenant.clock, 90)),
    "a code that {their} app will make 90 seconds later": (
        lambda user: otp_code(user.app.old_code(user.tenant.clock, -90))
    ),
    "the code of {other}'s app": lambda user, other: other.enrollment.app_code(),
    "the code that was texted to {other}": sms_code_of,
    "the code of the earlier text": lambda user: user.held.earlier(OutOfBandCode).sms_code(),
    **{
        f"a code that is nearly right: {how}": lambda user, by=by: altered(user.enrollment.sms_code(), by)
        for how, by in NEARLY_RIGHT.items()
    },
}
"""Codes with which somebody confirms an enrollment."""

SWAPPED: Mapping[str, Callable[..., Code]] = {
    "answers the later question with the code of the earlier text": earlier_sms_code,
    "presents {their} own token with the code that was texted to {other}": (
        lambda user, other: other.enrollment.sms_code()
    ),
}
"""Confirmations whose token, `oob_code` and code do not belong together."""

RECOVERY_CODES: Mapping[str, Callable[..., Code]] = {
    "{their} recovery code": lambda user: recovery_code(user.held.latest(RecoveryCode).secret),
    "the recovery code that {they} used": lambda user: recovery_code(user.held.latest(UsedRecoveryCode).secret),
    "the recovery code of {other}": lambda user, other: recovery_code(other.held.latest(RecoveryCode).secret),
}

TOKENS: Mapping[str, Callable[..., Secret]] = {
    "the token of that refusal": lambda user: user.held.latest(MfaToken).secret,
    "the token of {their} confirmation": lambda user: user.held.latest(Confirmed).tokens.access_token,
    "{their} id token": lambda user: user.tokens.id_token,
    "a token signed by a stranger": lambda user: forged(user, "signed by a stranger"),
    "a token of another issuer": lambda user: forged(user, "of another issuer"),
    "a token that brings its own key": lambda user: forged(user, "that brings its key"),
    "a token under the algorithm none": lambda user: forged(user, "under the algorithm none"),
    "{their} token without its signature": lambda user: forged(user, "without its signature"),
    "{their} token with more scopes written in": lambda user: forged(user, "with more scopes"),
}
"""Tokens that somebody presents in place of the MFA API token."""


def forged(user: TestUser, how: str) -> Secret:
    """Return a forgery of the user's latest access token."""
    return FORGERIES[how](user.tokens.latest.access_token)


def without(parameter: str) -> Callable[..., Confirmation]:
    """Leave a parameter out (AF-CONF-01)."""
    return lambda user, confirmation: replace(confirmation, leaving_out=parameter)


def with_wrong_secret(user: TestUser, confirmation: Confirmation) -> Confirmation:
    """Send a client secret that is no application's."""
    wrong = Secret(secrets.token_urlsafe(48), "wrong client secret")
    return replace(confirmation, application=replace(confirmation.application, client_secret=wrong))


def at_application(user: TestUser, confirmation: Confirmation, application: Application) -> Confirmation:
    """Let another application send it."""
    return replace(confirmation, application=application)


CHANGES: Mapping[str, Callable[..., Confirmation]] = {
    "": lambda user, confirmation: as_usual(confirmation),
    ", the token in header and body": lambda user, confirmation: in_header_and_body(confirmation),
    ", the token in the body": lambda user, confirmation: confirmation,
    ", leaving out the token": without("mfa_token"),
    ", leaving out the enrollment": without("oob_code"),
    ", leaving out the code": without("binding_code"),
    ", leaving out the application": without("client_id"),
    ", leaving out the secret": without("client_secret"),
    ", written as a form": lambda user, confirmation: confirmation,
    ", written as an object": lambda user, confirmation: replace(confirmation, as_object=True),
    " and a wrong secret": with_wrong_secret,
    " at the {application}": at_application,
    ", {their} token in the body and {other}'s in the header": (
        lambda user, confirmation, other: replace(confirmation, bearer=other.tokens.latest.access_token)
    ),
}
"""How a confirmation is written, or what in it is other than it should be."""

CHALLENGE_CHANGES: Mapping[str, Callable[..., Confirmation]] = {
    "": lambda user, confirmation: confirmation,
    " at the {application}": at_application,
    ", under the token that asked for it": (
        lambda user, confirmation: replace(confirmation, mfa_token=user.held.earlier(MfaToken).secret)
    ),
}
"""The same for an answer to an MFA challenge."""

AUTHENTICATORS: Mapping[str, Callable[..., str]] = {
    "{their} phone from {their} list": lambda user: user.enrollment.phone_id(),
    "the phone that {they} found": lambda user: user.held.latest(ListedPhone).id,
    "{other}'s phone with {their} own token": lambda user, other: other.enrollment.phone_id(),
}
"""What somebody removes, by its id."""

CHALLENGED: Mapping[str, Callable[..., str | None]] = {
    "asks for a code by text": lambda user: None,
    "has a code texted to {other}'s phone": lambda user, other: other.enrollment.phone_id(),
    "has a code texted to the phone that {they} did not confirm": lambda user: user.held.latest(ListedPhone).id,
}
"""Which authenticator somebody asks the tenant to challenge; none is named where there is but one."""

ENROLLABLE: Mapping[str, Factor] = {
    "{their} phone": Factor.SMS,
    "an authenticator app": Factor.OTP,
    "{their} phone by a call": Factor.VOICE,
    "another e-mail address": Factor.EMAIL,
}


def with_parameters(**parameters: str) -> Callable[..., SignInRequest]:
    """Say more in the `/authorize` request (AF-AUTHZ-01, AF-AUTHZ-06)."""
    return lambda user, request: replace(request, parameters=parameters)


def with_connection(user: TestUser, request: SignInRequest) -> SignInRequest:
    """Name the connection."""
    return replace(request, parameters={"connection": user.tenant.profile.connection})


def through_other_connection(user: TestUser, request: SignInRequest) -> SignInRequest:
    """Name the other connection of the settings."""
    return replace(request, parameters={"connection": user.tenant.profile.other_connection or ""})


def on_device_of(user: TestUser, request: SignInRequest, other: TestUser) -> SignInRequest:
    """Sign in anew, for no API, on the device that another user keeps."""
    device = other.device
    return replace(request, device=device, scope="openid", audience="", parameters={"prompt": "login"})


def sent_back_to(address: str) -> Callable[..., SignInRequest]:
    """Name another callback than the application's own."""

    def change(user: TestUser, request: SignInRequest) -> SignInRequest:
        own = request.application
        return replace(request, application=replace(own, callback=address.format(own=own.callback)))

    return change


def for_audience(audience: str) -> Callable[..., SignInRequest]:
    """Request another API than the MFA API; `{mfa}` is the MFA API's audience without its trailing slash."""
    return lambda user, request: replace(
        request, audience=audience.format(mfa=user.tenant.profile.mfa_audience.removesuffix("/"))
    )


SIGN_INS: Mapping[str, Callable[..., SignInRequest]] = {
    " for the MFA API": lambda user, request: request,
    " for the MFA API spelt without its last stroke": for_audience("{mfa}"),
    " for an API that is not there": for_audience("{mfa}/elsewhere/"),
    " for no API at all": for_audience(""),
    ' for the MFA API, asking only for "{scope}"': lambda user, request, scope: replace(request, scope=scope),
    " for the MFA API with a wrong password": lambda user, request: replace(request, password=wrong_password()),
    " for the MFA API with the password from before": (
        lambda user, request: replace(request, password=user.held.latest(FormerPassword).secret)
    ),
    " for the MFA API with the password that was named": (
        lambda user, request: replace(request, password=user.held.latest(NamedPassword).secret)
    ),
    " for the MFA API through the other connection": through_other_connection,
    " on a device that {they} keeps": lambda user, request: replace(request, keeps_device=True),
    ", to be sent back to an address that is not its own": sent_back_to("https://stranger.invalid/callback"),
    ", to be sent back to an address that begins as its own does": sent_back_to("{own}.stranger.invalid/callback"),
}
"""What somebody signs in for, and what in the request is other than it should be."""

SKIPPING: Mapping[str, Callable[..., SignInRequest]] = {
    "again": lambda user, request: request,
    "again, naming the connection,": with_connection,
    "again, wanting the password asked anew,": with_parameters(prompt="login"),
    "again, saying how old the sign-in may be,": with_parameters(max_age="3600"),
    "again, saying that little is enough,": with_parameters(acr_values="urn:mace:incommon:iap:bronze"),
    "anew on that device": with_parameters(prompt="login"),
    "on {other}'s device": on_device_of,
}
"""How somebody who has a second factor signs in, and gives no answer to the MFA challenge."""

Moves = tuple[ChallengeAction, ...]


def typed(factor: str, code: Callable[[TestUser], Secret]) -> Callable[..., Moves]:
    """Type a code of the user's own choice, made when it is typed."""
    return lambda user, watch: (answer_with(factor, lambda: code(user)),)


def with_recovery_code(code: Callable[..., Code]) -> Callable[..., Moves]:
    """Type a recovery code, picked from the list of methods; the next one is not written down."""

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
    """Type so many wrong SMS codes, then the right one."""

    def moves(user: TestUser, watch: Watch) -> Moves:
        wrong = answer_with("sms", lambda: wrong_code_for(watch.code()))
        return (*[wrong] * count, answer_with("sms", watch.code))

    return moves


def late(user: TestUser, watch: Watch, minutes: int) -> Moves:
    """Type the SMS code so long after it came."""

    def code() -> Secret:
        sent = watch.code()
        user.tenant.let_time_pass(60 * minutes)
        return sent

    return (answer_with("sms", code),)


ANSWERS: Mapping[str, Callable[..., Moves]] = {
    "with the texted code": lambda user, watch: with_sms_code(watch),
    "with the app's code": typed("otp", lambda user: user.app.sign_in_code(user.tenant.clock)),
    "with a code that was not texted to {them}": (
        lambda user, watch: (answer_with("sms", lambda: wrong_code_for(watch.code())),)
    ),
    "with a code that {their} app did not make": typed("otp", lambda user: user.app.wrong_code(user.tenant.clock)),
    "with a code that was texted to {other}": (
        lambda user, watch, other: (answer_with("sms", lambda: other.enrollment.sms_code().secret),)
    ),
    "with the code that confirmed {their} phone": typed("sms", confirming_code),
    "with the code that confirmed {their} app": typed("otp", confirming_code),
    **{f"with {phrase}": with_recovery_code(code) for phrase, code in RECOVERY_CODES.items()},
    "with the texted code, and had the device remembered": (
        lambda user, watch: (answer_with("sms", watch.code, remember=True),)
    ),
    "and has the code sent again": lambda user, watch: (
        ChallengeAction(ActionKind.RESEND),
        answer_with("sms", lambda: watch.codes(2)[-1]),
    ),
    "and types a wrong code, then the texted one": after_wrong_codes(1),
    "and types ten wrong codes, then the texted one": after_wrong_codes(10),
    "and waits with the texted code until {minutes} minutes pass": late,
}
"""How somebody answers the MFA challenge of a sign-in."""

PASSWORD_GRANTS: Mapping[str, Callable[..., Outcome[Tokens]]] = {
    "tokens with {their} password alone": lambda user, application: user.tokens.by_password(application),
    "tokens with {their} password alone, naming the connection": (
        lambda user, application: user.tokens.by_password(application, realm=user.tenant.profile.connection)
    ),
    "tokens of no API, with {their} password alone": (
        lambda user, application: user.tokens.by_password(application, audience="", scope="openid")
    ),
}

THEFTS: Mapping[str, dict[str, str | None]] = {
    "and not its proof": {"code_verifier": None},
    "with a guess at its proof": {"code_verifier": "x" * 64},
    "and no secret": {"client_secret": None},
    "for another address": {"redirect_uri": "https://stranger.invalid/callback"},
    "which did not ask for it": {},
}
"""What is other than it should be where somebody presents an authorization code that is not theirs."""
