"""The tenant's time out of its Date headers, whatever its offset, the network and the seconds cut off."""

from email.utils import formatdate
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.clock import TenantClock

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
