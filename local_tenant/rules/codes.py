"""SMS, voice and email codes, OTP codes, and recovery codes.

Facts: AF-LIMIT-01, AF-LIMIT-05, AF-CONF-17, AF-ENROLL-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
import struct
from urllib.parse import quote

from local_tenant.errors import BAD_RECOVERY_CODE, NO_RECOVERY_CODE, Refused
from local_tenant.model import Authenticator, Bearer, SentCode, User
from local_tenant.rules import Rule


class Codes(Rule):
    """When a sent code is valid."""

    def make(self) -> str:
        """Return six random digits."""
        return f"{secrets.randbelow(10**6):06d}"

    def lifetime(self) -> float:
        """A code is valid for five minutes; in seconds."""
        return 300.0

    def has_expired(self, code: SentCode) -> bool:
        """Return whether the code has expired."""
        return self.tenant.clock.now() >= code.sent_at + self.lifetime()

    def is_valid(self, code: SentCode, given: str) -> bool:
        """Return whether these digits are right, unused, and of the newest message."""
        return self.is_right(code, given) and not self.is_used(code) and not self.is_superseded(code)

    def is_right(self, code: SentCode, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(code.digits.encode(), given.encode())

    def is_used(self, code: SentCode) -> bool:
        """A code is valid once."""
        return code.used

    def is_superseded(self, code: SentCode) -> bool:
        """A newer code to the same phone of the same user invalidates the earlier one."""
        newest = self.tenant.store.newest_codes.get((code.user_id, code.phone))
        return newest is not code

    def mark_used(self, code: SentCode) -> None:
        """Invalidate a code."""
        code.used = True


STEP = 30


class OneTimePasswords(Rule):
    """Which OTP codes of an authenticator app are valid."""

    def make_secret(self) -> str:
        """Return 32 base32 characters without padding (20 bytes)."""
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def accept(self, authenticator: Authenticator, given: str) -> bool:
        """Return whether the code is valid now; a valid code uses up its time step."""
        for step in self.accepted_steps():
            if self.is_right(authenticator, given, step) and not self.is_used(authenticator, step):
                authenticator.used_steps.add(step)
                return True
        return False

    def accepted_steps(self) -> list[int]:
        """The current time step and the previous one are accepted."""
        now = int(self.tenant.clock.now()) // STEP
        return [now, now - 1]

    def is_right(self, authenticator: Authenticator, given: str, step: int) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digits(authenticator.secret, step).encode(), given.encode())

    def is_used(self, authenticator: Authenticator, step: int) -> bool:
        """Each time step of an authenticator is valid once."""
        return step in authenticator.used_steps

    def digits(self, secret: str, step: int) -> str:
        """Return the code of a time step: RFC 4226 with SHA-1 and six digits."""
        digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        (number,) = struct.unpack(">I", digest[offset : offset + 4])
        return f"{(number & 0x7FFFFFFF) % 10**6:06d}"

    def barcode_uri(self, user: User, secret: str) -> str:
        """Return `otpauth://totp/ISSUER:USER?secret&issuer&algorithm&digits&period`, in this order."""
        parameters = {
            "secret": self.barcode_secret(secret),
            "issuer": self.issuer(),
            "algorithm": "SHA1",
            "digits": self.barcode_digits(),
            "period": self.barcode_period(),
        }
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        return f"otpauth://totp/{quote(self.issuer(), safe='')}:{quote(self.label(user), safe='')}?{query}"

    def issuer(self) -> str:
        """The issuer is the tenant's friendly name."""
        return self.tenant.settings.friendly_name

    def label(self, user: User) -> str:
        """The account name is the user's email address."""
        return user.email

    def barcode_secret(self, secret: str) -> str:
        """The barcode contains the same secret as the response."""
        return secret

    def barcode_digits(self) -> str:
        """A code has six digits."""
        return "6"

    def barcode_period(self) -> str:
        """A time step lasts 30 seconds."""
        return "30"


LETTERS = string.ascii_uppercase + string.digits


class RecoveryCodes(Rule):
    """A user's recovery code."""

    def make(self) -> str:
        """Return 24 random capital letters and digits."""
        return "".join(secrets.choice(LETTERS) for _ in range(24))

    def first_for(self, user: User) -> dict[str, object]:
        """Return the `recovery_codes` of an enrollment response: a new code where the user has none yet."""
        if self.find(user) is not None or not self.tenant.factors.is_enabled("recovery-code"):
            return self.no_new_code()
        code = self.make()
        self.tenant.authenticators.add(user, "recovery-code", secret=code)
        return {"recovery_codes": [code]}

    def no_new_code(self) -> dict[str, object]:
        """Without a new code, `recovery_codes` is left out (AF-ENROLL-22)."""
        return {}

    def find(self, user: User) -> Authenticator | None:
        """Return the user's recovery code, active or not."""
        own = self.tenant.authenticators.of(user)
        return next((one for one in own if one.kind == "recovery-code"), None)

    def activate(self, user: User) -> None:
        """Activate the recovery code, once a first factor is confirmed."""
        found = self.find(user)
        if found is not None:
            self.tenant.authenticators.confirm(found)

    def remove_if_alone(self, user_id: str) -> None:
        """Remove the recovery code with the user's last factor."""
        own = [one for one in self.tenant.store.authenticators.values() if one.user_id == user_id]
        if all(one.kind == "recovery-code" or one.is_verified_email for one in own):
            for one in own:
                if one.kind == "recovery-code":
                    self.tenant.store.forget_authenticator(one.id)

    def redeem(self, bearer: Bearer, given: str) -> dict[str, object]:
        """Return tokens and the next recovery code. Raises Refused: 403."""
        found = self.find(bearer.user)
        if found is None or found not in self.tenant.second_factor.usable(bearer.user):
            raise Refused(self.tenant.challenges.unsupported(NO_RECOVERY_CODE))
        user_id = bearer.user.user_id
        locked = self.tenant.limits.is_locked(user_id)
        if locked or not self.is_right(found, given):
            self.tenant.limits.count_wrong_code(user_id)
            event = "gd_recovery_rate_limit_exceed" if locked else "gd_recovery_failed"
            self.tenant.log.add(event, user_id=user_id, authenticator_id=found.id)
            raise Refused(self.tenant.limits.locked_row(BAD_RECOVERY_CODE) if locked else BAD_RECOVERY_CODE)
        found.secret, found.last_used_at = self.make(), self.tenant.clock.now()
        self.tenant.log.add("gd_recovery_succeed", user_id=user_id, authenticator_id=found.id)
        return self.tenant.enrollment.confirmation(bearer) | {"recovery_code": found.secret}

    def is_right(self, authenticator: Authenticator, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(authenticator.secret.encode(), given.encode())
