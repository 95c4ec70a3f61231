"""Variations of SMS codes, OTP codes, recovery codes and messages."""

from __future__ import annotations

from local_tenant.errors import BAD_PHONE_BY_NAME
from local_tenant.model import Authenticator, Bearer, SentCode, User
from local_tenant.rules.codes import Codes, OneTimePasswords, RecoveryCodes
from local_tenant.rules.messages import Messages, Phones
from local_tenant.variations import dialect, fault

fault("sms-code-never-expires", Codes.has_expired, "AF-LIMIT-01").always(False, "An SMS code never expires.")
fault("any-sms-code-accepted", Codes.is_right, "AF-CONF-20").always(True, "Any SMS code confirms an enrollment.")
fault("earlier-sms-code-still-works", Codes.is_superseded, "AF-LIMIT-04").always(
    False, "An SMS code stays valid after a newer one was sent."
)
fault("sms-code-works-twice", Codes.mark_used, "AF-LIMIT-03").always(None, "An SMS code can be used twice.")

fault("any-otp-accepted", OneTimePasswords.accept, "AF-CONF-19").always(True, "Any OTP code confirms an enrollment.")
fault("otp-works-twice", OneTimePasswords.is_used, "AF-LIMIT-07").always(False, "An OTP code can be used twice.")
fault("barcode-names-another-issuer", OneTimePasswords.issuer, "AF-ENROLL-16").always(
    "Another Tenant", "The barcode names another issuer."
)
fault("barcode-without-account-name", OneTimePasswords.label, "AF-ENROLL-16").always(
    "user", "The barcode does not name the user's account."
)
fault("barcode-says-eight-digits", OneTimePasswords.barcode_digits, "AF-ENROLL-16").always(
    "8", "The barcode asks for codes of eight digits."
)
fault("barcode-says-sixty-seconds", OneTimePasswords.barcode_period, "AF-ENROLL-16").always(
    "60", "The barcode asks for a time step of 60 seconds."
)

fault("any-phone-number-accepted", Phones.is_valid, "AF-ENROLL-30").always(
    True, "Any string is accepted as a phone number."
)
dialect("invalid-phone-with-its-own-error", Phones.bad_number_row, "AF-ENROLL-31").always(
    BAD_PHONE_BY_NAME, "An invalid phone number is refused with `invalid_phone_number`."
)


@fault("five-digit-sms-codes", Codes.make, "AF-LIMIT-02")
def _(self: Codes) -> str:
    """SMS codes have five digits."""
    return Codes.make(self)[:5]


@fault("sms-code-compared-in-part", Codes.is_right, "AF-CONF-20")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Only the first five digits of an SMS code are compared."""
    return code.digits[:5] == given[:5]


@fault("sms-code-of-another-user-works", Codes.is_right, "AF-CONF-40")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """An SMS code that was sent to another user confirms an enrollment."""
    return any(one.digits == given for one in self.tenant.store.codes.values())


@fault("sms-code-of-another-enrollment-works", Codes.is_right, "AF-CONF-39")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Any SMS code sent to a user confirms any of this user's enrollments."""
    return any(one.digits == given for one in self.tenant.store.codes.values() if one.user_id == code.user_id)


@fault("all-zeros-accepted", Codes.is_right, "AF-CONF-20")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """The SMS code `000000` is always accepted."""
    return given == "000000" or Codes.is_right(self, code, given)


@fault("otp-secret-too-short", OneTimePasswords.make_secret, "AF-ENROLL-15")
def _(self: OneTimePasswords) -> str:
    """The OTP secret has only 80 bits."""
    return OneTimePasswords.make_secret(self)[:16]


@fault("future-otp-accepted", OneTimePasswords.accepted_steps, "AF-LIMIT-05")
def _(self: OneTimePasswords) -> list[int]:
    """OTP codes of the next five minutes are accepted."""
    now = max(OneTimePasswords.accepted_steps(self))
    return [*OneTimePasswords.accepted_steps(self), *range(now + 1, now + 11)]


@dialect("next-otp-accepted", OneTimePasswords.accepted_steps, "AF-LIMIT-06")
def _(self: OneTimePasswords) -> list[int]:
    """The OTP code of the next time step is accepted."""
    return [max(OneTimePasswords.accepted_steps(self)) + 1, *OneTimePasswords.accepted_steps(self)]


@fault("old-otp-accepted", OneTimePasswords.accepted_steps, "AF-LIMIT-05")
def _(self: OneTimePasswords) -> list[int]:
    """OTP codes of the last hour are accepted."""
    now = max(OneTimePasswords.accepted_steps(self))
    return list(range(now, now - 120, -1))


@fault("otp-of-any-users-app-accepted", OneTimePasswords.is_right, "AF-ENROLL-18")
def _(self: OneTimePasswords, authenticator: Authenticator, given: str, step: int) -> bool:
    """An OTP code of any user's authenticator app is accepted."""
    apps = [one for one in self.tenant.store.authenticators.values() if one.kind == "totp"]
    return any(self.digits(one.secret, step) == given for one in apps)


@fault("barcode-has-another-secret", OneTimePasswords.barcode_secret, "AF-ENROLL-15")
def _(self: OneTimePasswords, secret: str) -> str:
    """The barcode contains another secret than the response."""
    return self.make_secret()


@fault("first-factor-without-recovery-code", RecoveryCodes.first_for, "AF-ENROLL-22")
def _(self: RecoveryCodes, user: User) -> dict[str, object]:
    """The first enrollment returns no recovery code, although recovery codes are enabled."""
    return {}


@fault("recovery-code-with-every-factor", RecoveryCodes.no_new_code, "AF-ENROLL-22")
def _(self: RecoveryCodes) -> dict[str, object]:
    """Every enrollment returns a recovery code."""
    return {"recovery_codes": [self.make()]}


@dialect("recovery-codes-empty-instead-of-absent", RecoveryCodes.no_new_code, "AF-ENROLL-23")
def _(self: RecoveryCodes) -> dict[str, object]:
    """An enrollment without a new recovery code returns an empty list instead of none."""
    return {"recovery_codes": []}


@fault("recovery-code-is-not-replaced", RecoveryCodes.redeem, "AF-CONF-17")
def _(self: RecoveryCodes, bearer: Bearer, given: str) -> dict[str, object]:
    """A used recovery code is not replaced by a new one."""
    answer = RecoveryCodes.redeem(self, bearer, given)
    return {name: value for name, value in answer.items() if name != "recovery_code"}


@fault("recovery-code-of-another-user-works", RecoveryCodes.is_right, "AF-ENROLL-24")
def _(self: RecoveryCodes, authenticator: Authenticator, given: str) -> bool:
    """A recovery code of another user is accepted."""
    everybodys = self.tenant.store.authenticators.values()
    return any(RecoveryCodes.is_right(self, one, given) for one in everybodys)


@fault("recovery-code-works-twice", RecoveryCodes.is_right, "AF-CONF-18")
def _(self: RecoveryCodes, authenticator: Authenticator, given: str) -> bool:
    """A recovery code can be used twice."""
    return len(given) == len(authenticator.secret)


@fault("sms-not-sent", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """No SMS message is sent."""
    return []


@fault("sms-sent-to-another-number", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """SMS messages go to another number than the enrolled one."""
    return [f"{phone[:-1]}{(int(phone[-1]) + 1) % 10}"]


@fault("sms-sent-twice", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """Every SMS message is sent twice."""
    return [phone, phone]


@fault("sms-without-code", Messages.body, "AF-PHONE-07")
def _(self: Messages, code: SentCode) -> str:
    """The SMS message contains no code."""
    return f"Welcome to {self.tenant.settings.friendly_name}"


@dialect("mask-shows-the-beginning", Phones.mask, "AF-LIST-07")
def _(self: Phones, number: str) -> str:
    """A masked phone number shows its first digits instead of its last."""
    return number[:5] + "X" * (len(number) - 5)


@fault("page-shows-whole-number", Phones.mask_on_page, "AF-PAGE-15")
def _(self: Phones, number: str) -> str:
    """The page of the SMS challenge shows the phone number unmasked."""
    return number
