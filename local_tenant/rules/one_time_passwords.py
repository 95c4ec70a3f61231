"""One-time passwords of authenticator apps (contract, 4.3, 8). Counted by hand: app and tenant share no code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person

STEP = 30


class OneTimePasswords(Rule):
    """Which six digits an app may show now."""

    def make_secret(self) -> str:
        """32 base32 characters, without padding: 20 bytes."""
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def accept(self, authenticator: Authenticator, given: str) -> bool:
        """Say whether the digits are good now, and spend their step if so."""
        for step in self.accepted_steps():
            if self.is_right(authenticator, given, step) and not self.is_spent(authenticator, step):
                authenticator.spent_steps.add(step)
                return True
        return False

    def accepted_steps(self) -> list[int]:
        """The current step and the previous one."""
        now = int(self.tenant.clock.now()) // STEP
        return [now, now - 1]

    def is_right(self, authenticator: Authenticator, given: str, step: int) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digits(authenticator.secret, step).encode(), given.encode())

    def is_spent(self, authenticator: Authenticator, step: int) -> bool:
        """Each step of an authenticator is good once."""
        return step in authenticator.spent_steps

    def digits(self, secret: str, step: int) -> str:
        """RFC 4226 with SHA1 and six digits."""
        digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        (number,) = struct.unpack(">I", digest[offset : offset + 4])
        return f"{(number & 0x7FFFFFFF) % 10**6:06d}"

    def barcode_uri(self, person: Person, secret: str) -> str:
        """`otpauth://totp/ISSUER:PERSON?secret&issuer&algorithm&digits&period`, in this order."""
        parameters = {
            "secret": self.barcode_secret(secret),
            "issuer": self.issuer(),
            "algorithm": "SHA1",
            "digits": self.barcode_digits(),
            "period": self.barcode_period(),
        }
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        return f"otpauth://totp/{quote(self.issuer(), safe='')}:{quote(self.label(person), safe='')}?{query}"

    def issuer(self) -> str:
        """The tenant's friendly name."""
        return self.tenant.settings.friendly_name

    def label(self, person: Person) -> str:
        """The person's address."""
        return person.email

    def barcode_secret(self, secret: str) -> str:
        """The same secret as beside the barcode."""
        return secret

    def barcode_digits(self) -> str:
        """Six digits."""
        return "6"

    def barcode_period(self) -> str:
        """Thirty seconds."""
        return "30"
