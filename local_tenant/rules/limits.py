"""Limits for wrong codes, messages, requests and wrong passwords.

Facts: AF-LIMIT-08, AF-LIMIT-12, AF-LIMIT-15, AF-MGMT-13.
"""

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
    """So many attempts at once, and one more after so many seconds."""

    burst: int
    refill: float
    name: str = ""
    """Of a rate limit."""


SMS_AND_CALLS = Allowance(10, 3600.0)
"""SMS messages and voice calls of a user."""
EMAILS = Allowance(20, 60.0)
SIGN_UPS = Allowance(50, 1728.0)
"""Per IP address: fifty a day."""
SIGN_IN_REFILL = 864.0
"""Seconds until an IP address may fail once more: a hundred a day."""


class Limits(Rule):
    """Limits of one user or IP address."""

    def wrong_codes(self) -> Allowance:
        """Ten wrong codes, and one more every six minutes (AF-LIMIT-08)."""
        return Allowance(10, 360.0)

    def is_locked(self, user_id: str) -> bool:
        """Without a remaining attempt the right code is refused too."""
        return self._wrong_codes(user_id).remaining < 1

    def count_wrong_code(self, user_id: str) -> None:
        """Count a wrong code; further wrong codes do not extend the lockout."""
        bucket = self._wrong_codes(user_id)
        if bucket.remaining >= 1:
            bucket.remaining -= 1

    def locked_row(self, wrong: Row) -> Row:
        """A lockout has the same error message as a wrong code (AF-LIMIT-10)."""
        return wrong

    def take_sms_or_call(self, user_id: str) -> bool:
        """Count an SMS message or voice call; return False where none remains."""
        return self._take("SMS messages and calls", user_id, SMS_AND_CALLS)

    def take_email(self, user_id: str) -> bool:
        """Count an email; return False where none remains."""
        return self._take("emails", user_id, EMAILS)

    def take_sign_up(self, ip: str) -> bool:
        """Count a sign-up from an IP address; return False where none remains."""
        return self._take("sign-ups", ip, SIGN_UPS)

    def _take(self, kind: str, whose: str, allowance: Allowance) -> bool:
        bucket = self.bucket(kind, whose, allowance)
        if bucket.remaining < 1:
            return False
        bucket.remaining -= 1
        return True

    def has_sign_in(self, ip: str, burst: int) -> bool:
        """Return whether an IP address may try another password."""
        return self.bucket("sign-ins", ip, Allowance(burst, SIGN_IN_REFILL)).remaining >= 1

    def take_sign_in(self, ip: str, burst: int) -> None:
        """Count a wrong password from an IP address."""
        bucket = self.bucket("sign-ins", ip, Allowance(burst, SIGN_IN_REFILL))
        bucket.remaining = max(0.0, bucket.remaining - 1)

    def _wrong_codes(self, user_id: str) -> Bucket:
        return self.bucket("wrong codes", user_id, self.wrong_codes())

    def bucket(self, kind: str, whose: str, allowance: Allowance) -> Bucket:
        """Return a bucket, refilled for the time since it was last counted."""
        now = self.tenant.clock.now()
        bucket = self.tenant.store.buckets.setdefault((kind, whose), Bucket(allowance.burst, now))
        refilled = max(0.0, now - bucket.counted_at) / allowance.refill
        bucket.remaining = min(float(allowance.burst), bucket.remaining + refilled)
        bucket.counted_at = now
        return bucket


MANAGEMENT = Allowance(2, 0.5, "management")
TOKEN = Allowance(30, 1 / 30, "oauth/token")
USERINFO = Allowance(5, 12.0, "userinfo")
KEYS = Allowance(20, 1 / 20, "jwks")
AUTHENTICATION = Allowance(300, 0.2, "authentication")
LOGINS = Allowance(20, 3.0)
"""Sign-ins of a user."""


class RateLimits(Rule):
    """The tenant's rate limits."""

    def are_enforced(self) -> bool:
        """Only where the tenant file says so."""
        return self.tenant.configuration.enforce_rate_limits

    def allowance(self, path: str) -> Allowance:
        """Return the free plan's limit for a path."""
        if path.startswith("/api/v2/"):
            return MANAGEMENT
        named = {"/oauth/token": TOKEN, "/userinfo": USERINFO, "/.well-known/jwks.json": KEYS}
        return named.get(path, AUTHENTICATION)

    def count(self, path: str, token: str | None) -> RateLimitStatus:
        """Count a request: for each user at `userinfo`, for the whole tenant elsewhere."""
        allowance = self.allowance(path)
        whose = self._user(token) if allowance is USERINFO else ""
        bucket = self.tenant.limits.bucket(f"rate {allowance.name}", whose, allowance)
        exceeded = bucket.remaining < 1
        bucket.remaining -= 0 if exceeded else 1
        reset = self.tenant.clock.now() + (1 - bucket.remaining % 1) * allowance.refill
        return RateLimitStatus(allowance.burst, int(bucket.remaining), math.ceil(reset), exceeded)

    def may_sign_in(self, user: User) -> bool:
        """Count a sign-in: a user has twenty a minute, right or wrong."""
        if not self.are_enforced():
            return True
        bucket = self.tenant.limits.bucket("logins", user.user_id, LOGINS)
        if bucket.remaining < 1:
            return False
        bucket.remaining -= 1
        return True

    def _user(self, token: str | None) -> str:
        claims = self.tenant.signatures.verify(token) if token else None
        return str(claims["sub"]) if claims else hashlib.sha256((token or "").encode()).hexdigest()


class AttackProtection(Rule):
    """Brute-force protection and suspicious IP throttling."""

    def check(self, user: User | None) -> None:
        """Refuse before the password is checked (429): a throttled IP address, a blocked user, too many sign-ins."""
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
        """Refuse an IP address with too many sign-ups: 429. Off unless the tenant file enables it."""
        if self.throttling_applies(current_caller().ip) and not self.tenant.limits.take_sign_up(current_caller().ip):
            self.tenant.log.add("limit_mu")
            raise Refused(SUSPICIOUS_SIGN_UPS)

    def failures_allowed(self) -> int:
        """Ten consecutive wrong passwords, unless the administrator set another number."""
        return int(self.tenant.settings.protection["brute-force-protection"]["max_attempts"])

    def block_lifetime(self) -> float:
        """A block lasts thirty days, unless it is removed; in seconds."""
        return 30 * 86_400.0

    def is_blocked(self, user: User, ip: str) -> bool:
        """A block is for one user and one IP address; the right password does not remove it."""
        failures = self.tenant.store.failures.get((user.user_id, ip))
        if failures is None or not self.is_enabled_for(ip):
            return False
        lasts = self.tenant.clock.now() < failures.last_at + self.block_lifetime()
        return lasts and failures.count >= self.failures_allowed()

    def count_failure(self, user: User | None) -> None:
        """Count a wrong password; the last one allowed blocks the user."""
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
        """A right password resets the count."""
        self.tenant.store.failures.pop((user.user_id, current_caller().ip), None)

    def blocked_ips(self, user: User) -> list[str]:
        """Return the IP addresses at which a user is blocked."""
        here = [ip for user_id, ip in self.tenant.store.failures if user_id == user.user_id]
        return [ip for ip in here if self.is_blocked(user, ip)]

    def unblock(self, user: User) -> None:
        """Remove all blocks of a user."""
        kept = {key: value for key, value in self.tenant.store.failures.items() if key[0] != user.user_id}
        self.tenant.store.failures = kept

    def ip_is_throttled(self, ip: str) -> bool:
        """Return whether an IP address has too many failures, over all users. Off unless enabled."""
        return self.throttling_applies(ip) and not self.tenant.limits.has_sign_in(ip, self.failures_allowed_per_ip())

    def throttling_applies(self, ip: str) -> bool:
        """Throttling applies to every IP address outside the allow-list, once it is enabled with its shield."""
        set_up = self.tenant.settings.protection["suspicious-ip-throttling"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]

    def failures_allowed_per_ip(self) -> int:
        """A hundred, unless the tenant file or the administrator set another number."""
        return int(self.tenant.settings.protection["suspicious-ip-throttling"]["stage"]["pre-login"]["max_attempts"])

    def is_enabled_for(self, ip: str) -> bool:
        """Protection is on, unless the administrator disabled it or its shield, or allow-listed the IP address."""
        set_up = self.tenant.settings.protection["brute-force-protection"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]
