"""Tests that every phone provider must pass, for authors of plug-ins.

Derive a class from `ProviderContract` and give it a fixture `rig`, or call its methods with a rig:

    class TestMine(ProviderContract):
        @pytest.fixture
        def rig(self): ...

A rig connects one provider to one service, real or a stateful fake. It can deliver SMS messages and inject faults.
This module imports no test framework, and the engine does not import it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Protocol

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderBusy, SmsMessage

OUTAGES = ("429", "500", "503", "slow", "cut", "empty", "garbage", "not-json")
"""Faults that make a result inconclusive and are not the user's to correct."""
REFUSALS = ("401", "403")
"""Faults in the credentials, which the user must correct."""
SHAPES = ("duplicate", "out-of-order", "pages", "unfiltered")
"""Harmless peculiarities of listings."""


class Rig(Protocol):
    """A provider and its service, for a test."""

    provider: PhoneProvider
    number: str
    other_number: str
    faults: Collection[str]
    """Which of `OUTAGES`, `REFUSALS` and `SHAPES` it can simulate."""
    secrets: Collection[str]
    """Credentials, which must never be shown."""

    def deliver(self, to: str, body: str) -> None:
        """Deliver an SMS message."""

    def inject(self, fault: str | None) -> None:
        """Let every response have this fault from now on; None ends that."""

    def count(self) -> int:
        """Return how many requests the service received."""

    def has(self, body: str) -> bool:
        """Return whether the service still has a message with this body."""


class ProviderContract:
    """The tests; each method is one rule."""

    def test_the_preflight_passes(self, rig: Rig) -> None:
        """It does not raise."""
        rig.provider.preflight()

    def test_without_messages_the_list_is_empty(self, rig: Rig) -> None:
        """An empty list is no error."""
        cursor = rig.provider.mark(rig.number)
        assert rig.provider.poll(rig.number, cursor, 0) == []

    def test_a_message_after_the_mark_is_found_with_its_body(self, rig: Rig) -> None:
        """Body, number, date and id are right; the message is there again on the next poll."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        (message,) = _await(rig, cursor, 1)
        assert message.body.reveal() == "482910 is your code"
        assert message.to == rig.number
        assert message.sent_at.tzinfo is not None
        assert message.id
        assert [again.id for again in rig.provider.poll(rig.number, cursor, 0)] == [message.id]

    def test_a_message_before_the_mark_is_never_returned(self, rig: Rig) -> None:
        """Not even within the same second."""
        first = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "111111 is your code")
        _await(rig, first, 1)
        cursor = rig.provider.mark(rig.number)
        assert rig.provider.poll(rig.number, cursor, 0) == []
        rig.deliver(rig.number, "222222 is your code")
        assert [message.body.reveal() for message in _await(rig, cursor, 1)] == ["222222 is your code"]

    def test_a_message_to_another_number_is_never_returned(self, rig: Rig) -> None:
        """Two phones at one service."""
        mine, other = rig.provider.mark(rig.number), rig.provider.mark(rig.other_number)
        rig.deliver(rig.other_number, "482910 is your code")
        assert len(_await(rig, other, 1, rig.other_number)) == 1
        assert rig.provider.poll(rig.number, mine, 0) == []

    def test_two_messages_are_two_newest_last(self, rig: Rig) -> None:
        """Also within one second and with the same body."""
        cursor = rig.provider.mark(rig.number)
        for body in ("one", "two", "two"):
            rig.deliver(rig.number, body)
        messages = _await(rig, cursor, 3)
        assert sorted(message.body.reveal() for message in messages) == ["one", "two", "two"]
        assert len({message.id for message in messages}) == 3
        assert [message.sent_at for message in messages] == sorted(message.sent_at for message in messages)

    def test_each_message_is_returned_once(self, rig: Rig) -> None:
        """Listed twice, in another order, on several pages, or among those of others."""
        for shape in set(SHAPES) & set(rig.faults):
            cursor = rig.provider.mark(rig.number)
            rig.inject(shape)
            rig.deliver(rig.other_number, "not yours")
            for place in range(3):
                rig.deliver(rig.number, f"{shape} {place}")
            bodies = sorted(message.body.reveal() for message in _await(rig, cursor, 3))
            assert bodies == [f"{shape} {place}" for place in range(3)], shape
            rig.inject(None)

    def test_an_outage_is_inconclusive(self, rig: Rig) -> None:
        """In every method; afterwards the provider works as before."""
        for fault in sorted(set(OUTAGES) & set(rig.faults)):
            cursor = rig.provider.mark(rig.number)
            rig.inject(fault)
            for act in (rig.provider.preflight, _polling(rig, cursor), _marking(rig)):
                met = _error_of(act)
                assert isinstance(met, Inconclusive), (fault, met)
                assert not isinstance(met, ProviderMisconfigured), fault
                _assert_shows_nothing(rig, met)
            rig.inject(None)
            assert rig.provider.poll(rig.number, cursor, 0) == []

    def test_a_rate_limit_says_how_long(self, rig: Rig) -> None:
        """`Retry-After: 7` is passed on; the adapter neither waits nor repeats the request."""
        if "429" not in rig.faults:
            return
        cursor = rig.provider.mark(rig.number)
        before = rig.count()
        rig.inject("429")
        met = _error_of(_polling(rig, cursor))
        rig.inject(None)
        assert isinstance(met, ProviderBusy)
        assert met.retry_after == 7
        assert rig.count() == before + 1

    def test_a_refusal_names_the_setting(self, rig: Rig) -> None:
        """It names a declared setting, without the value."""
        declared = {*rig.provider.settings.required, *rig.provider.settings.optional}
        for fault in sorted(set(REFUSALS) & set(rig.faults)):
            rig.inject(fault)
            met = _error_of(_marking(rig))
            assert isinstance(met, ProviderMisconfigured), (fault, met)
            assert met.setting in declared
            _assert_shows_nothing(rig, met)
            rig.inject(None)

    def test_waiting_ends_when_it_should(self, rig: Rig) -> None:
        """A poll with `wait` ends in time."""
        cursor = rig.provider.mark(rig.number)
        began = time.monotonic()
        assert rig.provider.poll(rig.number, cursor, 1) == []
        assert time.monotonic() - began < 20

    def test_a_message_shows_neither_body_nor_number(self, rig: Rig) -> None:
        """`repr` shows neither."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        shown = repr(_await(rig, cursor, 1))
        assert "482910" not in shown
        assert rig.number not in shown

    def test_a_discarded_message_is_gone(self, rig: Rig) -> None:
        """At least the body is removed; discarding again is no error."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        (message,) = _await(rig, cursor, 1)
        rig.provider.discard(message)
        rig.provider.discard(message)
        assert not rig.has("482910 is your code")

    def test_a_number_has_one_lease(self, rig: Rig) -> None:
        """A number is lent once at a time; a provider whose numbers are generated lends none."""
        lent: list[Lease] = []
        while (lease := _lent(rig, len(lent))) is not None:
            lent.append(lease)
        assert len({lease.number for lease in lent}) == len(lent)
        for lease in lent:
            lease.give_back(0)
        if lent:
            again = rig.provider.lease("again", 60)
            assert again is not None
            again.give_back(0)
        assert bool(lent) is rig.provider.carrier


def _lent(rig: Rig, so_far: int) -> Lease | None:
    """Return the next lease; None where all numbers are leased."""
    try:
        return rig.provider.lease(f"owner-{so_far}", 60) if so_far < 50 else None
    except Inconclusive:
        assert so_far, "the first one is free"
        return None


def _await(rig: Rig, cursor: Cursor, count: int, number: str = "") -> list[SmsMessage]:
    """Return the messages once there are so many; wait up to two minutes."""
    until = time.monotonic() + 120
    messages: list[SmsMessage] = []
    while len(messages) < count and time.monotonic() < until:
        messages = rig.provider.poll(number or rig.number, cursor, 1)
    assert len(messages) == count, f"expected {count} SMS messages, but {len(messages)} came"
    return messages


def _polling(rig: Rig, cursor: Cursor) -> Callable[[], object]:
    return lambda: rig.provider.poll(rig.number, cursor, 0)


def _marking(rig: Rig) -> Callable[[], object]:
    return lambda: rig.provider.mark(rig.number)


def _error_of(act: Callable[[], object]) -> Exception | None:
    try:
        act()
    except Exception as error:
        return error
    return None


def _assert_shows_nothing(rig: Rig, met: Exception) -> None:
    """Assert that neither the message nor an attached error contains credentials or numbers."""
    assert met.__context__ is None or met.__suppress_context__, "the original error is attached"
    for hidden in (*rig.secrets, rig.number, rig.other_number):
        assert hidden not in str(met)
