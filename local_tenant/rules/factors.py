"""Factors: which kinds the tenant has on (contract, 7.4)."""

from __future__ import annotations

from local_tenant.errors import FACTOR_OFF, Refused, Row
from local_tenant.rules.base import Rule

NAMES = (
    "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
)  # fmt: skip
"""In the order in which the Management API lists them."""


class Factors(Rule):
    """What may be enrolled, and what is asked for."""

    def check_may_enrol(self, factor: str) -> None:
        """Refuse an enrolment of a factor that may not be enrolled."""
        if not self.may_enrol(factor):
            raise Refused(self.off_row(), factor=factor)

    def off_row(self) -> Row:
        """A factor that is off meets `unsupported_challenge_type` (open question 13)."""
        return FACTOR_OFF

    def may_enrol(self, factor: str) -> bool:
        """Only a factor that is on can be enrolled."""
        return self.tenant.store.factors[factor]

    def check_channel(self, channel: str) -> None:
        """Refuse a phone by a channel that is off."""
        if not self.channel_is_on(channel):
            raise Refused(self.off_row(), factor=channel)

    def channel_is_on(self, channel: str) -> bool:
        """A phone is texted or called as the tenant's message types say."""
        return channel in self.tenant.store.message_types

    def is_asked_for(self, factor: str) -> bool:
        """Only a factor that is on is asked for at sign-in."""
        return self.tenant.store.factors[factor]
