"""Codes sent to phones: made, compared, spent, outlived, overtaken by newer ones (contract, 8)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Literal

from local_tenant.rules.base import Rule


@dataclass
class SentCode:
    """One text's digits, and what they are good for. `oob_code` names it in the MFA API; a sign-in keeps it itself."""

    digits: str = field(repr=False)
    user_id: str
    authenticator_id: str
    phone: str
    sent_at: float
    purpose: Literal["enrolment", "sign-in", "challenge"]
    oob_code: str | None = field(default=None, repr=False)
    client_id: str | None = None
    spent: bool = False
    channel: Literal["sms", "voice", "email", "auth0"] = "sms"
    mfa_token: str | None = field(default=None, repr=False)
    """The opaque token with which it was asked for; none where that was an access token."""
    polled_at: float | None = None
    """When somebody last asked whether the push was answered."""


class Codes(Rule):
    """When six digits are the right ones."""

    def make(self) -> str:
        """Six digits, at random."""
        return f"{secrets.randbelow(10**6):06d}"

    def lifetime(self) -> float:
        """Five minutes."""
        return 300.0

    def has_expired(self, code: SentCode) -> bool:
        """Say whether the code has outlived its time."""
        return self.tenant.clock.now() >= code.sent_at + self.lifetime()

    def is_good(self, code: SentCode, given: str) -> bool:
        """Say whether these digits count now: right, unspent, and of the newest text."""
        return self.is_right(code, given) and not self.is_spent(code) and not self.is_overtaken(code)

    def is_right(self, code: SentCode, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(code.digits.encode(), given.encode())

    def is_spent(self, code: SentCode) -> bool:
        """A code is good once."""
        return code.spent

    def is_overtaken(self, code: SentCode) -> bool:
        """The newest text's code wins: one sent later to the same phone for the same person kills the former."""
        newest = self.tenant.store.newest_codes.get((code.user_id, code.phone))
        return newest is not code

    def spend(self, code: SentCode) -> None:
        """Make a code worthless from now on."""
        code.spent = True
