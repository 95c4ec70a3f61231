"""How a test user goes on after `mfa_required`: ask for a challenge, answer it."""

from __future__ import annotations

from dataclasses import dataclass

from mfa_verification.auth0.mfa_api import Factor, PhoneEnrollment
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import Outcome
from mfa_verification.settings.profile import Application
from mfa_verification.users.account import Account
from mfa_verification.users.confirmations import Change, Code, OutOfBandCode, as_it_is, confirmation_of, send
from mfa_verification.users.held import MfaToken, RecoveryCode, UsedRecoveryCode


@dataclass(frozen=True, slots=True)
class MfaChallenge:
    """The challenges of one test user, with the `mfa_token` of the latest refusal that demanded MFA."""

    account: Account

    def ask(self, authenticator_id: str | None = None) -> Outcome[PhoneEnrollment]:
        """Ask for an SMS code; the watch for its message begins before."""
        held, phone = self.account.held, self.account.phone
        watch = phone.look_out()
        application, mfa_token = held.latest(Application), held.latest(MfaToken).secret
        asked = held.note(self.account.tenant.mfa.challenge_phone(application, mfa_token, authenticator_id))
        # Where nothing was asked, there is nothing to answer: an earlier challenge must not stand in for it.
        held.forget(OutOfBandCode)
        if asked.value is not None:
            held.keep(OutOfBandCode(asked.value.oob_code, watch))
            phone.expect(1)
        return asked

    def respond(self, code: Code, change: Change = as_it_is) -> Outcome[Tokens]:
        """Answer the challenge with a code; `change` alters the request in one part. The next recovery code is kept."""
        held = self.account.held
        confirmation = confirmation_of(held.latest(Application), held.latest(MfaToken).secret, code)
        answered = send(self.account, change(confirmation))
        if code.factor is Factor.RECOVERY_CODE and answered.value and answered.value.recovery_code:
            held.keep(UsedRecoveryCode(code.secret))
            held.keep(RecoveryCode(answered.value.recovery_code))
        return answered
