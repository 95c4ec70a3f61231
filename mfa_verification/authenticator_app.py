"""An authenticator app in one user's hand: takes the key or the QR code, and shows codes.

It steps by the tenant's clock, which is known to about half a second. A tenant takes the code of the current
step and of the one before, and each only once (AF-LIMIT-05, AF-LIMIT-07).
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
    """The app for one key. It hands out each step's code once, and never an older one after a newer one.

    Its margins are parts of a step; the seconds in the comments are those of the usual 30 s.
    """

    def __init__(self, set_up: SetUp, timer: Timer = MACHINE) -> None:
        """Take what `from_key` or `from_qr` read."""
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
        self._spent = -1  # the newest step whose code was handed out

    @classmethod
    def from_key(cls, secret: Secret, account: str, issuer: str, timer: Timer = MACHINE) -> AuthenticatorApp:
        """Type the set-up key: an app then assumes SHA1, 6 digits and 30 s, as Google Authenticator does.

        Blanks and lower case do not matter. A key that no app could take is a `TenantFault`.
        """
        return cls(SetUp(base32_key(secret), account, issuer), timer)

    @classmethod
    def from_qr(cls, barcode_uri: Secret, timer: Timer = MACHINE) -> AuthenticatorApp:
        """Scan the QR code; one that no app could read is a `TenantFault` that names the part."""
        return cls(read_qr(barcode_uri), timer)

    def __repr__(self) -> str:
        """Name the account and its issuer, as an app's list does."""
        return f"<authenticator app of {self.account} at {self.issuer}>"

    def same_codes_as(self, other: AuthenticatorApp, at: float) -> bool:
        """Say whether both show the same codes around `at` (seconds since 1970), two steps either way."""
        moments = [at + step * self.period for step in range(-2, 3)]
        return all(self._totp.at(moment) == other._totp.at(moment) for moment in moments)

    def confirmation_code(self, clock: TenantClock) -> Secret:
        """Return the code of the step before, so that the current one is left for a sign-in right after.

        Where that one was handed out before, or would be stale within 10 s, it is the current step's code after
        all: then only a sign-in that really follows has to wait, and many confirmations have none after them.
        """
        step = self._step(clock)
        if self._spent < step - 1 and self._left(clock, step) >= self.period / 3:
            return self._spend(step - 1)
        return self.sign_in_code(clock)

    def sign_in_code(self, clock: TenantClock) -> Secret:
        """Return the code of the current step; waits for the next where it is spent or over within 2 s."""
        current = max(self._step(clock), self._spent + 1)
        if self._left(clock, current) < self.period / 15:
            current += 1
        self._wait_into(current, clock, "the current step is spent or nearly over")
        return self._spend(current)

    def wrong_code(self, clock: TenantClock) -> Secret:
        """Return a code that is wrong now and in the three steps before and after; spends none."""
        step = self._step(clock)
        right_ones = [self._code(near) for near in range(max(0, step - 3), step + 4)]
        return wrong_code_for(self._code(step), besides=right_ones)

    def old_code(self, clock: TenantClock, seconds: float) -> Secret:
        """Return the code that was shown so many seconds ago; spends none.

        Now and then it is also the code of a step that is good now; then the one before it is returned.
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
        """Wait until a step has surely begun: 1 s in, as a tenant need not take a code from the future."""
        missing = step * self.period + self.period / 30 - clock.now()
        if missing > 3 * self.period:
            # Time alone never does this; waiting for hours would hide that a scenario set the clock back.
            raise RuntimeError(f"the tenant's clock went back: the next code would be {missing:.0f} s away")
        if missing > 0:
            wait_for(missing, f"authenticator app: {reason}", self._timer)

    def _spend(self, step: int) -> Secret:
        self._spent = step
        return self._code(step)

    def _code(self, step: int) -> Secret:
        return Secret(self._totp.generate_otp(step), "authenticator app code")


ALGORITHMS = ("SHA1", "SHA256", "SHA512")
LONGEST_PERIOD = 120
"""Seconds; NIST SP 800-63B-4, 3.1.4.1."""
SHORTEST_KEY = 128
"""Bits; RFC 4226, section 4, R6."""
# RFC 3986, section 2: what an address is made of; every other character must be percent-encoded.
_ADDRESS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an app needs to know. The defaults are those of a typed key."""

    key: Secret
    """In base32, upper case, without padding."""
    account: str
    issuer: str
    label_issuer: str = ""
    """The issuer that stands before the account in a QR code's label; empty where none does."""
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    """Seconds."""


def base32_key(typed: Secret) -> Secret:
    """Return the key to compute with: users type it in groups and in lower case, and apps do not mind."""
    text = re.sub(r"\s", "", typed.reveal()).upper().rstrip("=")
    # Base32 turns 5 bytes into 8 characters: some lengths cannot come of it.
    if not re.fullmatch("[A-Z2-7]+", text) or len(text) % 8 in {1, 3, 6}:
        raise _unreadable("the secret is not base32")
    if len(text) * 5 // 8 * 8 < SHORTEST_KEY:
        raise _unreadable(f"the secret is shorter than {SHORTEST_KEY} bits (RFC 4226, R6)")
    return Secret(text, "authenticator app key")


def read_qr(barcode_uri: Secret) -> SetUp:
    """Read `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…&algorithm=…&digits=…&period=…`.

    Only the account and the secret must be there. Parameters that apps do not know are passed over.
    """
    text = barcode_uri.reveal()
    if not _ADDRESS.fullmatch(text):
        raise _unreadable("it holds a character that an address must percent-encode")
    if not text.startswith("otpauth://totp/"):
        raise _unreadable("it does not begin with otpauth://totp/")
    if "#" in text:
        raise _unreadable("a # cuts it off")
    parts = urlsplit(text)
    label_issuer, account = _label(parts.path)
    given = _parameters(parts.query)
    if "secret" not in given:
        raise _unreadable("it holds no secret")
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
    """Split `/ISSUER:ACCOUNT`. The colon may be encoded where no plain one is there; blanks may follow it."""
    before, colon, after = path[1:].partition(":")
    issuer, account = _decoded(before, "label"), _decoded(after, "label")
    if not colon:
        issuer, colon, account = issuer.partition(":")
    if not colon:
        issuer, account = "", issuer
    if not account.strip():
        raise _unreadable("the label names no account")
    return issuer.strip(), account.strip()


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in given:
            raise _unreadable("a parameter is there twice")
        if not value:
            raise _unreadable("a parameter is empty")
        given[name] = _decoded(value, "query")
    return given


def _algorithm(given: str) -> str:
    if given.upper() not in ALGORITHMS:
        raise _unreadable(f"the algorithm is none of {', '.join(ALGORITHMS)}")
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
    """Decode percent-encoding; a plus stays a plus, as only forms mean a blank by it."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        broken = _unreadable(f"the {part} is not percent-encoded UTF-8")
    raise broken  # not from within: the error it replaces quotes the bytes


def _unreadable(what: str) -> TenantFault:
    return TenantFault(Cause.MALFORMED_RESPONSE, f"no authenticator app could read this: {what}")
