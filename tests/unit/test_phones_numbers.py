"""Check phone numbers: generated ones, leases of owned ones, and the registry of providers."""

from __future__ import annotations

import multiprocessing
import re
import tempfile
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.numbers import AREAS, LeaseFolder, NumberGenerator, OwnedNumbers, block_at
from mfa_verification.phones.registry import PROVIDERS, factory_of
from tests.phones.fakes import FakeInbox

patterns = (
    st.sampled_from(["####", "555####", "5550##########", "070####0123###"])
    .flatmap(st.permutations)
    .map(lambda places: "+4" + "".join(places))
)


@given(patterns, st.integers(0, 2**64), st.integers(1, 8))
def test_no_two_workers_generate_the_same_number(pattern: str, block: int, workers: int) -> None:
    generators = [NumberGenerator(pattern, index, workers, block) for index in range(workers)]
    generated = [generator.next() for _ in range(12) for generator in generators]
    assert len(set(generated)) == len(generated)


@given(patterns, st.integers(0, 2**64))
def test_a_number_fits_its_pattern(pattern: str, block: int) -> None:
    number = NumberGenerator(pattern, 0, 1, block).next()
    assert re.fullmatch(re.escape(pattern).replace(r"\#", "[0-9]"), number)


def test_the_workers_of_a_run_share_all_numbers_and_then_report_it() -> None:
    generators = [NumberGenerator("+1555010####", index, 3, block=9_990) for index in range(3)]
    generated = []
    for generator in generators:
        generated += [generator.next() for _ in range(3_333 + (generator is generators[0]))]
        with pytest.raises(Inconclusive, match="all 10000 phone numbers of this run are used"):
            generator.next()

    assert sorted(generated) == [f"+1555010{line:04d}" for line in range(10_000)]


def test_the_block_determines_the_first_number() -> None:
    assert NumberGenerator("+1555#######", 0, 1, block=0).next() == "+15550000000"
    assert NumberGenerator("+1555#######", 0, 1, block=4_000_123).next() == "+15554000123"
    assert NumberGenerator("+1555#######", 0, 1, block=10_000_123).next() == "+15550000123"


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0.3, 20), st.floats(0, 7_000)), min_size=2, max_size=8),
    st.floats(1.7e9, 1.9e9),
)
def test_a_number_is_not_used_again_while_a_message_to_it_may_be_late(
    runs: list[tuple[int, float, float]], start: float
) -> None:
    """Each run: how many numbers it uses, the seconds it takes for each, and the pause before the next run."""
    used: dict[str, float] = {}
    for count, seconds, pause in runs:
        generator = NumberGenerator(None, 0, 1, block_at(start))
        for _ in range(count):
            start += seconds
            number = generator.next()
            assert start - used.get(number, 0.0) > 300, "the lifetime of a code"
            used[number] = start
        start += pause


def test_the_places_of_a_pattern_may_be_apart() -> None:
    assert NumberGenerator("+1##5550##", 0, 1, block=1234).next() == "+112555034"


def test_the_default_numbers_are_valid_us_numbers_reserved_for_fiction() -> None:
    generator = NumberGenerator(None, 0, 1, block=17)
    numbers = [generator.next() for _ in range(generator.capacity)]
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
def test_an_invalid_pattern_is_refused(pattern: str, reason: str | None) -> None:
    if reason is None:
        assert NumberGenerator(pattern, 0, 1, 0).next()
        return
    with pytest.raises(ValueError, match=re.escape(reason)):
        NumberGenerator(pattern, 0, 1, 0)


@pytest.mark.parametrize(("index", "count"), [(1, 1), (-1, 2), (0, 0)])
def test_an_invalid_worker_is_refused(index: int, count: int) -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        NumberGenerator(None, index, count, 0)


NUMBERS = ["+447700900101", "+447700900102"]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def test_the_number_that_rested_longest_is_leased_first(tmp_path: Path) -> None:
    clock = Clock()
    folder = LeaseFolder(tmp_path, clock)
    first, second = folder.lease(NUMBERS, "a", 60), folder.lease(NUMBERS, "b", 60)
    assert first and second
    assert {first.number, second.number} == set(NUMBERS)
    assert folder.lease(NUMBERS, "c", 60) is None
    second.give_back(0)
    clock.time += 1
    first.give_back(0)
    clock.time += 1
    third = folder.lease(NUMBERS, "c", 60)
    assert third and third.number == second.number


def test_a_number_rests_while_a_late_message_may_arrive(tmp_path: Path) -> None:
    clock = Clock()
    folder = LeaseFolder(tmp_path, clock)
    lease = folder.lease(NUMBERS[:1], "a", 60)
    assert lease
    lease.give_back(300)
    clock.time += 299
    assert folder.lease(NUMBERS[:1], "b", 60) is None
    clock.time += 1
    assert folder.lease(NUMBERS[:1], "b", 60)


def test_the_lease_of_a_killed_job_expires(tmp_path: Path) -> None:
    clock = Clock()
    folder = LeaseFolder(tmp_path, clock)
    killed = folder.lease(NUMBERS[:1], "killed", 60)
    assert killed
    clock.time += 60
    next_one = folder.lease(NUMBERS[:1], "next", 60)
    assert next_one
    killed.give_back(0)
    assert folder.lease(NUMBERS[:1], "third", 60) is None, "an expired lease does not end another one"


def test_a_truncated_file_of_leases_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "leases.json").write_text('{"abc": {"ow')
    assert LeaseFolder(tmp_path).lease(NUMBERS, "a", 60)


def _take(folder: str) -> str:
    lease = LeaseFolder(Path(folder)).lease([f"+1555010{place:04d}" for place in range(20)], "owner", 60)
    return lease.number if lease else ""


def test_parallel_processes_lease_different_numbers(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        taken = pool.map(_take, [str(tmp_path)] * 24, chunksize=1)
    assert sorted(number for number in taken if number) == [f"+1555010{place:04d}" for place in range(20)]


def test_without_a_free_number_the_lease_is_inconclusive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    owned = OwnedNumbers({"NUMBERS": NUMBERS[0]}, "NUMBERS")
    owned.lease("a", 60)
    with pytest.raises(Inconclusive, match="all 1 numbers of NUMBERS are in use or rest") as met:
        owned.lease("b", 60)
    assert met.value.cause is Cause.NO_NUMBER_AVAILABLE


def test_the_inbox_keeps_the_leases_of_all_jobs() -> None:
    fake = FakeInbox()
    try:
        settings = {"NUMBERS": ",".join(NUMBERS), **fake.settings}
        one_job, another = OwnedNumbers(settings, "NUMBERS"), OwnedNumbers(settings, "NUMBERS")
        first, second = one_job.lease("a", 60), another.lease("b", 60)
        assert {first.number, second.number} == set(NUMBERS)
        with pytest.raises(Inconclusive, match="in use or rest"):
            another.lease("c", 60)
        first.give_back(300)
        with pytest.raises(Inconclusive, match="in use or rest"):
            another.lease("c", 60)
        second.give_back(0)
        assert another.lease("c", 60).number == second.number
    finally:
        fake.stop()


@pytest.mark.parametrize("given", ["", "07700900101", "+44 7700 900101", "+447700900101;+447700900102", "+0123456789"])
def test_a_number_that_is_not_e164_is_refused(given: str) -> None:
    with pytest.raises(ProviderMisconfigured, match="expected phone numbers such as") as refused:
        OwnedNumbers({"NUMBERS": given}, "NUMBERS")
    assert refused.value.setting == "NUMBERS"
    assert "900101" not in str(refused.value)


SETTINGS = {"PHONE_INBOX_URL": "http://127.0.0.1:1/messages", "PHONE_INBOX_TOKEN": "token"}


def test_the_registry_knows_the_settings_of_a_provider() -> None:
    assert factory_of("inbox").settings.required == ("PHONE_INBOX_URL", "PHONE_INBOX_TOKEN")


def test_the_registry_creates_the_named_provider() -> None:
    assert factory_of("inbox")(SETTINGS).name == "inbox"


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_each_provider_is_registered_under_its_name(name: str) -> None:
    assert getattr(PROVIDERS[name], "name", None) == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("inbx", 'did you mean "inbox"'),
        (" Inbox", 'did you mean "inbox"'),
        ("pigeon", "there is inbox"),
        ("", "there is"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name: str, hint: str) -> None:
    with pytest.raises(ProviderMisconfigured, match=hint) as refused:
        factory_of(name)

    assert refused.value.setting == "PHONE_PROVIDER"
