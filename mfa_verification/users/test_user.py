"""One disposable person: what they can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mfa_verification.auth0.authentication import (
    GRANT_OOB,
    GRANT_OTP,
    GRANT_RECOVERY_CODE,
    IN_HEADER_AND_BODY,
    Confirmation,
)
from mfa_verification.auth0.mfa_api import AppEnrolment, Authenticator, PhoneEnrolment
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.core.wrong_code import NEARLY_RIGHT, wrong_code_for
from mfa_verification.factors.authenticator_app import AuthenticatorApp
from mfa_verification.settings.profile import Application
from mfa_verification.transport.http import Value
from mfa_verification.users.token_requests import AsksForTokens


@dataclass(kw_only=True)
class Person(AsksForTokens):
    """A user of the tenant, named as in the feature, with a phone of their own: enrols, confirms, lists, removes.

    Each action returns its outcome and judges nothing; what it got for the person stays in their hand.
    """

    def ask_for_texted_code(self, authenticator_id: str | None = None) -> Outcome[PhoneEnrolment]:
        """Ask for a code by text where a second factor was asked for; the watch for the text begins before."""
        watch = self.phone.look_out()
        outcome = self.note(self.tenant.mfa.challenge_phone(self.application, self.mfa_token, authenticator_id))
        self.phone.expect(1 if outcome.value else 0)
        # Where nothing was asked, there is nothing to answer: an earlier question must not stand in for it.
        self._watch, self._phone_enrolment = (watch if outcome.value else None), outcome.value
        return outcome

    def answer_challenge(self, **changes: Any) -> Outcome[Tokens]:
        """Answer with the texted code where a second factor was asked for; `changes` as for a confirmation."""
        return self.confirm_phone("body", **({"token": self.mfa_token} | changes))

    def ask_to_enrol_phone(
        self, token: Secret | None = None, number: str | None = None, channel: str = "sms"
    ) -> Outcome[PhoneEnrolment]:
        """Ask to enrol the phone with the latest token; the watch for its text begins before.

        A text that an earlier enrolment is waiting for is read first: later nobody could tell the two apart.
        """
        if self._watch is not None:
            self._watch.code()
        watch = self.phone.look_out()
        presented = token or self.tokens.access_token
        outcome = self.note(self.tenant.mfa.associate_phone(presented, number or self.phone.number, channel))
        if outcome.value:
            self.phone.expect(1)
            self._earlier_watch, self._watch = self._watch, watch
            self._earlier_phone_enrolment, self._phone_enrolment = self._phone_enrolment, outcome.value
            self._keep_recovery_code(outcome.value)
        return outcome

    def ask_to_be_called(self) -> Outcome[PhoneEnrolment]:
        """Ask to enrol the phone by a call; `NotApplicable` where nobody writes down what a call says."""
        provider = self.phone.provider
        if provider.carrier:
            raise NotApplicable(f"this needs a reader of calls, and PHONE_PROVIDER={provider.name} reads texts alone")
        return self.ask_to_enrol_phone(channel="voice")

    def ask_to_enrol_email(self) -> Outcome[PhoneEnrolment]:
        """Ask to enrol an address that is not the user's own; what is mailed there, nobody reads."""
        return self.note(self.tenant.mfa.associate_email(self.tokens.access_token, f"other-{self.email}"))

    def see_that_confirmation_may_enrol(self) -> None:
        """Raise `NotApplicable` where the token of the confirmation names no such scope (contract, 11, 2)."""
        if "enroll" not in self.tenant.scope_of(self.confirmed):
            raise NotApplicable("this needs a confirmation whose token may enrol, and the tenant's may not")

    def confirm_phone(
        self,
        presented: str,
        *,
        code: Secret | None = None,
        enrolment: PhoneEnrolment | None = None,
        **changes: Any,
    ) -> Outcome[Tokens]:
        """Present the latest token with a code: the texted one of the latest enrolment, unless others are given.

        `changes` are parts of the `Confirmation` that are to be other than they should.
        """
        parameters: dict[str, Value] = {
            "grant_type": GRANT_OOB,
            "oob_code": (enrolment or self.phone_enrolment).oob_code,
            "binding_code": code or self.texted_code(),
        }
        return self._answer("confirm the phone", parameters, presented, changes)

    def ask_to_enrol_app(self, token: Secret | None = None) -> Outcome[AppEnrolment]:
        """Ask to enrol an authenticator app with the latest token, and scan the code that comes."""
        outcome = self.note(self.tenant.mfa.associate_app(token or self.tokens.access_token))
        if outcome.value:
            self._app_enrolment = outcome.value
            self._app = AuthenticatorApp.from_qr(outcome.value.barcode_uri)
            self._keep_recovery_code(outcome.value)
        return outcome

    def confirm_app(self, presented: str, code: Secret | None = None, **changes: Any) -> Outcome[Tokens]:
        """Present the latest token with a code of the app, unless another code is given."""
        otp = code or self.app.confirmation_code(self.tenant.clock)
        parameters: dict[str, Value] = {"grant_type": GRANT_OTP, "otp": otp}
        return self._answer("confirm the authenticator app", parameters, presented, changes)

    def confirming_code(self) -> Secret:
        """Return the code of the latest answer to a factor's question."""
        parameters = self.answered.parameters
        code = parameters.get("binding_code", parameters.get("otp"))
        assert isinstance(code, Secret)
        return code

    def answer_again(self) -> Outcome[Tokens]:
        """Send the latest answer once more, as it was."""
        return self.tenant.authentication.confirm(self.answered)

    def show_recovery_code(self, code: Secret) -> Outcome[Tokens]:
        """Answer with a recovery code where a second factor was asked for; the next one is kept."""
        parameters: dict[str, Value] = {"grant_type": GRANT_RECOVERY_CODE, "recovery_code": code}
        shown = self._answer("show a recovery code", parameters, "body", {"token": self.mfa_token})
        if shown.value and shown.value.recovery_code:
            self._used_recovery_code, self._recovery_code = code, shown.value.recovery_code
        return shown

    def enrol(self, factor: str, application: Application) -> None:
        """Enrol a first factor (`sms`, `otp`), from sign-in to confirmation; raise `TenantFault` for a refusal."""
        self.sign_in(application).answer()
        if factor == "sms":
            self.ask_to_enrol_phone().answer()
            self.confirm_phone(IN_HEADER_AND_BODY).answer()
        else:
            self.ask_to_enrol_app().answer()
            self.confirm_app(IN_HEADER_AND_BODY).answer()

    def enrol_phone_as_far_as_possible(self, application: Application) -> Outcome[Tokens]:
        """Sign in, agree, ask, confirm; return the first outcome that is no answer, or the confirmation's."""
        signed_in = self.sign_in(application, consent="accept")
        if signed_in.value is None:
            return signed_in
        begun = self.ask_to_enrol_phone()
        if begun.value is None:
            return Outcome(begun.action, refusal=begun.refusal)
        return self.confirm_phone(IN_HEADER_AND_BODY)

    def own_phone(self) -> str:
        """Return the id of the phone in their own list."""
        own = self.list_factors().answer()
        phone = next((one for one in own if one.factor == "sms"), None)
        return self._held(phone, "phone in their list").id

    def find_phone(self) -> None:
        """Look their phone up in their own list, and keep what it is called there."""
        self._found_phone = self.own_phone()

    def remove(self, authenticator_id: str) -> Outcome[bool]:
        """Remove an authenticator with the latest token, whoever has it."""
        return self.tenant.mfa.remove(self.tokens.access_token, authenticator_id)

    def list_factors(self) -> Outcome[list[Authenticator]]:
        """Look at their own list with the latest token."""
        return self.tenant.mfa.authenticators(self.tokens.access_token)

    def remove_phone(self) -> Outcome[bool]:
        """Remove the phone from their own list with the latest token."""
        return self.remove(self.own_phone())

    def wrong_texted_code(self) -> Secret:
        """A code that was not texted: derived from the right one, so that it is never right by chance."""
        return wrong_code_for(self.texted_code())

    def wrong_app_code(self) -> Secret:
        """A code that the app made neither now nor around now."""
        return self.app.wrong_code(self.tenant.clock)

    def nearly_right_code(self, how: str) -> Secret:
        """A code that is the texted one but for a little, as `NEARLY_RIGHT` says."""
        return NEARLY_RIGHT[how](self.texted_code())

    def next_app_code(self) -> Secret:
        """The app's next code, whatever it is for."""
        return self.app.confirmation_code(self.tenant.clock)

    def old_app_code(self, seconds: float) -> Secret:
        """A code that the app made so long ago, or will make where that is less than nothing."""
        return self.app.old_code(self.tenant.clock, seconds)

    def app_set_up_by_key(self) -> AuthenticatorApp:
        """Another app, as it would be if its key had been typed instead of its code scanned."""
        return AuthenticatorApp.from_key(self.app_enrolment.secret, self.app.account, self.app.issuer)

    def _answer(
        self, action: str, parameters: dict[str, Value], presented: str, changes: dict[str, Any]
    ) -> Outcome[Tokens]:
        token = changes.get("token") or self.tokens.access_token
        bearer = token if presented == IN_HEADER_AND_BODY else None
        asked = Confirmation(action, self.application, token, parameters, bearer)
        self._answered = replace(asked, **changes)
        outcome = self.tenant.authentication.confirm(self._answered)
        self._confirmed = outcome.value or self._confirmed
        return outcome

    def _keep_recovery_code(self, enrolment: PhoneEnrolment | AppEnrolment) -> None:
        self._recovery_code = enrolment.recovery_codes[0] if enrolment.recovery_codes else self._recovery_code
