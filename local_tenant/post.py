"""The post between the tenant and the inbox. It may be late, lose texts, bring them twice or turn them round."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from local_tenant.clock import Clock

Mode = Literal["normal", "late", "twice", "lost", "out-of-order"]
MODES: tuple[Mode, ...] = get_args(Mode)


class Box(Protocol):
    """Where texts arrive."""

    def deliver(self, to: str, body: str, code: str | None = None, sent_at: float | None = None) -> object:
        """Keep a text."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How texts travel. `count`: for the next so many only; out of order, how many are turned round together."""

    mode: Mode = "normal"
    seconds: float = 0.0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    to: str
    body: str
    code: str | None
    sent_at: float


class Post:
    """Takes what the tenant sends. The tenant's own records say "sent" whatever becomes of it here."""

    def __init__(self, box: Box, clock: Clock) -> None:
        """Deliver to `box`, by the tenant's clock."""
        self._box = box
        self._clock = clock
        self._delivery = Delivery()
        self._on_the_way: list[tuple[float, _Text]] = []
        self._turned_round: dict[str, list[_Text]] = {}
        self._change = threading.Condition()
        self._postman: threading.Thread | None = None
        self._closed = False
        clock.on_move(self._look_again)

    @property
    def delivery(self) -> Delivery:
        """How texts travel now."""
        return self._delivery

    def deliver(self, to: str, body: str, code: str | None = None) -> None:
        """Take a text, and do with it what was ordered."""
        text = _Text(to, body, code, self._clock.now())
        with self._change:
            delivery = self._counted()
            match delivery.mode:
                case "normal":
                    self._hand_over(text)
                case "twice":
                    self._hand_over(text)
                    self._hand_over(text)
                case "lost":
                    pass
                case "late":
                    self._on_the_way.append((text.sent_at + delivery.seconds, text))
                    self._start_postman()
                    self._change.notify_all()
                case "out-of-order":
                    self._turn_round(text, delivery.count or 2)

    def order(self, delivery: Delivery) -> None:
        """Let texts travel so from now on; what waits for its turn to be turned round arrives at once."""
        with self._change:
            self._delivery = delivery
            waiting = [text for texts in self._turned_round.values() for text in texts]
            self._turned_round.clear()
            for text in waiting:
                self._hand_over(text)

    def close(self) -> None:
        """Let the postman go; what is on the way never arrives."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _counted(self) -> Delivery:
        delivery = self._delivery
        if delivery.mode != "out-of-order" and delivery.count is not None:
            left = delivery.count - 1
            self._delivery = replace(delivery, count=left) if left else Delivery()
        return delivery

    def _turn_round(self, text: _Text, count: int) -> None:
        waiting = self._turned_round.setdefault(text.to, [])
        waiting.append(text)
        if len(waiting) == count:
            del self._turned_round[text.to]
            for one in reversed(waiting):
                self._hand_over(one)

    def _hand_over(self, text: _Text) -> None:
        self._box.deliver(text.to, text.body, text.code, text.sent_at)

    def _look_again(self) -> None:
        with self._change:
            self._change.notify_all()

    def _start_postman(self) -> None:
        if self._postman is None:
            self._postman = threading.Thread(target=self._walk, daemon=True)
            self._postman.start()

    def _walk(self) -> None:
        with self._change:
            while not self._closed:
                now = self._clock.now()
                due = [one for one in self._on_the_way if one[0] <= now]
                self._on_the_way = [one for one in self._on_the_way if one[0] > now]
                for _, text in due:
                    self._hand_over(text)
                next_due = min((at for at, _ in self._on_the_way), default=None)
                self._change.wait(None if next_due is None else min(max(0.0, next_due - now), 3600.0))
