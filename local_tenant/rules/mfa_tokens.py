"""Opaque `mfa_token`s: what a token request that wants a second factor hands out (contract, 3.4, 3.6, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from local_tenant.errors import MFA_TOKEN_EXPIRED, Row
from local_tenant.rules.base import Rule
from local_tenant.rules.tokens import Order
from local_tenant.sealed import seal


@dataclass
class MfaTransaction:
    """What stands behind an `mfa_token`: the tokens that will be issued once a second factor was shown."""

    order: Order
    expires_at: float
    is_settled: bool = False
    """Whether a second factor was shown with it."""


class MfaTokens(Rule):
    """Which opaque tokens are good, and for how long."""

    def issue(self, order: Order) -> str:
        """Seal what was asked for; the seal carries nothing, the tenant remembers."""
        expires_at = self.tenant.clock.now() + self.lifetime()
        token = seal(expires_at)
        self.tenant.store.mfa_transactions[token] = MfaTransaction(order, expires_at)
        return token

    def lifetime(self) -> float:
        """Ten minutes (open question 18)."""
        return 600.0

    def find(self, token: str) -> MfaTransaction | None:
        """Return what stands behind a token, however old; None for what was never issued."""
        return self.tenant.store.mfa_transactions.get(token)

    def has_expired(self, transaction: MfaTransaction) -> bool:
        """Say whether it has outlived its time."""
        return self.tenant.clock.now() >= transaction.expires_at

    def expired_row(self) -> Row:
        """An expired `mfa_token` at the token endpoint meets 403 `expired_token` (open question 15)."""
        return MFA_TOKEN_EXPIRED
