"""Attack protection: wrong passwords block a person at one address, and slow an address down (contract, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from local_tenant.caller import calling
from local_tenant.errors import SUSPICIOUS_ADDRESS, SUSPICIOUS_SIGN_UPS, TOO_MANY_ATTEMPTS, TOO_MANY_LOGINS, Refused
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person


@dataclass
class Failures:
    """Wrong passwords in a row, of one person at one address."""

    count: int
    last_at: float


class AttackProtection(Rule):
    """When a password is not even looked at."""

    def check(self, person: Person | None) -> None:
        """Refuse an address that failed too often, a person who is blocked there, or comes too fast: 429."""
        if self.address_is_suspicious(calling().ip):
            self.tenant.log.add("limit_mu")
            raise Refused(SUSPICIOUS_ADDRESS)
        if person is not None and self.is_blocked(person, calling().ip):
            self.tenant.log.add("limit_wc", user_id=person.user_id)
            raise Refused(TOO_MANY_ATTEMPTS)
        if person is not None and not self.tenant.rate_limits.may_sign_in(person):
            self.tenant.log.add("limit_sul", user_id=person.user_id)
            raise Refused(TOO_MANY_LOGINS)

    def check_sign_up(self) -> None:
        """Refuse an address from which too many signed up: 429; off unless the tenant file says otherwise."""
        if self.is_throttled(calling().ip) and not self.tenant.limits.take_sign_up(calling().ip):
            self.tenant.log.add("limit_mu")
            raise Refused(SUSPICIOUS_SIGN_UPS)

    def failures_allowed(self) -> int:
        """Ten in a row, unless the operator chose another number."""
        return int(self.tenant.settings.protection["brute-force-protection"]["max_attempts"])

    def block_lifetime(self) -> float:
        """Thirty days, if nobody lifts it."""
        return 30 * 86_400.0

    def is_blocked(self, person: Person, ip: str) -> bool:
        """A block is of one person at one address; the right password does not open it."""
        failures = self.tenant.store.failures.get((person.user_id, ip))
        if failures is None or not self.blocks(ip):
            return False
        lasts = self.tenant.clock.now() < failures.last_at + self.block_lifetime()
        return lasts and failures.count >= self.failures_allowed()

    def count_failure(self, person: Person | None) -> None:
        """Note a wrong password; the last one allowed begins the block."""
        ip, now = calling().ip, self.tenant.clock.now()
        self.tenant.limits.take_sign_in(ip, self.failures_of_address_allowed())
        if person is None:
            return
        known = self.tenant.store.failures.get((person.user_id, ip))
        if known is None or now >= known.last_at + self.block_lifetime():
            known = self.tenant.store.failures[person.user_id, ip] = Failures(0, now)
        known.count, known.last_at = known.count + 1, now
        if self.is_blocked(person, ip):
            self.tenant.log.add("limit_wc", user_id=person.user_id)

    def count_success(self, person: Person) -> None:
        """Only failures in a row count."""
        self.tenant.store.failures.pop((person.user_id, calling().ip), None)

    def blocked_at(self, person: Person) -> list[str]:
        """Return the addresses at which a person is blocked."""
        here = [ip for user_id, ip in self.tenant.store.failures if user_id == person.user_id]
        return [ip for ip in here if self.is_blocked(person, ip)]

    def lift(self, person: Person) -> None:
        """Let a person in again, at every address."""
        kept = {key: value for key, value in self.tenant.store.failures.items() if key[0] != person.user_id}
        self.tenant.store.failures = kept

    def address_is_suspicious(self, ip: str) -> bool:
        """An address with too many failures, over all people; off unless the tenant file or the operator says otherwise."""  # noqa: E501
        return self.is_throttled(ip) and not self.tenant.limits.has_sign_in(ip, self.failures_of_address_allowed())

    def is_throttled(self, ip: str) -> bool:
        """Every address is, once it is on with its shield, but those of the allow-list."""
        set_up = self.tenant.settings.protection["suspicious-ip-throttling"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]

    def failures_of_address_allowed(self) -> int:
        """A hundred, unless the tenant file or the operator chose another number."""
        return int(self.tenant.settings.protection["suspicious-ip-throttling"]["stage"]["pre-login"]["max_attempts"])

    def blocks(self, ip: str) -> bool:
        """On unless the operator switched it off, took its shield away, or trusts the address."""
        set_up = self.tenant.settings.protection["brute-force-protection"]
        return bool(set_up["enabled"]) and "block" in set_up["shields"] and ip not in set_up["allowlist"]
