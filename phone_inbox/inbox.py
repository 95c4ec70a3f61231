"""The store: texts in the order of their arrival, and readers who wait for the next one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

CAPACITY = 100_000
"""Texts kept at most; beyond that a delivery is refused, so that nobody's text vanishes unseen."""


class InboxFull(Exception):
    """The inbox keeps as many texts as it may."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text that arrived. `code` is set only where the sender handed the digits over beside the words."""

    seq: int
    to: str
    body: str
    sent_at: float
    code: str | None = None


class Inbox:
    """Keeps texts for any number of phones; safe to use from many threads."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """Take the clock that dates the texts (seconds since 1970)."""
        self._now = now
        self._texts: dict[str, list[Text]] = {}
        self._last_seq = 0
        self._closed = False
        self._arrival = threading.Condition()

    def deliver(self, to: str, body: str, code: str | None = None, sent_at: float | None = None) -> Text:
        """Keep a text and wake everybody who waits. `seq` grows strictly over the whole inbox, in order of arrival.

        `sent_at` is for a sender whose texts travel; without it a text is sent when it arrives.
        """
        with self._arrival:
            if self._last_seq >= CAPACITY:
                raise InboxFull(f"the inbox holds {CAPACITY} texts, which is all it may")
            self._last_seq += 1
            text = Text(self._last_seq, to, body, self._now() if sent_at is None else sent_at, code)
            self._texts.setdefault(to, []).append(text)
            self._arrival.notify_all()
        return text

    def texts(self, to: str, after: int = 0, wait: float = 0.0) -> list[Text]:
        """Return the texts to a phone that are newer than `after`, newest last; hold up to `wait` seconds for one."""
        with self._arrival:
            self._arrival.wait_for(lambda: self._closed or bool(self._newer(to, after)), timeout=wait)
            return self._newer(to, after)

    def newest(self, count: int) -> list[Text]:
        """Return the newest texts to anybody, newest first."""
        with self._arrival:
            everything = [text for texts in self._texts.values() for text in texts[-count:]]
        return sorted(everything, key=lambda text: text.seq, reverse=True)[:count]

    def close(self) -> None:
        """Let go of everybody who waits: they get what there is."""
        with self._arrival:
            self._closed = True
            self._arrival.notify_all()

    def _newer(self, to: str, after: int) -> list[Text]:
        return [text for text in self._texts.get(to, []) if text.seq > after]
