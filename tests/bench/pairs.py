"""Measures two ways to do one thing in turn, so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ROUNDS = 12


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def median_ms(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Run `act` once to warm up, then `rounds` times; return the median in milliseconds."""
    act()
    return statistics.median(seconds_of(act) for _ in range(rounds)) * 1000


def side_by_side(
    ours: Callable[[], float], bare: Callable[[], float], rounds: int = ROUNDS
) -> tuple[float, float, float]:
    """Call both in turn, once to warm up and then `rounds` times.

    Return both medians in milliseconds, and the median of the ratios.
    """
    ours(), bare()
    taken = []
    for number in range(rounds):
        first, second = (ours, bare) if number % 2 else (bare, ours)
        pair = first(), second()
        taken.append(pair if number % 2 else pair[::-1])
    mine, theirs = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
    return mine, theirs, statistics.median(one / other for one, other in taken)
