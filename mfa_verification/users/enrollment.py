"""How a test user enrolls a factor: start, confirm, list, remove."""

from __future__ import annotations

from dataclasses import dataclass

from mfa_verification.auth0.authentication import Confirmation
from mfa_verification.auth0.mfa_api import AppEnrollment, Authenticator, Factor, PhoneEnrollment
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.settings.profile import Application
from mfa_verification.users.confirmations import (
    Change,
    Code,
    OutOfBandCode,
    as_usual,
    confirmation_of,
    in_header_and_body,
    send,
)
from mfa_verification.users.held import Account, RecoveryCode

Started = Outcome[PhoneEnrollment] | Outcome[AppEnrollment]


@dataclass(frozen=True, slots=True)
class Enrollment:
    """The enrollments of one test user, with the MFA API token of the latest sign-in unless another is given."""

    account: Account

    def start(self, factor: Factor, access_token: Secret | None = None, number: str | None = None) -> Started:
        """Start to enroll a factor (MFA API: associate); what comes for it is kept."""
        match factor:
            case Factor.OTP:
                return self._start_app(access_token or self._access_token)
            case Factor.EMAIL:
                return self._start_email(access_token or self._access_token)
            case _:
                return self._start_phone(factor, access_token, number or self.account.phone.number)

    def confirm(self, code: Code, change: Change = as_usual, access_token: Secret | None = None) -> Outcome[Tokens]:
        """Confirm the enrollment with a code; `change` alters the request in one part."""
        application = self.account.held.latest(Application)
        return send(self.account, change(confirmation_of(application, access_token or self._access_token, code)))

    def confirm_again(self) -> Outcome[Tokens]:
        """Send the latest confirmation once more, as it was."""
        return self.account.tenant.authentication.confirm(self.account.held.latest(Confirmation))

    def complete(self, factor: Factor) -> Outcome[Tokens]:
        """Start an enrollment and confirm it, with the MFA API token in the header and the body."""
        self.start(factor).result()
        return self.confirm(self.app_code() if factor is Factor.OTP else self.sms_code(), in_header_and_body)

    def list(self) -> Outcome[list[Authenticator]]:
        """Look at the user's own list."""
        return self.account.tenant.mfa.authenticators(self._access_token)

    def remove(self, authenticator_id: str) -> Outcome[bool]:
        """Remove an authenticator, whoever has it."""
        return self.account.tenant.mfa.remove(self._access_token, authenticator_id)

    def phone_id(self) -> str:
        """Return the id of the phone in the user's own list."""
        phones = [one.id for one in self.list().result() if one.factor == Factor.SMS]
        return self.account.held.demand(phones[0] if phones else None, "phone in their list")

    def app_code(self) -> Code:
        """Return the next code of the authenticator app, for a confirmation."""
        app, clock = self.account.held.latest(AuthenticatorApp), self.account.tenant.clock
        return Code(Factor.OTP, app.confirmation_code(clock))

    def sms_code(self) -> Code:
        """Return the SMS code of the latest enrollment or challenge."""
        return self.account.held.latest(OutOfBandCode).sms_code()

    @property
    def _access_token(self) -> Secret:
        return self.account.held.latest(Tokens).access_token

    def _start_phone(self, factor: Factor, access_token: Secret | None, number: str) -> Outcome[PhoneEnrollment]:
        """Start it by SMS or by a call; the watch for its message begins before.

        A message that an earlier enrollment is waiting for is read first: later nobody could tell the two apart.
        """
        phone, held = self.account.phone, self.account.held
        if factor is Factor.VOICE and phone.provider.carrier:
            reader = phone.provider.name
            raise NotApplicable(f"this needs a reader of calls, and PHONE_PROVIDER={reader} reads SMS messages alone")
        if held.has(OutOfBandCode):
            held.latest(OutOfBandCode).watch.code()
        watch = phone.watch()
        started = held.take(self.account.tenant.mfa.associate_phone(access_token or self._access_token, number, factor))
        if started.value:
            phone.expect(1)
            held.keep(OutOfBandCode(started.value.oob_code, watch))
            self._keep_recovery_code(started.value)
        return started

    def _start_email(self, access_token: Secret) -> Outcome[PhoneEnrollment]:
        """Start it for an address that is not the user's own; what is mailed there, nobody reads."""
        return self.account.held.note(
            self.account.tenant.mfa.associate_email(access_token, f"other-{self.account.email}")
        )

    def _start_app(self, access_token: Secret) -> Outcome[AppEnrollment]:
        """Start it, and scan the QR code that comes."""
        held = self.account.held
        started = held.take(self.account.tenant.mfa.associate_app(access_token))
        if started.value:
            held.keep(AuthenticatorApp.from_qr(started.value.barcode_uri))
            self._keep_recovery_code(started.value)
        return started

    def _keep_recovery_code(self, started: PhoneEnrollment | AppEnrollment) -> None:
        if started.recovery_codes:
            self.account.held.keep(RecoveryCode(started.recovery_codes[0]))
