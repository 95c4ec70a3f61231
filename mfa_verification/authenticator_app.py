"""An authenticator app in one person's hand: takes the key or the QR code, and shows codes.

It steps by the tenant's clock, which is known to about half a second. A tenant takes the code of the current
step and of the one before, and each only once (contract, section 8).
"""

from __future__ import annotations

import hashlib

import pyotp

from mfa_verification.clock import TenantClock
from mfa_verification.otpauth import SetUp, base32_key, read_qr
from mfa_verification.secret import Secret
from mfa_verification.waiting import MACHINE, Timer, wait_for
from mfa_verification.wrong_code import wrong_code_for

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
