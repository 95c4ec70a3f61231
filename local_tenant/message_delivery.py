"""Delivery of messages from the tenant to the inbox. Tests can delay, lose, duplicate or reorder messages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from local_tenant.clock import Clock

Mode = Literal["normal", "late", "twice", "lost", "out-of-order"]
MODES: tuple[Mode, ...] = get_args(Mode)


class Inbox(Protocol):
    """Where messages arrive."""

    def deliver(self, to: str, body: str, code: str | None = None, sent_at: float | None = None) -> object:
        """Keep a message."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How messages are delivered. `count` limits the mode to so many messages; out of order, it is the batch size."""

    mode: Mode = "normal"
    seconds: float = 0.0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class _Message:
    to: str
    body: str
    code: str | None
    sent_at: float


class MessageDelivery:
    """Takes the tenant's messages. The tenant's log says "sent", whatever happens to a message here."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        """Deliver to `inbox`, by the tenant's clock."""
        self._inbox = inbox
        self._clock = clock
        self._delivery = Delivery()
        self._delayed: list[tuple[float, _Message]] = []
        self._batches: dict[str, list[_Message]] = {}
        self._change = threading.Condition()
        self._worker: threading.Thread | None = None
        self._closed = False
        clock.on_move(self._wake)

    @property
    def delivery(self) -> Delivery:
        """How messages are delivered now."""
        return self._delivery

    def deliver(self, to: str, body: str, code: str | None = None) -> None:
        """Take a message, and deliver it in the current mode."""
        message = _Message(to, body, code, self._clock.now())
        with self._change:
            delivery = self._counted()
            match delivery.mode:
                case "normal":
                    self._hand_over(message)
                case "twice":
                    self._hand_over(message)
                    self._hand_over(message)
                case "lost":
                    pass
                case "late":
                    self._delayed.append((message.sent_at + delivery.seconds, message))
                    self._start_worker()
                    self._change.notify_all()
                case "out-of-order":
                    self._add_to_batch(message, delivery.count or 2)

    def set_mode(self, delivery: Delivery) -> None:
        """Deliver in this mode from now on; incomplete batches are delivered at once."""
        with self._change:
            self._delivery = delivery
            waiting = [message for batch in self._batches.values() for message in batch]
            self._batches.clear()
            for message in waiting:
                self._hand_over(message)

    def close(self) -> None:
        """Stop the worker; delayed messages never arrive."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _counted(self) -> Delivery:
        delivery = self._delivery
        if delivery.mode != "out-of-order" and delivery.count is not None:
            left = delivery.count - 1
            self._delivery = replace(delivery, count=left) if left else Delivery()
        return delivery

    def _add_to_batch(self, message: _Message, size: int) -> None:
        batch = self._batches.setdefault(message.to, [])
        batch.append(message)
        if len(batch) == size:
            del self._batches[message.to]
            for one in reversed(batch):
                self._hand_over(one)

    def _hand_over(self, message: _Message) -> None:
        self._inbox.deliver(message.to, message.body, message.code, message.sent_at)

    def _wake(self) -> None:
        with self._change:
            self._change.notify_all()

    def _start_worker(self) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._deliver_delayed, daemon=True)
            self._worker.start()

    def _deliver_delayed(self) -> None:
        with self._change:
            while not self._closed:
                now = self._clock.now()
                due = [one for one in self._delayed if one[0] <= now]
                self._delayed = [one for one in self._delayed if one[0] > now]
                for _, message in due:
                    self._hand_over(message)
                next_due = min((at for at, _ in self._delayed), default=None)
                self._change.wait(None if next_due is None else min(max(0.0, next_due - now), 3600.0))
