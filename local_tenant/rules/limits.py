"""Allowances that run out and come back: wrong codes and texts, per person (contract, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from local_tenant.errors import Row
from local_tenant.rules.base import Rule


@dataclass
class Bucket:
    """So many drops, and when they were counted."""

    drops: float
    counted_at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and one more after so many seconds."""

    burst: int
    refill: float


class Limits(Rule):
    """How often a person may be wrong, and how often texted."""

    def wrong_codes(self) -> Allowance:
        """Ten wrong codes in a row, and one more every six minutes (open question 17)."""
        return Allowance(10, 360.0)

    def texts(self) -> Allowance:
        """Ten texts and calls in a row, and one more every hour."""
        return Allowance(10, 3600.0)

    def emails(self) -> Allowance:
        """Twenty e-mails in a row, and one more every minute."""
        return Allowance(20, 60.0)

    def sign_ups(self) -> Allowance:
        """Fifty sign-ups of an address, and one more every 1,728 seconds: fifty a day."""
        return Allowance(50, 1728.0)

    def is_locked(self, user_id: str) -> bool:
        """While no wrong code is left, even the right one is refused."""
        return self._wrong_codes(user_id).drops < 1

    def count_wrong_code(self, user_id: str) -> None:
        """Take one from the allowance for wrong codes; trying while there is none puts nobody back further."""
        bucket = self._wrong_codes(user_id)
        if bucket.drops >= 1:
            bucket.drops -= 1

    def locked_row(self, wrong: Row) -> Row:
        """Whoever is locked out reads the same words as for a wrong code (open question 17)."""
        return wrong

    def take_text(self, user_id: str) -> bool:
        """Take one from the allowance for texts and calls; False when there is none."""
        return self._take("texts", user_id, self.texts())

    def take_email(self, user_id: str) -> bool:
        """Take one from the allowance for e-mails; False when there is none."""
        return self._take("emails", user_id, self.emails())

    def take_sign_up(self, ip: str) -> bool:
        """Take one from an address's allowance for sign-ups; False when there is none."""
        return self._take("sign-ups", ip, self.sign_ups())

    def _take(self, kind: str, whose: str, allowance: Allowance) -> bool:
        bucket = self.filled(kind, whose, allowance.burst, allowance.refill)
        if bucket.drops < 1:
            return False
        bucket.drops -= 1
        return True

    def sign_in_refill(self) -> float:
        """One more wrong password for an address every 864 seconds: a hundred a day."""
        return 864.0

    def has_sign_in(self, ip: str, burst: int) -> bool:
        """Say whether an address may still try a password."""
        return self.filled("sign-ins", ip, burst, self.sign_in_refill()).drops >= 1

    def take_sign_in(self, ip: str, burst: int) -> None:
        """Take one from an address's allowance for wrong passwords."""
        bucket = self.filled("sign-ins", ip, burst, self.sign_in_refill())
        bucket.drops = max(0.0, bucket.drops - 1)

    def _wrong_codes(self, user_id: str) -> Bucket:
        allowance = self.wrong_codes()
        return self.filled("wrong codes", user_id, allowance.burst, allowance.refill)

    def filled(self, kind: str, whose: str, burst: int, refill: float) -> Bucket:
        """Return a bucket with what came back since it was last looked at."""
        now = self.tenant.clock.now()
        bucket = self.tenant.store.buckets.setdefault((kind, whose), Bucket(burst, now))
        bucket.drops = min(float(burst), bucket.drops + max(0.0, now - bucket.counted_at) / refill)
        bucket.counted_at = now
        return bucket
