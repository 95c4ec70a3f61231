"""The tenant's time out of its Date headers, and the one wait: it looks, it ends, it remembers."""

from __future__ import annotations

import time
from email.utils import formatdate
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.clock import Deadline, TenantClock, Timer, Wait, wait_for, wait_until, waits_so_far

NOW = 1_800_000_000.0
HEADER = "Fri, 15 Jan 2027 08:00:00 GMT"  # the same moment

offsets = st.floats(-100_000, 100_000)
delays = st.floats(0, 3)


def observe(clock: TenantClock, ahead: float, sent: float, there: float, back: float) -> bool:
    """Let a tenant that is `ahead` make an answer `there` seconds after `sent`; it takes `back` to arrive."""
    made = sent + there + ahead
    return clock.observe(formatdate(floor(made), usegmt=True), sent, sent + there + back)


def test_is_ours_before_any_answer() -> None:
    clock = TenantClock(lambda: NOW)

    assert clock.now() == NOW
    assert not clock.is_measured


def test_takes_the_middle_of_the_request_and_half_a_second_for_what_was_cut_off() -> None:
    clock = TenantClock(lambda: NOW)

    assert clock.observe(HEADER, NOW + 10, NOW + 10.4)
    assert clock.ahead == pytest.approx(0.5 - 10.2, abs=1e-6)
    assert clock.uncertainty == pytest.approx(0.7, abs=1e-6)
    assert clock.now() == pytest.approx(NOW - 9.7, abs=1e-6)


@given(offsets, st.lists(st.tuples(st.floats(0, 60), delays, delays), min_size=1, max_size=20))
def test_is_never_further_off_than_it_says(ahead: float, answers: list[tuple[float, float, float]]) -> None:
    clock = TenantClock(lambda: NOW)
    sent = NOW
    for pause, there, back in answers:
        sent += pause + there + back
        observe(clock, ahead, sent, there, back)

    assert abs(clock.ahead - ahead) <= clock.uncertainty + 1e-5


@given(offsets, st.lists(st.tuples(st.floats(0, 60), delays, delays), min_size=2, max_size=20))
def test_grows_surer_with_each_answer(ahead: float, answers: list[tuple[float, float, float]]) -> None:
    clock = TenantClock(lambda: NOW)
    sent = NOW
    doubts: list[float] = []
    for pause, there, back in answers:
        sent += pause + there + back
        observe(clock, ahead, sent, there, back)
        doubts.append(clock.uncertainty)

    assert doubts == sorted(doubts, reverse=True)


def test_answers_around_the_turn_of_a_second_pin_it_down() -> None:
    clock = TenantClock(lambda: NOW)
    for sent in (NOW, NOW + 0.95, NOW + 1.05):
        observe(clock, 0.0, sent, 0.01, 0.01)

    assert clock.uncertainty < 0.1
    assert abs(clock.ahead) < 0.1


@given(st.floats(3, 1e6), st.sampled_from([-1, 1]))
def test_starts_afresh_when_the_tenants_clock_is_moved(moved_by: float, direction: int) -> None:
    clock = TenantClock(lambda: NOW)
    observe(clock, 0.0, NOW, 0.1, 0.1)
    observe(clock, moved_by * direction, NOW + 5, 0.1, 0.1)

    assert abs(clock.ahead - moved_by * direction) <= 0.61


@pytest.mark.parametrize("header", ["", "yesterday", "Fri, 32 Jan 2027 08:00:00 GMT", "1800000000"])
def test_learns_nothing_from_what_is_no_date(header: str) -> None:
    clock = TenantClock(lambda: NOW)

    assert not clock.observe(header, NOW, NOW)
    assert clock.now() == NOW


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    TenantClock(lambda: NOW).observe(header, NOW, NOW)


def test_learns_nothing_from_an_answer_during_which_our_own_clock_was_set_back() -> None:
    clock = TenantClock(lambda: NOW)

    assert not clock.observe(HEADER, NOW, NOW - 1)
    assert not clock.is_measured


def test_reads_a_date_without_a_zone_as_utc() -> None:
    clock = TenantClock(lambda: NOW)

    assert clock.observe(HEADER.replace("GMT", "-0000"), NOW, NOW)
    assert clock.now() == NOW + 0.5


class Hours:
    """Time that passes only during `sleep`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []
        self.timer = Timer(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.fixture
def hours() -> Hours:
    return Hours()


def test_returns_at_once_what_is_there_already(hours: Hours) -> None:
    assert wait_until("a text", lambda: "here", Deadline(30, hours.timer)) == "here"
    assert hours.sleeps == []


def test_looks_until_it_is_there(hours: Hours) -> None:
    looks = iter([None, None, "here"])

    assert wait_until("a text", lambda: next(looks), Deadline(30, hours.timer), pause=2) == "here"
    assert hours.sleeps == [2, 2]


def test_gives_up_at_the_deadline_and_looks_a_last_time_there(hours: Hours) -> None:
    looked_at: list[float] = []

    def probe() -> None:
        looked_at.append(hours.now)

    assert wait_until("a text", probe, Deadline(5, hours.timer), pause=2) is None
    assert looked_at == [1000, 1002, 1004, 1005]


def test_a_deadline_of_no_seconds_allows_one_look(hours: Hours) -> None:
    looks: list[float] = []

    def look() -> None:
        looks.append(hours.now)

    assert wait_until("a text", look, Deadline(0, hours.timer)) is None
    assert looks == [1000]


def test_what_is_false_but_not_none_was_found(hours: Hours) -> None:
    assert wait_until("a count", lambda: 0, Deadline(5, hours.timer)) == 0
    assert hours.sleeps == []


def test_a_probe_that_blocks_takes_from_the_same_time(hours: Hours) -> None:
    def probe() -> None:
        hours.now += 4

    assert wait_until("a text", probe, Deadline(5, hours.timer), pause=2) is None
    assert hours.sleeps == [1]
    assert hours.now == 1009


def test_a_deadline_counts_down_to_zero_and_no_further(hours: Hours) -> None:
    deadline = Deadline(10, hours.timer)

    hours.now += 4
    assert deadline.remaining == 6
    assert not deadline.passed
    hours.now += 60
    assert deadline.remaining == 0
    assert deadline.passed


def test_remembers_why_and_how_long(hours: Hours) -> None:
    before = len(waits_so_far())

    wait_until("a text", lambda: "here" if hours.now >= 1003 else None, Deadline(30, hours.timer), pause=1)
    wait_until("a log line", lambda: None, Deadline(2, hours.timer), pause=1)
    wait_for(7, "the next step", hours.timer)

    assert waits_so_far()[before:] == (
        Wait("a text", 3, met=True),
        Wait("a log line", 2, met=False),
        Wait("the next step", 7, met=True),
    )
    assert hours.now == 1012


def test_remembers_a_wait_that_ended_in_an_error(hours: Hours) -> None:
    before = len(waits_so_far())

    def probe() -> None:
        hours.now += 3
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        wait_until("a text", probe, Deadline(30, hours.timer))

    assert waits_so_far()[before:] == (Wait("a text", 3, met=False),)


def test_sleeps_by_the_machine_unless_told_otherwise() -> None:
    began = time.monotonic()

    wait_for(0.01, "nothing in particular")

    assert time.monotonic() - began >= 0.01
