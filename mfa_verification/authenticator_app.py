"""A user's authenticator app: takes a set-up key or a QR code and returns OTP codes.

Its time steps follow the tenant's clock, which is known to about half a second. A tenant accepts the codes of the
current and the previous step, each once (AF-LIMIT-05, AF-LIMIT-07).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pyotp

from mfa_verification.core.clock import MACHINE, TenantClock, Timer, wait_for
from mfa_verification.core.outcome import TenantFault
from mfa_verification.core.secret import Secret, wrong_code_for
from mfa_verification.core.verdict import Cause

_DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


class AuthenticatorApp:
    """The app for one key. It returns the code of a step once, and never one older than the last.

    Its margins are fractions of a step; the seconds in docstrings are those of a 30-second step.
    """

    def __init__(self, set_up: SetUp, timer: Timer = MACHINE) -> None:
        """Take the result of `base32_key` or `read_qr`."""
        self.account = set_up.account
        self.issuer = set_up.issuer
        self.label_issuer = set_up.label_issuer
        self.algorithm = set_up.algorithm
        self.digits = set_up.digits
        self.period = set_up.period
        self._timer = timer
        self._totp = pyotp.TOTP(
            set_up.key.reveal(), digits=self.digits, digest=_DIGESTS[self.algorithm], interval=self.period
        )
        self._last_used = -1  # the newest step whose code was used

    @classmethod
    def from_key(cls, secret: Secret, account: str, issuer: str, timer: Timer = MACHINE) -> AuthenticatorApp:
        """Set the app up with a typed key: SHA1, 6 digits and 30 seconds, as Google Authenticator assumes.

        Spaces and lower case are allowed. Raises `TenantFault` for a key that no app accepts.
        """
        return cls(SetUp(base32_key(secret), account, issuer), timer)

    @classmethod
    def from_qr(cls, barcode_uri: Secret, timer: Timer = MACHINE) -> AuthenticatorApp:
        """Set the app up with a QR code. Raises `TenantFault`, naming the part, for one that no app can read."""
        return cls(read_qr(barcode_uri), timer)

    def __repr__(self) -> str:
        """Return account and issuer, as an app lists them."""
        return f"<authenticator app of {self.account} at {self.issuer}>"

    def same_codes_as(self, other: AuthenticatorApp, at: float) -> bool:
        """Return whether both apps show the same codes around `at` (seconds since 1970), two steps either way."""
        moments = [at + step * self.period for step in range(-2, 3)]
        return all(self._totp.at(moment) == other._totp.at(moment) for moment in moments)

    def confirmation_code(self, clock: TenantClock) -> Secret:
        """Return the code of the previous step, so that a sign-in right after it can use the current one.

        If that code was used, or the current step ends within 10 s, return the current step's code. Then only a sign-in
        that really follows has to wait.
        """
        step = self._step(clock)
        if self._last_used < step - 1 and self._left(clock, step) >= self.period / 3:
            return self._use(step - 1)
        return self.sign_in_code(clock)

    def sign_in_code(self, clock: TenantClock) -> Secret:
        """Return the code of the current step; wait for the next step if it was used or ends within 2 s."""
        current = max(self._step(clock), self._last_used + 1)
        if self._left(clock, current) < self.period / 15:
            current += 1
        self._wait_into(current, clock, "the code of the current step was used, or the step is about to end")
        return self._use(current)

    def wrong_code(self, clock: TenantClock) -> Secret:
        """Return a code that is wrong in the current step and in the three before and after; uses up none."""
        step = self._step(clock)
        right_ones = [self._code(near) for near in range(max(0, step - 3), step + 4)]
        return wrong_code_for(self._code(step), besides=right_ones)

    def old_code(self, clock: TenantClock, seconds: float) -> Secret:
        """Return the code shown so many seconds ago; uses up none.

        If it happens to be the code of a step that is valid now, return the one before it.
        """
        step = self._step(clock)
        good = [self._code(near) for near in range(step - 1, step + 2)]
        old = step - int(seconds // self.period)
        while self._code(old) in good:
            old -= 1
        return self._code(old)

    def _step(self, clock: TenantClock) -> int:
        return int(clock.now() // self.period)

    def _left(self, clock: TenantClock, step: int) -> float:
        return (step + 1) * self.period - clock.now()

    def _wait_into(self, step: int, clock: TenantClock, reason: str) -> None:
        """Wait until 1 s into a step: a tenant need not accept a code before its time."""
        missing = step * self.period + self.period / 30 - clock.now()
        if missing > 3 * self.period:
            # The scenario set the clock back: waiting for hours would hide that.
            raise RuntimeError(f"the tenant's clock went back: the next code is {missing:.0f} s away")
        if missing > 0:
            wait_for(missing, f"authenticator app: {reason}", self._timer)

    def _use(self, step: int) -> Secret:
        self._last_used = step
        return self._code(step)

    def _code(self, step: int) -> Secret:
        return Secret(self._totp.generate_otp(step), "authenticator app code")


ALGORITHMS = ("SHA1", "SHA256", "SHA512")
LONGEST_PERIOD = 120
"""Seconds; NIST SP 800-63B-4, 3.1.4.1."""
SHORTEST_KEY = 128
"""Bits; RFC 4226, section 4, R6."""
# RFC 3986, section 2: characters of a URI; all others are percent-encoded.
_ADDRESS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class SetUp:
    """The set-up of an app. The defaults are those of a typed key."""

    key: Secret
    """Base32, in upper case, without padding."""
    account: str
    issuer: str
    label_issuer: str = ""
    """The issuer in the label of a QR code; empty where there is none."""
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    """Seconds."""


def base32_key(typed: Secret) -> Secret:
    """Return the key without spaces, padding and lower case."""
    text = re.sub(r"\s", "", typed.reveal()).upper().rstrip("=")
    # Base32 encodes 5 bytes in 8 characters, so some lengths are impossible.
    if not re.fullmatch("[A-Z2-7]+", text) or len(text) % 8 in {1, 3, 6}:
        raise _unreadable("the secret is not base32")
    if len(text) * 5 // 8 * 8 < SHORTEST_KEY:
        raise _unreadable(f"the secret is shorter than {SHORTEST_KEY} bits (RFC 4226, R6)")
    return Secret(text, "authenticator app key")


def read_qr(barcode_uri: Secret) -> SetUp:
    """Read `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…&algorithm=…&digits=…&period=…`.

    Only the account and the secret are required. Unknown parameters are ignored.
    """
    text = barcode_uri.reveal()
    if not _ADDRESS.fullmatch(text):
        raise _unreadable("it has a character that must be percent-encoded")
    if not text.startswith("otpauth://totp/"):
        raise _unreadable("it does not begin with otpauth://totp/")
    if "#" in text:
        raise _unreadable("it contains a #")
    parts = urlsplit(text)
    label_issuer, account = _label(parts.path)
    given = _parameters(parts.query)
    if "secret" not in given:
        raise _unreadable("it has no secret")
    return SetUp(
        base32_key(Secret(given["secret"], "authenticator app key")),
        account,
        given.get("issuer", label_issuer),
        label_issuer,
        _algorithm(given.get("algorithm", "SHA1")),
        _digits(given.get("digits", "6")),
        _period(given.get("period", "30")),
    )


def _label(path: str) -> tuple[str, str]:
    """Split `/ISSUER:ACCOUNT`. The colon may be percent-encoded, and spaces may follow it."""
    before, colon, after = path[1:].partition(":")
    issuer, account = _decoded(before, "label"), _decoded(after, "label")
    if not colon:
        issuer, colon, account = issuer.partition(":")
    if not colon:
        issuer, account = "", issuer
    if not account.strip():
        raise _unreadable("the label has no account")
    return issuer.strip(), account.strip()


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in given:
            raise _unreadable("a parameter is repeated")
        if not value:
            raise _unreadable("a parameter is empty")
        given[name] = _decoded(value, "query")
    return given


def _algorithm(given: str) -> str:
    if given.upper() not in ALGORITHMS:
        raise _unreadable(f"the algorithm is not {', '.join(ALGORITHMS[:-1])} or {ALGORITHMS[-1]}")
    return given.upper()


def _digits(given: str) -> int:
    if given not in {"6", "8"}:
        raise _unreadable("the digits are neither 6 nor 8")
    return int(given)


def _period(given: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", given) or int(given) > LONGEST_PERIOD:
        raise _unreadable(f"the period is not a number of seconds from 1 to {LONGEST_PERIOD}")
    return int(given)


def _decoded(text: str, part: str) -> str:
    """Decode percent-encoding; a plus stays a plus, unlike in form encoding."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        broken = _unreadable(f"the {part} is not percent-encoded UTF-8")
    raise broken  # outside `except`: the original error quotes the bytes


def _unreadable(what: str) -> TenantFault:
    return TenantFault(Cause.MALFORMED_RESPONSE, f"no authenticator app can read the set-up: {what}")
