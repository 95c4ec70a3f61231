"""Rate limits of the plan: how fast the tenant may be asked (contract, 7.6). Enforced where the tenant file says so."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests at once, and one more after so many seconds."""

    name: str
    burst: int
    refill: float


@dataclass(frozen=True, slots=True)
class Left:
    """What the `x-ratelimit-*` headers say."""

    limit: int
    remaining: int
    reset: int
    is_exceeded: bool


MANAGEMENT = Allowance("management", 2, 0.5)
TOKEN = Allowance("oauth/token", 30, 1 / 30)
USERINFO = Allowance("userinfo", 5, 12.0)
KEYS = Allowance("jwks", 20, 1 / 20)
AUTHENTICATION = Allowance("authentication", 300, 0.2)


class RateLimits(Rule):
    """Which requests share an allowance, and what is left of it."""

    def are_enforced(self) -> bool:
        """Only where the tenant file says so."""
        return self.tenant.configuration.enforce_rate_limits

    def allowance(self, path: str) -> Allowance:
        """The free plan's."""
        if path.startswith("/api/v2/"):
            return MANAGEMENT
        named = {"/oauth/token": TOKEN, "/userinfo": USERINFO, "/.well-known/jwks.json": KEYS}
        return named.get(path, AUTHENTICATION)

    def take(self, path: str, token: str | None) -> Left:
        """Count a request; `userinfo` is counted for each person, everything else for the whole tenant."""
        allowance = self.allowance(path)
        whose = self._person(token) if allowance is USERINFO else ""
        bucket = self.tenant.limits.filled(f"rate {allowance.name}", whose, allowance.burst, allowance.refill)
        exceeded = bucket.drops < 1
        bucket.drops -= 0 if exceeded else 1
        reset = self.tenant.clock.now() + (1 - bucket.drops % 1) * allowance.refill
        return Left(allowance.burst, int(bucket.drops), math.ceil(reset), exceeded)

    def may_sign_in(self, person: Person) -> bool:
        """Count a sign-in: one person has twenty a minute, right or wrong."""
        if not self.are_enforced():
            return True
        bucket = self.tenant.limits.filled("logins", person.user_id, 20, 3.0)
        if bucket.drops < 1:
            return False
        bucket.drops -= 1
        return True

    def _person(self, token: str | None) -> str:
        claims = self.tenant.tokens.read(token) if token else None
        return str(claims["sub"]) if claims else hashlib.sha256((token or "").encode()).hexdigest()
