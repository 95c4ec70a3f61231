"""Texted codes, one-time passwords, recovery codes, and the texts that carry them."""

from __future__ import annotations

from local_tenant.errors import BAD_PHONE_BY_NAME
from local_tenant.model import Authenticator, Bearer, SentCode, User
from local_tenant.rules.codes import Codes, OneTimePasswords, RecoveryCodes
from local_tenant.rules.messages import Messages, Phones
from local_tenant.variations.table import dialect, fault

fault("texted-code-never-expires", Codes.has_expired, "AF-LIMIT-01").always(False, "A texted code stays good for ever.")
fault("any-code-accepted", Codes.is_right, "AF-CONF-20").always(True, "Any digits pass for the texted ones.")
fault("older-text-still-works", Codes.is_overtaken, "AF-LIMIT-04").always(
    False, "A code stays good when a newer one was sent."
)
fault("texted-code-works-twice", Codes.spend, "AF-LIMIT-03").always(None, "A texted code can be used again.")

fault("any-otp-accepted", OneTimePasswords.accept, "AF-CONF-19").always(True, "Any digits pass for the app's.")
fault("otp-works-twice", OneTimePasswords.is_spent, "AF-LIMIT-07").always(
    False, "A one-time password can be used again."
)
fault("barcode-names-another-issuer", OneTimePasswords.issuer, "AF-ENROLL-16").always(
    "Another Tenant", "The barcode names another tenant."
)
fault("barcode-names-nobody", OneTimePasswords.label, "AF-ENROLL-16").always(
    "user", "The barcode does not say whose account it is."
)
fault("barcode-says-eight-digits", OneTimePasswords.barcode_digits, "AF-ENROLL-16").always(
    "8", "The barcode makes apps show eight digits."
)
fault("barcode-says-sixty-seconds", OneTimePasswords.barcode_period, "AF-ENROLL-16").always(
    "60", "The barcode makes apps change their digits every minute."
)

fault("any-phone-accepted", Phones.is_acceptable, "AF-ENROLL-30").always(True, "Anything passes for a phone number.")
dialect("invalid-phone-by-its-own-name", Phones.bad_number_row, "AF-ENROLL-31").always(
    BAD_PHONE_BY_NAME, "A number that is not accepted is refused as invalid_phone_number."
)


@fault("five-digit-codes", Codes.make, "AF-LIMIT-02")
def _(self: Codes) -> str:
    """The texted code has five digits."""
    return Codes.make(self)[:5]


@fault("code-compared-in-part", Codes.is_right, "AF-CONF-20")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Of a texted code only the first five digits are compared."""
    return code.digits[:5] == given[:5]


@fault("code-is-nobodys-own", Codes.is_right, "AF-CONF-40")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Any code that was texted to anybody is good for everybody."""
    return any(one.digits == given for one in self.tenant.store.codes.values())


@fault("code-of-another-enrollment-works", Codes.is_right, "AF-CONF-39")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Any code that was texted to a user confirms any enrollment of theirs."""
    return any(one.digits == given for one in self.tenant.store.codes.values() if one.user_id == code.user_id)


@fault("noughts-are-always-right", Codes.is_right, "AF-CONF-20")
def _(self: Codes, code: SentCode, given: str) -> bool:
    """Six noughts are always the right code."""
    return given == "000000" or Codes.is_right(self, code, given)


@fault("secret-too-short", OneTimePasswords.make_secret, "AF-ENROLL-15")
def _(self: OneTimePasswords) -> str:
    """The app's secret has only 80 bits."""
    return OneTimePasswords.make_secret(self)[:16]


@fault("coming-otp-accepted", OneTimePasswords.accepted_steps, "AF-LIMIT-05")
def _(self: OneTimePasswords) -> list[int]:
    """One-time passwords of the next five minutes are accepted."""
    now = max(OneTimePasswords.accepted_steps(self))
    return [*OneTimePasswords.accepted_steps(self), *range(now + 1, now + 11)]


@dialect("forgives-a-future-step", OneTimePasswords.accepted_steps, "AF-LIMIT-06")
def _(self: OneTimePasswords) -> list[int]:
    """A one-time password of the next thirty seconds is accepted as well."""
    return [max(OneTimePasswords.accepted_steps(self)) + 1, *OneTimePasswords.accepted_steps(self)]


@fault("old-otp-accepted", OneTimePasswords.accepted_steps, "AF-LIMIT-05")
def _(self: OneTimePasswords) -> list[int]:
    """One-time passwords of the last hour are accepted."""
    now = max(OneTimePasswords.accepted_steps(self))
    return list(range(now, now - 120, -1))


@fault("any-app-will-do", OneTimePasswords.is_right, "AF-ENROLL-18")
def _(self: OneTimePasswords, authenticator: Authenticator, given: str, step: int) -> bool:
    """The code of anybody's app is right."""
    apps = [one for one in self.tenant.store.authenticators.values() if one.kind == "totp"]
    return any(self.digits(one.secret, step) == given for one in apps)


@fault("barcode-carries-another-secret", OneTimePasswords.barcode_secret, "AF-ENROLL-15")
def _(self: OneTimePasswords, secret: str) -> str:
    """The barcode carries another secret than the one beside it."""
    return self.make_secret()


@fault("first-factor-without-recovery-code", RecoveryCodes.first_of, "AF-ENROLL-22")
def _(self: RecoveryCodes, user: User) -> dict[str, object]:
    """The first enrollment hands out no recovery code, though they are on."""
    return {}


@fault("recovery-code-with-every-factor", RecoveryCodes.nothing_new, "AF-ENROLL-22")
def _(self: RecoveryCodes) -> dict[str, object]:
    """Every enrollment hands out a recovery code."""
    return {"recovery_codes": [self.make()]}


@dialect("recovery-codes-empty-instead-of-absent", RecoveryCodes.nothing_new, "AF-ENROLL-23")
def _(self: RecoveryCodes) -> dict[str, object]:
    """An enrollment without a new recovery code says so with an empty list."""
    return {"recovery_codes": []}


@fault("recovery-code-is-not-replaced", RecoveryCodes.redeem, "AF-CONF-17")
def _(self: RecoveryCodes, bearer: Bearer, given: str) -> dict[str, object]:
    """A recovery code that was used is not replaced."""
    answer = RecoveryCodes.redeem(self, bearer, given)
    return {name: value for name, value in answer.items() if name != "recovery_code"}


@fault("recovery-code-is-nobodys-own", RecoveryCodes.is_right, "AF-ENROLL-24")
def _(self: RecoveryCodes, authenticator: Authenticator, given: str) -> bool:
    """Anybody's recovery code counts for everybody."""
    everybodys = self.tenant.store.authenticators.values()
    return any(RecoveryCodes.is_right(self, one, given) for one in everybodys)


@fault("recovery-code-works-twice", RecoveryCodes.is_right, "AF-CONF-18")
def _(self: RecoveryCodes, authenticator: Authenticator, given: str) -> bool:
    """A recovery code that was used is still good."""
    return len(given) == len(authenticator.secret)


@fault("text-not-sent", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """No text is sent."""
    return []


@fault("text-sent-elsewhere", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """Texts go to another number than the one being enrolled."""
    return [f"{phone[:-1]}{(int(phone[-1]) + 1) % 10}"]


@fault("text-sent-twice", Messages.recipients, "AF-ENROLL-20")
def _(self: Messages, phone: str) -> list[str]:
    """Every text is sent twice."""
    return [phone, phone]


@fault("text-without-code", Messages.text, "AF-PHONE-07")
def _(self: Messages, code: SentCode) -> str:
    """The text has no code in it."""
    return f"Welcome to {self.tenant.settings.friendly_name}"


@dialect("mask-shows-the-beginning", Phones.mask, "AF-LIST-07")
def _(self: Phones, number: str) -> str:
    """A masked number shows its beginning instead of its end."""
    return number[:5] + "X" * (len(number) - 5)


@fault("page-shows-whole-number", Phones.mask_on_page, "AF-PAGE-15")
def _(self: Phones, number: str) -> str:
    """The page that asks for the texted code shows the whole number."""
    return number
