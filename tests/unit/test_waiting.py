"""The one wait: it looks, it ends, it remembers. Time is the test's own."""

import time

import pytest

from mfa_verification.core.clock import Deadline, Timer, Wait, wait_for, wait_until, waits_so_far


class Hours:
    """Time that passes only when somebody sleeps."""

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
