"""What every service that receives texts looks like to the suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NewType, Protocol

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret
from mfa_verification.settings.provider import SettingNames

Cursor = NewType("Cursor", str)
"""A place in the texts of one number; what it says is known only to the provider that made it."""


class ProviderBusy(Inconclusive):
    """The service is there and does not answer now: it limits the rate, or has trouble of its own."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """Take one sentence, and the seconds for which it asked to be left alone."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, message)
        self.retry_after = retry_after


class TextWithheld(Inconclusive):
    """The service has a text and does not hand it out: the tenant did send it, and nobody can read it."""

    def __init__(self, message: str) -> None:
        """Take what it said, and the way out."""
        super().__init__(Cause.TEXT_WITHHELD, message)


@dataclass(frozen=True, slots=True)
class Text:
    """One text that reached a phone."""

    id: str
    """Tells it from every other text of its provider."""
    to: str = field(repr=False)
    """The number, in E.164."""
    body: Secret
    sent_at: datetime
    """With its zone, by the provider's clock."""
    code: Secret | None = None
    """The code that came beside the words, where the provider has one."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A number that is one scenario's own for a while."""

    number: str = field(repr=False)
    """In E.164."""
    give_back: Callable[[float], None] = field(repr=False)
    """Ends it; for so many seconds more nobody gets the number, as a late text may still come to it."""


class PhoneProvider(Protocol):
    """Reads the texts of test phones.

    Adapters only read: waiting, picking the code and judging are done once, for all of them. Each method
    raises `Inconclusive` where the service cannot be reached or answers what it must not, `ProviderBusy` where it
    wants to be left alone for a while, and `ProviderMisconfigured` where it refuses our settings.
    """

    name: ClassVar[str]
    settings: ClassVar[SettingNames]
    carrier: ClassVar[bool]
    """Whether carriers bring the texts: then each costs money, and numbers are owned and lent, not minted."""

    @property
    def pace(self) -> float:
        """Seconds that the service wants between two looks."""

    def preflight(self) -> None:
        """Check credentials, quota and numbers, with the settings as they are; change nothing."""

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend a number to one scenario; None where every number reaches the service, so that one can be minted.

        Raises `Inconclusive` (no number available) where all are in use: a number is never shared.
        """

    def mark(self, number: str) -> Cursor:
        """Return the place after the newest text of a number; taken *before* what sends the next one."""

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[Text]:
        """Return the texts after the cursor, each once, newest last; may block up to `wait` seconds.

        An empty list is healthy. Raises `TextWithheld` where a text came and cannot be read.
        """

    def discard(self, text: Text) -> None:
        """Remove a text, or its words, from the service."""
