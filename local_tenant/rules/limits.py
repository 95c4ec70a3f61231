"""Allowances that run out and come back: wrong codes and texts, per person (contract, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from local_tenant.rules.base import Rule


@dataclass
class Bucket:
    """So many drops, and when they were counted."""

    drops: float
    counted_at: float


class Limits(Rule):
    """How often a person may be wrong, and how often texted."""

    def wrong_code_burst(self) -> int:
        """Ten wrong codes in a row."""
        return 10

    def wrong_code_refill(self) -> float:
        """One more every six minutes."""
        return 360.0

    def text_burst(self) -> int:
        """Ten texts in a row."""
        return 10

    def text_refill(self) -> float:
        """One more every hour."""
        return 3600.0

    def is_locked(self, user_id: str) -> bool:
        """While no wrong code is left, even the right one is refused, in the same words."""
        return self._wrong_codes(user_id).drops < 1

    def count_wrong_code(self, user_id: str) -> None:
        """Take one from the allowance for wrong codes; trying while there is none puts nobody back further."""
        bucket = self._wrong_codes(user_id)
        if bucket.drops >= 1:
            bucket.drops -= 1

    def take_text(self, user_id: str) -> bool:
        """Take one from the allowance for texts; False when there is none."""
        bucket = self.filled("texts", user_id, self.text_burst(), self.text_refill())
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
        return self.filled("wrong codes", user_id, self.wrong_code_burst(), self.wrong_code_refill())

    def filled(self, kind: str, whose: str, burst: int, refill: float) -> Bucket:
        """Return a bucket with what came back since it was last looked at."""
        now = self.tenant.clock.now()
        bucket = self.tenant.store.buckets.setdefault((kind, whose), Bucket(burst, now))
        bucket.drops = min(float(burst), bucket.drops + max(0.0, now - bucket.counted_at) / refill)
        bucket.counted_at = now
        return bucket
