"""Asks the user at the terminal what a phone of theirs received."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.core.secret import Secret
from mfa_verification.phones.numbers import OwnedNumbers
from mfa_verification.phones.provider import Cursor, Lease, SmsMessage
from mfa_verification.settings.profile import SettingNames

NUMBERS = "PHONE_MANUAL_NUMBERS"


class ManualProvider:
    """The provider `manual`."""

    name: ClassVar[str] = "manual"
    settings: ClassVar[SettingNames] = SettingNames((NUMBERS,))
    carrier: ClassVar[bool] = True
    pace: float = 1.0
    terminal: ClassVar[Path] = Path("/dev/tty")

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take the phone numbers. Raises `ProviderMisconfigured` where one is not E.164."""
        self._numbers = OwnedNumbers(settings, NUMBERS)
        self._typed: list[SmsMessage] = []

    def preflight(self) -> None:
        """Check that there is a terminal, and only one process."""
        if "PYTEST_XDIST_WORKER" in os.environ:
            raise ProviderMisconfigured("PHONE_PROVIDER", "manual asks one user at the terminal: run without -n")
        try:
            with self.terminal.open("rb", buffering=0):
                pass
        except OSError:
            raise ProviderMisconfigured(
                "PHONE_PROVIDER", "manual needs a terminal, and there is none: use another provider"
            ) from None

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend one of the phones."""
        self.preflight()
        return self._numbers.lease(owner, seconds)

    def mark(self, number: str) -> Cursor:
        """Return how many messages were typed so far."""
        return Cursor(str(len(self._typed)))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the messages typed since the cursor; ask for one where there is none and time to wait."""
        if not self._since(number, cursor) and wait > 0:
            self._ask(number, wait)
        return self._since(number, cursor)

    def discard(self, message: SmsMessage) -> None:
        """Do nothing: the phone is the user's own."""

    def _since(self, number: str, cursor: Cursor) -> list[SmsMessage]:
        return [message for message in self._typed[int(cursor) :] if message.to == number]

    def _ask(self, number: str, wait: float) -> None:
        with self.terminal.open("r+b", buffering=0) as terminal:
            terminal.write(f"\nText of the SMS message to the phone ending in {number[-2:]}: ".encode())
            if not select.select([terminal], [], [], wait)[0]:
                return
            words = terminal.readline().decode(errors="replace").strip()
        if words:
            message = SmsMessage(str(len(self._typed) + 1), number, Secret(words, "SMS message"), datetime.now(UTC))
            self._typed.append(message)
