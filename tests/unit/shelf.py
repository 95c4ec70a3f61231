"""Provide a phone provider in memory, whose time passes only in waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from mfa_verification.core.clock import Timer
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret
from mfa_verification.phones.provider import Cursor, Lease, SmsMessage
from mfa_verification.settings.profile import SettingNames

NUMBER = "+15550123456"
CODE = "482910"


class Shelf:
    """A provider in memory. Time passes only in waits; the events in `later` happen at their time."""

    name: ClassVar[str] = "shelf"
    settings: ClassVar[SettingNames] = SettingNames(())
    carrier: ClassVar[bool] = False
    pace: float = 1.0

    def __init__(self) -> None:
        self.now = 0.0
        self.messages: list[SmsMessage] = []
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.broken: Inconclusive | None = None
        self.waits: list[float] = []
        self.timer = Timer(lambda: self.now, self.pass_time)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for moment, happen in [due for due in self.later if due[0] <= self.now]:
            self.later.remove((moment, happen))
            happen()

    def send(self, body: str = f"{CODE} is your code", to: str = NUMBER) -> None:
        sent_at = datetime.fromtimestamp(self.now, UTC)
        self.messages.append(SmsMessage(str(len(self.messages) + 1), to, Secret(body, "SMS message"), sent_at))

    def is_down_until(self, moment: float, error: Inconclusive, *, then_sends: bool = True) -> None:
        """Raise this error at each poll until then, and send a message at that moment."""

        def recover() -> None:
            self.broken = None
            if then_sends:
                self.send()

        self.broken, self.later = error, [(moment, recover)]

    def preflight(self) -> None: ...

    def lease(self, owner: str, seconds: float) -> Lease | None:
        return None

    def discard(self, message: SmsMessage) -> None:
        self.messages.remove(message)

    def mark(self, number: str) -> Cursor:
        return Cursor(str(len(self.messages)))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        self.waits.append(wait)
        if self.broken:
            raise self.broken
        return [message for message in self.messages[int(cursor) :] if message.to == number]
