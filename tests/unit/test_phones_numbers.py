"""Numbers are E.164, never minted twice in a run, and each worker has its own."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.phones.numbers import AREAS, NumberMint, block_at

patterns = (
    st.sampled_from(["####", "555####", "5550##########", "070####0123###"])
    .flatmap(st.permutations)
    .map(lambda places: "+4" + "".join(places))
)


@given(patterns, st.integers(0, 2**64), st.integers(1, 8))
def test_no_number_comes_twice_whichever_worker_mints_it(pattern: str, block: int, workers: int) -> None:
    mints = [NumberMint(pattern, index, workers, block) for index in range(workers)]
    minted = [mint.mint() for _ in range(12) for mint in mints]

    assert len(set(minted)) == len(minted)


@given(patterns, st.integers(0, 2**64))
def test_a_number_fits_its_pattern(pattern: str, block: int) -> None:
    number = NumberMint(pattern, 0, 1, block).mint()

    assert re.fullmatch(re.escape(pattern).replace(r"\#", "[0-9]"), number)


def test_the_workers_of_a_run_use_every_number_up_and_then_say_so() -> None:
    mints = [NumberMint("+1555010####", index, 3, block=9_990) for index in range(3)]
    minted = []
    for mint in mints:
        minted += [mint.mint() for _ in range(3_333 + (mint is mints[0]))]
        with pytest.raises(Inconclusive, match="all 10000 phone numbers of this run are used"):
            mint.mint()

    assert sorted(minted) == [f"+1555010{line:04d}" for line in range(10_000)]


def test_runs_with_other_blocks_begin_elsewhere() -> None:
    assert NumberMint("+1555#######", 0, 1, block=0).mint() == "+15550000000"
    assert NumberMint("+1555#######", 0, 1, block=4_000_123).mint() == "+15554000123"
    assert NumberMint("+1555#######", 0, 1, block=10_000_123).mint() == "+15550000123"


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0.3, 20), st.floats(0, 7_000)), min_size=2, max_size=8),
    st.floats(1.7e9, 1.9e9),
)
def test_a_number_of_an_earlier_run_comes_back_only_when_no_text_to_it_can_be_late(
    runs: list[tuple[int, float, float]], start: float
) -> None:
    """Each run: how many numbers it uses, the seconds it takes for each, and the pause before the next run."""
    used: dict[str, float] = {}
    for count, seconds, pause in runs:
        mint = NumberMint(None, 0, 1, block_at(start))
        for _ in range(count):
            start += seconds
            number = mint.mint()
            assert start - used.get(number, 0.0) > 300, "a code's life"
            used[number] = start
        start += pause


def test_fills_in_places_that_are_not_side_by_side() -> None:
    assert NumberMint("+1##5550##", 0, 1, block=1234).mint() == "+112555034"


def test_without_a_pattern_every_number_is_a_valid_us_one_kept_for_fiction() -> None:
    mint = NumberMint(None, 0, 1, block=17)
    numbers = [mint.mint() for _ in range(mint.capacity)]

    assert len(set(numbers)) == len(AREAS) * 100
    for number in numbers:
        assert re.fullmatch(r"\+1[0-9]{3}55501[0-9]{2}", number)
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("1555#######", "expected +"),
        ("+0555#######", "country code"),
        ("+#555######", "country code"),
        ("+1 555 ####", "expected +"),
        ("+1555####\n", "expected +"),
        ("+1555٠####", "expected +"),
        ("", "expected +"),
        ("+15550123###", "leaves 3"),
        ("+15550123456", "leaves 0"),
        ("+155501########", None),
        ("+1555012345######", "has 16 digits"),
    ],
)
def test_a_pattern_that_gives_no_numbers_is_refused(pattern: str, reason: str | None) -> None:
    if reason is None:
        assert NumberMint(pattern, 0, 1, 0).mint()
        return
    with pytest.raises(ValueError, match=re.escape(reason)):
        NumberMint(pattern, 0, 1, 0)


@pytest.mark.parametrize(("index", "count"), [(1, 1), (-1, 2), (0, 0)])
def test_a_worker_that_is_none_is_refused(index: int, count: int) -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        NumberMint(None, index, count, 0)
