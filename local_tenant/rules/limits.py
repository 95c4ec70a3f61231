"""How often: wrong codes, texts, requests and wrong passwords (AF-LIMIT-08, AF-LIMIT-12, AF-LIMIT-15, AF-MGMT-13)."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from local_tenant.errors import (
    SUSPICIOUS_IP,
    SUSPICIOUS_SIGN_UPS,
    TOO_MANY_ATTEMPTS,
    TOO_MANY_LOGINS,
    Refused,
    Row,
)
from local_tenant.model import Bucket, FailedLogins, RateLimitStatus, User
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and one more after so many seconds."""

    burst: int
    refill: float


TEXTS = Allowance(10, 3600.0)
"""Texts and calls of a user."""
EMAILS = Allowance(20, 60.0)
SIGN_UPS = Allowance(50, 1728.0)
"""Of an address: fifty a day."""
SIGN_IN_REFILL = 864.0
"""One more wrong password for an address: a hundred a day."""


class Limits(Rule):
    """How often a user may be wrong, and how often texted."""

    def wrong_codes(self) -> Allowance:
        """Ten wrong codes in a row, and one more every six minutes (AF-LIMIT-08)."""
        return Allowance(10, 360.0)

    def is_locked(self, user_id: str) -> bool:
        """While no wrong code is left, even the right one is refused."""
        return self._wrong_codes(user_id).remaining < 1

    def count_wrong_code(self, user_id: str) -> None:
        """Take one from the allowance for wrong codes; trying while there is none puts nobody back further."""
        bucket = self._wrong_codes(user_id)
        if bucket.remaining >= 1:
            bucket.remaining -= 1

    def locked_row(self, wrong: Row) -> Row:
        """Whoever is locked out reads the same words as for a wrong code (AF-LIMIT-10)."""
        return wrong

    def take_sms_or_call(self, user_id: str) -> bool:
        """Take one from the allowance for texts and calls; False when there is none."""
        return self._take("texts", user_id, TEXTS)

    def take_email(self, user_id: str) -> bool:
        """Take one from the allowance for e-mails; False when there is none."""
        return self._take("emails", user_id, EMAILS)

    def take_sign_up(self, ip: str) -> bool:
        """Take one from an address's allowance for sign-ups; False when there is none."""
        return self._take("sign-ups", ip, SIGN_UPS)

    def _take(self, kind: str, whose: str, allowance: Allowance) -> bool:
        bucket = self.bucket(kind, whose, allowance.burst, allowance.refill)
        if bucket.remaining < 1:
            return False
        bucket.remaining -= 1
        return True

    def has_sign_in(self, ip: str, burst: int) -> bool:
        """Say whether an address may still try a password."""
        return self.bucket("sign-ins", ip, burst, SIGN_IN_REFILL).remaining >= 1

    def take_sign_in(self, ip: str, burst: int) -> None:
        """Take one from an address's allowance for wrong passwords."""
        bucket = self.bucket("sign-ins", ip, burst, SIGN_IN_REFILL)
        bucket.remaining = max(0.0, bucket.remaining - 1)

    def _wrong_codes(self, user_id: str) -> Bucket:
        allowance = self.wrong_codes()
        return self.bucket("wrong codes", user_id, allowance.burst, allowance.refill)

    def bucket(self, kind: str, whose: str, burst: int, refill: float) -> Bucket:
        """Return a bucket with what came back since it was last looked at."""
        now = self.tenant.clock.now()
        bucket = self.tenant.store.buckets.setdefault((kind, whose), Bucket(burst, now))
        bucket.remaining = min(float(burst), bucket.remaining + max(0.0, now - bucket.counted_at) / refill)
        bucket.counted_at = now
        return bucket


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, and one more after so many seconds."""

    name: str
    burst: int
    refill: float


MANAGEMENT = Rate("management", 2, 0.5)
TOKEN = Rate("oauth/token", 30, 1 / 30)
USERINFO = Rate("userinfo", 5, 12.0)
KEYS = Rate("jwks", 20, 1 / 20)
AUTHENTICATION = Rate("authentication", 300, 0.2)


class RateLimits(Rule):
    """Which requests share an allowance, and what is left of it."""

    def are_enforced(self) -> bool:
        """Only where the tenant file says so."""
        return self.tenant.configuration.enforce_rate_limits

    def allowance(self, path: str) -> Rate:
        """The free plan's."""
        if path.startswith("/api/v2/"):
            return MANAGEMENT
        named = {"/oauth/token": TOKEN, "/userinfo": USERINFO, "/.well-known/jwks.json": KEYS}
        return named.get(path, AUTHENTICATION)

    def count(self, path: str, token: str | None) -> RateLimitStatus:
        """Count a request; `userinfo` is counted for each user, everything else for the whole tenant."""
        allowance = self.allowance(path)
        whose = self._user(token) if allowance is USERINFO else ""
        bucket = self.tenant.limits.bucket(f"rate {allowance.name}", whose, allowance.burst, allowance.refill)
        exceeded = bucket.remaining < 1
        bucket.remaining -= 0 if exceeded else 1
        reset = self.tenant.clock.now() + (1 - bucket.remaining % 1) * allowance.refill
        return RateLimitStatus(allowance.burst, int(bucket.remaining), math.ceil(reset), exceeded)

    def may_sign_in(self, user: User) -> bool:
        """Count a sign-in: one user has twenty a minute, right or wrong."""
        if not self.are_enforced():
            return True
        bucket = self.tenant.limits.bucket("logins", user.user_id, 20, 3.0)
        if bucket.remaining < 1:
            return False
        bucket.remaining -= 1
        return True

    def _user(self, token: str | None) -> str:
        claims = self.tenant.signatures.verify(token) if token else None
        return str(claims["sub"]) if claims else hashlib.sha256((token or "").encode()).hexdigest()


class AttackProtection(Rule):
    """When a password is not even looked at."""

    def check(self, user: User | None) -> None:
        """Refuse an address that failed too often, a user who is blocked there, or comes too fast: 429."""
        if self.ip_is_throttled(current_caller().ip):
            self.tenant.log.add("limit_mu")
            raise Refused(SUSPICIOUS_IP)
        if user is not None and self.is_blocked(user, current_caller().ip):
            self.tenant.log.add("limit_wc", user_id=user.user_id)
            raise Refused(TOO_MANY_ATTEMPTS)
        if user is not None and not self.tenant.rate_limits.may_sign_in(user):
            self.tenant.log.add("limit_sul", user_id=user.user_id)
            raise Refused(TOO_MANY_LOGINS)

    def check_sign_up(self) -> None:
        """Refuse an address from which too many signed up: 429; off unless the tenant file says otherwise."""
        if self.throttling_applies(current_caller().ip) and not self.tenant.limits.take_sign_up(current_caller().ip):
            self.tenant.log.add("limit_mu")
            raise Refused(SUSPICIOUS_SIGN_UPS)

    def failures_allowed(self) -> int:
        """Ten in a row, unless the administrator chose another number."""
        return int(self.tenant.settings.protection["brute-force-protection"]["max_attempts"])

    def block_lifetime(self) -> float:
        """Thirty days, if nobody lifts it."""
        return 30 * 86_400.0

    def is_blocked(self, user: User, ip: str) -> bool:
        """A block is of one user at one address; the right password does not open it."""
        failures = self.tenant.store.failures.get((user.user_id, ip))
        if failures is None or not self.is_enabled_for(ip):
            return False
        lasts = self.tenant.clock.now() < failures.last_at + self.block_lifetime()
        return lasts and failures.count >= self.failures_allowed()

    def count_failure(self, user: User | None) -> None:
        """Note a wrong password; the last one allowed begins the block."""
        ip, now = current_caller().ip, self.tenant.clock.now()
        self.tenant.limits.take_sign_in(ip, self.failures_allowed_per_ip())
        if user is None:
            return
        known = self.tenant.store.failures.get((user.user_id, ip))
        if known is None or now >= known.last_at + self.block_lifetime():
            known = self.tenant.store.failures[user.user_id, ip] = FailedLogins(0, now)
        known.count, known.last_at = known.count + 1, now
        if self.is_blocked(user, ip):
            self.tenant.log.add("limit_wc", user_id=user.user_id)

    def count_success(self, user: User) -> None:
        """Only failures in a row count."""
        self.tenant.store.failures.pop((user.user_id, current_caller().ip), None)

    def blocked_ips(self, user: User) -> list[str]:
        """Return the addresses at which a user is blocked."""
        here = [ip for user_id, ip in self.tenant.store.failures if user_id == user.user_id]
        return [ip for ip in here if self.is_blocked(user, ip)]

    def unblock(self, user: User) -> None:
        """Let a user in again, at every address."""
        kept = {key: value for key, value in self.tenant.store.failures.items() if key[0] != user.user_id}
        self.tenant.store.failures = kept

    def ip_is_throttled(self, ip: str) -> bool:
        """An address with too many failures, over all users; off unless the tenant file or the administrator says otherwise."""  # noqa: E501
        return self.throttling_applies(ip) and not self.tenant.limits.has_sign_in(ip, self.failures_allowed_per_ip())

    def throttling_applies(self, ip: str) -> bool:
        """Every address is, once it is on with its shield, but those of the allow-list."""
        set_up = self.tenant.settings.protection["suspicious-ip-throttling"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]

    def failures_allowed_per_ip(self) -> int:
        """A hundred, unless the tenant file or the administrator chose another number."""
        return int(self.tenant.settings.protection["suspicious-ip-throttling"]["stage"]["pre-login"]["max_attempts"])

    def is_enabled_for(self, ip: str) -> bool:
        """On unless the administrator switched it off, took its shield away, or trusts the address."""
        set_up = self.tenant.settings.protection["brute-force-protection"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]
