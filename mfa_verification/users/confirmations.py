"""Codes, and the request that sends one: to confirm an enrollment or answer an MFA challenge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mfa_verification.auth0.authentication import GRANT_OOB, GRANT_OTP, GRANT_RECOVERY_CODE, Confirmation
from mfa_verification.auth0.mfa_api import Factor, PhoneEnrollment
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.phones.phone import Watch
from mfa_verification.settings.profile import Application
from mfa_verification.transport import Value
from mfa_verification.users.held import Account, Confirmed, MfaToken, RecoveryCode, UsedRecoveryCode

Change = Callable[[Confirmation], Confirmation]
"""Alters a confirmation in one part."""
GRANTS = {
    Factor.SMS: (GRANT_OOB, "binding_code", "confirm the phone"),
    Factor.OTP: (GRANT_OTP, "otp", "confirm the authenticator app"),
    Factor.RECOVERY_CODE: (GRANT_RECOVERY_CODE, "recovery_code", "show a recovery code"),
}
"""The grant of each factor, the parameter for its code (AF-CONF-01), and the action in words."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its factor, and the `oob_code` that is sent with an SMS code."""

    factor: Factor
    secret: Secret
    oob_code: Secret | None = None


@dataclass(frozen=True, slots=True)
class OutOfBandCode:
    """An `oob_code`, and the watch for the SMS message with its binding code."""

    oob_code: Secret
    watch: Watch

    def sms_code(self) -> Code:
        """Return the SMS code; wait for the message."""
        return Code(Factor.SMS, self.watch.code(), self.oob_code)


def confirmation_of(application: Application, mfa_token: Secret, code: Code) -> Confirmation:
    """Return the request that sends a code, with the token as `mfa_token`."""
    grant, parameter, action = GRANTS[code.factor]
    parameters: dict[str, Value] = {"grant_type": grant, parameter: code.secret}
    if code.oob_code is not None:
        parameters["oob_code"] = code.oob_code
    return Confirmation(action, application, mfa_token, parameters)


def as_it_is(confirmation: Confirmation) -> Confirmation:
    """Change nothing: the token is only in the body."""
    return confirmation


def in_header_and_body(confirmation: Confirmation) -> Confirmation:
    """Send the token in the Authorization header too."""
    return replace(confirmation, bearer=confirmation.mfa_token)


def as_usual(confirmation: Confirmation) -> Confirmation:
    """Send the token of an SMS confirmation in header and body, other tokens only in the body.

    Both are documented (AF-CONF-02, AF-CONF-03), so each is used where a step names neither.
    """
    return in_header_and_body(confirmation) if "binding_code" in confirmation.parameters else confirmation


def send(account: Account, confirmation: Confirmation) -> Outcome[Tokens]:
    """Send a confirmation; keep its tokens apart from those of the sign-in."""
    account.held.keep(confirmation)
    outcome = account.tenant.authentication.confirm(confirmation)
    if outcome.value is not None:
        account.held.keep(Confirmed(outcome.value))
    return outcome


@dataclass(frozen=True, slots=True)
class MfaChallenge:
    """The MFA challenges of one test user, with the latest `mfa_token`."""

    account: Account

    def ask(self, authenticator_id: str | None = None) -> Outcome[PhoneEnrollment]:
        """Request an SMS challenge; the watch for its message starts before."""
        held, phone = self.account.held, self.account.phone
        watch = phone.watch()
        application, mfa_token = held.latest(Application), held.latest(MfaToken).secret
        asked = held.note(self.account.tenant.mfa.challenge_phone(application, mfa_token, authenticator_id))
        # After a failed request, an earlier challenge must not be answered instead.
        held.forget(OutOfBandCode)
        if asked.value is not None:
            held.keep(OutOfBandCode(asked.value.oob_code, watch))
            phone.expect(1)
        return asked

    def respond(self, code: Code, change: Change = as_it_is) -> Outcome[Tokens]:
        """Answer the challenge with a code; `change` alters the request. A new recovery code is kept."""
        held = self.account.held
        confirmation = confirmation_of(held.latest(Application), held.latest(MfaToken).secret, code)
        answered = send(self.account, change(confirmation))
        if code.factor is Factor.RECOVERY_CODE and answered.value and answered.value.recovery_code:
            held.keep(UsedRecoveryCode(code.secret))
            held.keep(RecoveryCode(answered.value.recovery_code))
        return answered
