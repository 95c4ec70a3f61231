"""Check the tenant's time, taken from its Date headers, and waits with a deadline."""

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
    """Observe a response that the tenant sends `there` seconds after `sent` and that arrives `back` seconds later."""
    made = sent + there + ahead
    return clock.observe(formatdate(floor(made), usegmt=True), sent, sent + there + back)


def test_without_a_response_it_is_the_machines_time() -> None:
    clock = TenantClock(lambda: NOW)
    assert clock.now() == NOW
    assert not clock.is_measured


def test_it_uses_the_middle_of_the_request_and_of_the_second() -> None:
    clock = TenantClock(lambda: NOW)
    assert clock.observe(HEADER, NOW + 10, NOW + 10.4)
    assert clock.ahead == pytest.approx(0.5 - 10.2, abs=1e-6)
    assert clock.uncertainty == pytest.approx(0.7, abs=1e-6)
    assert clock.now() == pytest.approx(NOW - 9.7, abs=1e-6)


@given(offsets, st.lists(st.tuples(st.floats(0, 60), delays, delays), min_size=1, max_size=20))
def test_the_error_is_never_larger_than_the_uncertainty(
    ahead: float, answers: list[tuple[float, float, float]]
) -> None:
    clock = TenantClock(lambda: NOW)
    sent = NOW
    for pause, there, back in answers:
        sent += pause + there + back
        observe(clock, ahead, sent, there, back)

    assert abs(clock.ahead - ahead) <= clock.uncertainty + 1e-5


@given(offsets, st.lists(st.tuples(st.floats(0, 60), delays, delays), min_size=2, max_size=20))
def test_the_uncertainty_decreases_with_each_response(ahead: float, answers: list[tuple[float, float, float]]) -> None:
    clock = TenantClock(lambda: NOW)
    sent = NOW
    doubts: list[float] = []
    for pause, there, back in answers:
        sent += pause + there + back
        observe(clock, ahead, sent, there, back)
        doubts.append(clock.uncertainty)

    assert doubts == sorted(doubts, reverse=True)


def test_responses_at_the_end_of_a_second_reduce_the_uncertainty() -> None:
    clock = TenantClock(lambda: NOW)
    for sent in (NOW, NOW + 0.95, NOW + 1.05):
        observe(clock, 0.0, sent, 0.01, 0.01)

    assert clock.uncertainty < 0.1
    assert abs(clock.ahead) < 0.1


@given(st.floats(3, 1e6), st.sampled_from([-1, 1]))
def test_it_starts_again_after_the_tenants_clock_was_moved(moved_by: float, direction: int) -> None:
    clock = TenantClock(lambda: NOW)
    observe(clock, 0.0, NOW, 0.1, 0.1)
    observe(clock, moved_by * direction, NOW + 5, 0.1, 0.1)
    assert abs(clock.ahead - moved_by * direction) <= 0.61


@pytest.mark.parametrize("header", ["", "yesterday", "Fri, 32 Jan 2027 08:00:00 GMT", "1800000000"])
def test_an_invalid_date_is_ignored(header: str) -> None:
    clock = TenantClock(lambda: NOW)
    assert not clock.observe(header, NOW, NOW)
    assert clock.now() == NOW


@given(st.text())
def test_no_header_raises_an_error(header: str) -> None:
    TenantClock(lambda: NOW).observe(header, NOW, NOW)


def test_a_response_is_ignored_if_the_machines_clock_was_set_back() -> None:
    clock = TenantClock(lambda: NOW)
    assert not clock.observe(HEADER, NOW, NOW - 1)
    assert not clock.is_measured


def test_a_date_without_a_zone_is_utc() -> None:
    clock = TenantClock(lambda: NOW)
    assert clock.observe(HEADER.replace("GMT", "-0000"), NOW, NOW)
    assert clock.now() == NOW + 0.5


class Hours:
    """A clock that moves only in sleeps."""

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


def test_a_result_that_exists_is_returned_at_once(hours: Hours) -> None:
    assert wait_until("a message", lambda: "here", Deadline(30, hours.timer)) == "here"
    assert hours.sleeps == []


def test_it_probes_until_there_is_a_result(hours: Hours) -> None:
    looks = iter([None, None, "here"])
    assert wait_until("a message", lambda: next(looks), Deadline(30, hours.timer), pause=2) == "here"
    assert hours.sleeps == [2, 2]


def test_the_last_probe_is_at_the_deadline(hours: Hours) -> None:
    looked_at: list[float] = []

    def probe() -> None:
        looked_at.append(hours.now)

    assert wait_until("a message", probe, Deadline(5, hours.timer), pause=2) is None
    assert looked_at == [1000, 1002, 1004, 1005]


def test_a_deadline_of_zero_seconds_allows_one_probe(hours: Hours) -> None:
    looks: list[float] = []

    def look() -> None:
        looks.append(hours.now)

    assert wait_until("a message", look, Deadline(0, hours.timer)) is None
    assert looks == [1000]


def test_a_false_result_that_is_not_none_is_a_result(hours: Hours) -> None:
    assert wait_until("a count", lambda: 0, Deadline(5, hours.timer)) == 0
    assert hours.sleeps == []


def test_the_time_of_a_probe_counts(hours: Hours) -> None:
    def probe() -> None:
        hours.now += 4

    assert wait_until("a message", probe, Deadline(5, hours.timer), pause=2) is None
    assert hours.sleeps == [1]
    assert hours.now == 1009


def test_the_remaining_time_is_never_negative(hours: Hours) -> None:
    deadline = Deadline(10, hours.timer)

    hours.now += 4
    assert deadline.remaining == 6
    assert not deadline.passed
    hours.now += 60
    assert deadline.remaining == 0
    assert deadline.passed


def test_waits_are_recorded_with_reason_and_duration(hours: Hours) -> None:
    before = len(waits_so_far())

    wait_until("a message", lambda: "here" if hours.now >= 1003 else None, Deadline(30, hours.timer), pause=1)
    wait_until("a log line", lambda: None, Deadline(2, hours.timer), pause=1)
    wait_for(7, "the next step", hours.timer)
    assert waits_so_far()[before:] == (
        Wait("a message", 3, met=True),
        Wait("a log line", 2, met=False),
        Wait("the next step", 7, met=True),
    )
    assert hours.now == 1012


def test_a_wait_that_ended_with_an_error_is_recorded(hours: Hours) -> None:
    before = len(waits_so_far())

    def probe() -> None:
        hours.now += 3
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        wait_until("a message", probe, Deadline(30, hours.timer))

    assert waits_so_far()[before:] == (Wait("a message", 3, met=False),)


def test_the_default_timer_sleeps() -> None:
    began = time.monotonic()

    wait_for(0.01, "nothing in particular")
    assert time.monotonic() - began >= 0.01
