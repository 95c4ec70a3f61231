"""A number is one scenario's own: across processes, for a time, and resting after a text that may come late."""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path

import pytest

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.numbers import LeaseFolder, OwnedNumbers
from tests.phones.fakes import FakeInbox

NUMBERS = ["+447700900101", "+447700900102"]


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def test_the_number_that_rested_longest_comes_first(tmp_path: Path) -> None:
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


def test_a_number_rests_for_as_long_as_a_late_text_may_come(tmp_path: Path) -> None:
    clock = Clock()
    folder = LeaseFolder(tmp_path, clock)
    lease = folder.lease(NUMBERS[:1], "a", 60)
    assert lease
    lease.give_back(300)
    clock.time += 299
    assert folder.lease(NUMBERS[:1], "b", 60) is None
    clock.time += 1
    assert folder.lease(NUMBERS[:1], "b", 60)


def test_a_killed_job_keeps_a_number_no_longer_than_its_lease(tmp_path: Path) -> None:
    clock = Clock()
    folder = LeaseFolder(tmp_path, clock)
    killed = folder.lease(NUMBERS[:1], "killed", 60)
    assert killed
    clock.time += 60
    next_one = folder.lease(NUMBERS[:1], "next", 60)
    assert next_one
    killed.give_back(0)
    assert folder.lease(NUMBERS[:1], "third", 60) is None, "what ended does not end another's lease"


def test_a_file_that_was_cut_short_loses_no_number(tmp_path: Path) -> None:
    (tmp_path / "leases.json").write_text('{"abc": {"ow')
    assert LeaseFolder(tmp_path).lease(NUMBERS, "a", 60)


def _take(folder: str) -> str:
    lease = LeaseFolder(Path(folder)).lease([f"+1555010{place:04d}" for place in range(20)], "owner", 60)
    return lease.number if lease else ""


def test_processes_share_no_number(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        taken = pool.map(_take, [str(tmp_path)] * 24, chunksize=1)
    assert sorted(number for number in taken if number) == [f"+1555010{place:04d}" for place in range(20)]


def test_all_in_use_is_inconclusive_and_never_shared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    owned = OwnedNumbers({"NUMBERS": NUMBERS[0]}, "NUMBERS")
    owned.lease("a", 60)
    with pytest.raises(Inconclusive, match="all 1 numbers of NUMBERS are in use or rest") as trouble:
        owned.lease("b", 60)
    assert trouble.value.cause is Cause.NO_NUMBER_AVAILABLE


def test_an_inbox_keeps_the_leases_of_all_jobs() -> None:
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
def test_what_is_no_e164_number_is_the_users_to_mend(given: str) -> None:
    with pytest.raises(ProviderMisconfigured, match="expected phone numbers such as") as refused:
        OwnedNumbers({"NUMBERS": given}, "NUMBERS")
    assert refused.value.setting == "NUMBERS"
    assert "900101" not in str(refused.value)
