"""What every service that receives texts looks like to the suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NewType, Protocol

from mfa_verification.outcome import Inconclusive
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

Cursor = NewType("Cursor", str)
"""A place in the texts of one number; what it says is known only to the provider that made it."""


class ProviderMisconfigured(Inconclusive):
    """The user must mend a setting: a token that is refused, an address that is not the service's.

    In the preflight the caller ends the run for it. Met later (a token that ran out), it is trouble like any.
    """

    def __init__(self, setting: str, message: str) -> None:
        """Take the setting's name, and one sentence without its value."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, f"{setting}: {message}")
        self.setting = setting


@dataclass(frozen=True, slots=True)
class SettingNames:
    """The settings that a provider reads, by name."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


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


class PhoneProvider(Protocol):
    """Reads the texts of test phones.

    Adapters only read: waiting, picking the code and judging are done once, for all of them. Each method
    raises `Inconclusive` where the service cannot be reached or answers what it must not, and
    `ProviderMisconfigured` where it refuses our settings.
    """

    name: ClassVar[str]
    settings: ClassVar[SettingNames]

    def preflight(self) -> None:
        """Read once, with the settings as they are, and change nothing."""

    def mark(self, number: str) -> Cursor:
        """Return the place after the newest text of a number; taken *before* what sends the next one."""

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[Text]:
        """Return the texts after the cursor, newest last; may block up to `wait` seconds. None is healthy."""
