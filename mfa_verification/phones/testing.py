"""The kit for authors of phone providers: what every provider must do, as tests to run against your own.

It is part of the package so that a plug-in can be tested where it is written; nothing of the engine imports it.

Derive a class from `ProviderContract`, and give it a fixture `rig` (under pytest) or call the methods with one:

    class TestMine(ProviderContract):
        @pytest.fixture
        def rig(self): ...

A rig connects one provider to one service, real or a stateful fake. It can deliver SMS messages and inject faults.
The contract imports no test framework.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Protocol

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderBusy, SmsMessage

OUTAGES = ("429", "500", "503", "slow", "cut", "empty", "garbage", "not-json")
"""Faults after which nothing is known: trouble, and never the user's to mend."""
REFUSALS = ("401", "403")
"""Faults that say: mend your settings."""
SHAPES = ("duplicate", "out-of-order", "pages", "unfiltered")
"""Ways of listing SMS messages that change nothing."""


class Rig(Protocol):
    """One provider and its service, as a test holds them."""

    provider: PhoneProvider
    number: str
    other_number: str
    faults: Collection[str]
    """Which of `OUTAGES`, `REFUSALS` and `SHAPES` it can bring about."""
    secrets: Collection[str]
    """What must never be shown: credentials."""

    def deliver(self, to: str, body: str) -> None:
        """Let an SMS message arrive."""

    def break_with(self, fault: str | None) -> None:
        """Let every answer from now on be faulty in that way; None: as usual again."""

    def count(self) -> int:
        """Return how many requests the service has had."""

    def has(self, body: str) -> bool:
        """Say whether the service still holds an SMS message with these words."""


class ProviderContract:
    """The contract; every method is one rule of it."""

    def test_the_preflight_of_what_is_right_says_nothing(self, rig: Rig) -> None:
        """It returns, and leaves no SMS message read or removed."""
        rig.provider.preflight()

    def test_where_nothing_came_the_list_is_empty(self, rig: Rig) -> None:
        """An empty list is a healthy answer."""
        cursor = rig.provider.mark(rig.number)
        assert rig.provider.poll(rig.number, cursor, 0) == []

    def test_a_text_after_the_mark_is_found_with_its_words(self, rig: Rig) -> None:
        """Words, number, moment and id come over; asked again, it is there again."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        (message,) = _await(rig, cursor, 1)
        assert message.body.reveal() == "482910 is your code"
        assert message.to == rig.number
        assert message.sent_at.tzinfo is not None
        assert message.id
        assert [again.id for again in rig.provider.poll(rig.number, cursor, 0)] == [message.id]

    def test_a_text_before_the_mark_is_never_taken(self, rig: Rig) -> None:
        """Neither at once nor later, though both fall into one second."""
        first = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "111111 is your code")
        _await(rig, first, 1)
        cursor = rig.provider.mark(rig.number)
        assert rig.provider.poll(rig.number, cursor, 0) == []
        rig.deliver(rig.number, "222222 is your code")
        assert [message.body.reveal() for message in _await(rig, cursor, 1)] == ["222222 is your code"]

    def test_a_text_to_another_number_is_never_taken(self, rig: Rig) -> None:
        """Two phones, one service."""
        mine, other = rig.provider.mark(rig.number), rig.provider.mark(rig.other_number)
        rig.deliver(rig.other_number, "482910 is your code")
        assert len(_await(rig, other, 1, rig.other_number)) == 1
        assert rig.provider.poll(rig.number, mine, 0) == []

    def test_two_texts_are_two_newest_last(self, rig: Rig) -> None:
        """Also within one second, and with the same words."""
        cursor = rig.provider.mark(rig.number)
        for body in ("one", "two", "two"):
            rig.deliver(rig.number, body)
        messages = _await(rig, cursor, 3)
        assert sorted(message.body.reveal() for message in messages) == ["one", "two", "two"]
        assert len({message.id for message in messages}) == 3
        assert [message.sent_at for message in messages] == sorted(message.sent_at for message in messages)

    def test_each_text_once_however_it_is_listed(self, rig: Rig) -> None:
        """Listed twice, in another order, on several pages, or among those of others."""
        for shape in set(SHAPES) & set(rig.faults):
            cursor = rig.provider.mark(rig.number)
            rig.break_with(shape)
            rig.deliver(rig.other_number, "not yours")
            for place in range(3):
                rig.deliver(rig.number, f"{shape} {place}")
            bodies = sorted(message.body.reveal() for message in _await(rig, cursor, 3))
            assert bodies == [f"{shape} {place}" for place in range(3)], shape
            rig.break_with(None)

    def test_trouble_of_the_service_is_inconclusive(self, rig: Rig) -> None:
        """Whatever method meets it; afterwards the provider is as good as before."""
        for fault in sorted(set(OUTAGES) & set(rig.faults)):
            cursor = rig.provider.mark(rig.number)
            rig.break_with(fault)
            for act in (rig.provider.preflight, _looking(rig, cursor), _marking(rig)):
                met = _met(act)
                assert isinstance(met, Inconclusive), (fault, met)
                assert not isinstance(met, ProviderMisconfigured), fault
                _shows_nothing(rig, met)
            rig.break_with(None)
            assert rig.provider.poll(rig.number, cursor, 0) == []

    def test_a_rate_limit_says_how_long(self, rig: Rig) -> None:
        """`Retry-After: 7` is handed on; the adapter itself neither waits nor asks again."""
        if "429" not in rig.faults:
            return
        cursor = rig.provider.mark(rig.number)
        before = rig.count()
        rig.break_with("429")
        met = _met(_looking(rig, cursor))
        rig.break_with(None)
        assert isinstance(met, ProviderBusy)
        assert met.retry_after == 7
        assert rig.count() == before + 1

    def test_a_refusal_names_the_setting(self, rig: Rig) -> None:
        """One of the settings that the provider declares, and never a value."""
        declared = {*rig.provider.settings.required, *rig.provider.settings.optional}
        for fault in sorted(set(REFUSALS) & set(rig.faults)):
            rig.break_with(fault)
            met = _met(_marking(rig))
            assert isinstance(met, ProviderMisconfigured), (fault, met)
            assert met.setting in declared
            _shows_nothing(rig, met)
            rig.break_with(None)

    def test_waiting_ends_when_it_should(self, rig: Rig) -> None:
        """A poll that may block minds its end, and one that may not comes back at once."""
        cursor = rig.provider.mark(rig.number)
        began = time.monotonic()
        assert rig.provider.poll(rig.number, cursor, 1) == []
        assert time.monotonic() - began < 20

    def test_a_text_shows_neither_words_nor_number(self, rig: Rig) -> None:
        """Not even where it is printed by mistake."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        shown = repr(_await(rig, cursor, 1))
        assert "482910" not in shown
        assert rig.number not in shown

    def test_what_is_discarded_is_gone(self, rig: Rig) -> None:
        """The words at least; to discard it again is no error."""
        cursor = rig.provider.mark(rig.number)
        rig.deliver(rig.number, "482910 is your code")
        (message,) = _await(rig, cursor, 1)
        rig.provider.discard(message)
        rig.provider.discard(message)
        assert not rig.has("482910 is your code")

    def test_a_lease_is_nobody_elses(self, rig: Rig) -> None:
        """Numbers are lent once, given back, and lent again; a provider that mints lends none."""
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
    """Return the next lease, or None once every number is in use."""
    try:
        return rig.provider.lease(f"owner-{so_far}", 60) if so_far < 50 else None
    except Inconclusive:
        assert so_far, "the first one is free"
        return None


def _await(rig: Rig, cursor: Cursor, count: int, number: str = "") -> list[SmsMessage]:
    """Return what came, once it is that many; for two minutes at most."""
    until = time.monotonic() + 120
    messages: list[SmsMessage] = []
    while len(messages) < count and time.monotonic() < until:
        messages = rig.provider.poll(number or rig.number, cursor, 1)
    assert len(messages) == count, f"expected {count} SMS messages, and {len(messages)} came"
    return messages


def _looking(rig: Rig, cursor: Cursor) -> Callable[[], object]:
    return lambda: rig.provider.poll(rig.number, cursor, 0)


def _marking(rig: Rig) -> Callable[[], object]:
    return lambda: rig.provider.mark(rig.number)


def _met(act: Callable[[], object]) -> Exception | None:
    try:
        act()
    except Exception as error:
        return error
    return None


def _shows_nothing(rig: Rig, met: Exception) -> None:
    """Neither the message nor what it was raised from may hold a credential or a number."""
    assert met.__context__ is None or met.__suppress_context__, "it carries along what it was raised from"
    for hidden in (*rig.secrets, rig.number, rig.other_number):
        assert hidden not in str(met)
