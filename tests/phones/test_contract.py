"""Check every phone provider against the contract of `mfa_verification/phones/testing.py`."""

from __future__ import annotations

import os
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
import pytest
from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.phones import mailosaur, mailslurp, numbers, provider, twilio
from mfa_verification.phones.manual import ManualProvider
from mfa_verification.phones.phone import Phone
from mfa_verification.phones.provider import Cursor, PhoneProvider, SmsMessage, SmsWithheld
from mfa_verification.phones.registry import factory_of
from mfa_verification.phones.testing import OUTAGES, REFUSALS, SHAPES, ProviderContract
from tests.phones.conftest import PATIENCE
from tests.phones.fakes import FAKES, KEY, NUMBERS, Fake, FakeInbox, FakeMailosaur, FakeMailSlurp, FakeTwilio
import shutil
import subprocess
import sys
import tomllib
from mfa_verification.phones.testing import OUTAGES, REFUSALS, ProviderContract
from tests.phones.fakes import FakeNtfy
from tests.phones.ntfy_plugin.mfa_verification_ntfy import NtfyProvider
from tests.phones.test_contract import FakeRig
from tests.running import ROOT
from mfa_verification.phones import provider


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leases of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for adapter in (mailosaur, mailslurp, twilio):
        monkeypatch.setattr(adapter, "PAGE_SIZE", 2)  # so that everything comes in pages


class FakeRig:
    """A provider before its fake."""

    faults: frozenset[str] = frozenset({*OUTAGES, *REFUSALS, *SHAPES})

    def __init__(self, fake: Fake, provider: PhoneProvider) -> None:
        self.fake = fake
        self.provider = provider
        self.number, self.other_number = NUMBERS
        self.secrets = (KEY, "482910")
        if isinstance(fake, FakeMailSlurp):
            # It knows a number by an id that comes with the lease.
            for lease in [self.provider.lease("a", 60), self.provider.lease("b", 60)]:
                assert lease
                lease.give_back(0)
            fake.asked.clear()

    def deliver(self, to: str, body: str) -> None:
        self.fake.deliver(to, body)

    def break_with(self, fault: str | None) -> None:
        self.fake.fault = fault
        provider.READ_SECONDS = 0.5 if fault == "slow" else PATIENCE

    def count(self) -> int:
        return len(self.fake.asked)

    def has(self, body: str) -> bool:
        return any(text.body == body for text in self.fake.texts)


class TestAdapters(ProviderContract):
    """Those with a service."""

    @pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
    def rig(self, request: pytest.FixtureRequest) -> Iterator[FakeRig]:
        fake = request.param()
        yield FakeRig(fake, factory_of(fake.provider)(fake.settings))
        fake.stop()


class ManualRig:
    """A user at a terminal, who types what they are told to."""

    faults: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.ours, theirs = os.openpty()
        self.number, self.other_number = NUMBERS
        self.provider: Any = _Manual({"PHONE_MANUAL_NUMBERS": " ".join(NUMBERS)})
        _Manual.terminal = Path(os.ttyname(theirs))
        self.told: list[tuple[str, str]] = []
        self.provider.told = self.told

    def deliver(self, to: str, body: str) -> None:
        self.told.append((to, body))
        os.write(self.ours, f"{body}\n".encode())

    def break_with(self, fault: str | None) -> None: ...

    def count(self) -> int:
        return 0

    def has(self, body: str) -> bool:
        return False


class _Manual(ManualProvider):
    """The user looks at each phone that they are asked about until everything was typed."""

    told: list[tuple[str, str]]

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        mine = sum(to == number for to, _ in self.told)
        while wait and len([text for text in self._typed if text.to == number]) < mine:
            self._ask(number, wait)
        return super().poll(number, cursor, wait)


class TestManual(ProviderContract):
    """The terminal."""

    @pytest.fixture
    def rig(self, monkeypatch: pytest.MonkeyPatch) -> ManualRig:
        monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
        return ManualRig()


def test_a_number_is_not_written_into_the_folder_of_leases(tmp_path: Path) -> None:
    number = f"+1555{uuid.uuid4().int % 10**7:07d}"
    lease = numbers.LeaseFolder(tmp_path / "leases").lease([number], "run", 60)
    assert lease
    assert number[2:] not in (tmp_path / "leases" / "leases.json").read_text()


def test_with_the_inbox_a_code_costs_two_requests_however_long_it_takes() -> None:
    fake = FakeInbox()
    try:
        phone = Phone(NUMBERS[0], factory_of("inbox")(fake.settings))
        fake.asked.clear()
        watch = phone.watch()
        threading.Timer(0.5, fake.deliver, (NUMBERS[0], "482910 is your code")).start()
        assert watch.code().reveal() == "482910"
        assert [asked.method for asked in fake.asked] == ["GET", "GET"]
    finally:
        fake.stop()


def test_a_withheld_text_is_told_and_an_old_one_is_not() -> None:
    fake = FakeTwilio()
    try:
        provider = factory_of("twilio")(fake.settings)
        fake.withholds = True
        cursor = provider.mark(NUMBERS[0])
        fake.deliver(NUMBERS[0], "482910 is your code")
        with pytest.raises(SmsWithheld, match=r"30038.*ask its support"):
            provider.poll(NUMBERS[0], cursor, 0)
    finally:
        fake.stop()


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"limit": 100, "current": 100}, "the plan's 100 SMS messages are spent"),
        ({"limit": 0, "current": 0}, "an add-on"),
    ],
)
def test_a_quota_that_is_spent_is_said_before_texts_are_dropped(
    limits: dict[str, int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeMailosaur()
    monkeypatch.setattr(FakeMailosaur, "limits", {"sms": limits})
    try:
        with pytest.raises(ProviderMisconfigured, match=words):
            factory_of("mailosaur")(fake.settings).preflight()
    finally:
        fake.stop()


def test_mailosaurs_pace_is_minded() -> None:
    fake = FakeMailosaur()
    try:
        provider = factory_of("mailosaur")(fake.settings)
        provider.mark(NUMBERS[0])
        assert provider.pace == 2.0, "the last of what x-ms-delay says"
    finally:
        fake.stop()


def test_a_pool_that_is_none_is_the_users_to_mend() -> None:
    fake = FakeMailSlurp()
    try:
        with pytest.raises(ProviderMisconfigured, match="MAILSLURP_POOL: the account has no pool"):
            factory_of("mailslurp")(fake.settings | {"MAILSLURP_POOL": "others"}).preflight()
    finally:
        fake.stop()


PACKAGE = Path(__file__).parent / "ntfy_plugin"
FIND = "from mfa_verification.phones.registry import factory_of as f; print(f({name!r}).settings.required)"


class NtfyRig(FakeRig):
    """The plug-in before its fake; an empty answer is a topic without messages."""

    faults = frozenset({*OUTAGES, *REFUSALS, "duplicate"}) - {"empty"}

    def __init__(self, fake: FakeNtfy) -> None:
        super().__init__(fake, NtfyProvider(fake.settings))

    def has(self, body: str) -> bool:
        """It forgets by itself, later."""
        return False


class TestNtfy(ProviderContract):
    """What a package's own test looks like."""

    @pytest.fixture
    def rig(self) -> Iterator[NtfyRig]:
        fake = FakeNtfy()
        yield NtfyRig(fake)
        fake.stop()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package as an installer lays it out: its modules, and what its metadata says of entry points."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0\n")
    lines = [
        f"[{group}]\n{name} = {value}\n" for group, of in project["entry-points"].items() for name, value in of.items()
    ]
    info.joinpath("entry_points.txt").write_text("\n".join(lines))
    for module in PACKAGE.glob("*.py"):
        shutil.copy(module, tmp_path)
    return tmp_path


def find(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    return subprocess.run(
        [sys.executable, "-c", FIND.format(name=name)], env=environment, text=True, capture_output=True, check=False
    )


def test_it_is_found_by_its_name_with_its_settings(installed: Path) -> None:
    assert find("ntfy", installed).stdout.strip() == "('NTFY_TOPIC_URL', 'NTFY_TOKEN')"


def test_an_unknown_name_lists_plug_ins_too(installed: Path, tmp_path: Path) -> None:
    assert "there is inbox, mailosaur, mailslurp, manual, ntfy, twilio" in find("pigeon", installed).stderr
    assert 'did you mean "ntfy"?' in find("nfty", installed).stderr


def test_one_that_cannot_be_loaded_is_named_with_the_reason(installed: Path) -> None:
    (installed / "mfa_verification_ntfy.py").unlink()
    assert 'the plug-in "ntfy" cannot be loaded (ModuleNotFoundError' in find("ntfy", installed).stderr


def test_one_that_is_no_provider_is_refused(installed: Path) -> None:
    (installed / "mfa_verification_ntfy.py").write_text("NtfyProvider = dict\n")
    assert "is no phone provider" in find("ntfy", installed).stderr


PATIENCE = 300.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "READ_SECONDS", PATIENCE)
