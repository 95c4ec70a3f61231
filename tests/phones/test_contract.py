"""Check phone providers, and one in a plug-in, against the contract of `mfa_verification/phones/testing.py`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
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
from tests.phones.fakes import (
    FAKES,
    KEY,
    NUMBERS,
    ApiCall,
    Fake,
    FakeInbox,
    FakeMailosaur,
    FakeMailSlurp,
    FakeTwilio,
    Reply,
)
from tests.phones.ntfy_plugin.mfa_verification_ntfy import NtfyProvider
from tests.running import ROOT

PATIENCE = 300.0
"""Seconds that an adapter waits for a response; no machine is so slow."""


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use a folder of leases for each test, long timeouts, and pages of two messages."""
    monkeypatch.setattr(provider, "READ_SECONDS", PATIENCE)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for adapter in (mailosaur, mailslurp, twilio):
        monkeypatch.setattr(adapter, "PAGE_SIZE", 2)


class FakeRig:
    """A provider connected to its fake service."""

    faults: frozenset[str] = frozenset({*OUTAGES, *REFUSALS, *SHAPES})

    def __init__(self, fake: Fake, provider: PhoneProvider) -> None:
        self.fake = fake
        self.provider = provider
        self.number, self.other_number = NUMBERS
        self.secrets = (KEY, "482910")
        if isinstance(fake, FakeMailSlurp):
            # MailSlurp names a number by an id, which the provider learns from a lease.
            for lease in [self.provider.lease("a", 60), self.provider.lease("b", 60)]:
                assert lease
                lease.give_back(0)
            fake.calls.clear()

    def deliver(self, to: str, body: str) -> None:
        self.fake.deliver(to, body)

    def break_with(self, fault: str | None) -> None:
        self.fake.fault = fault
        provider.READ_SECONDS = 0.5 if fault == "slow" else PATIENCE

    def count(self) -> int:
        return len(self.fake.calls)

    def has(self, body: str) -> bool:
        return any(message.body == body for message in self.fake.messages)


class TestServices(ProviderContract):
    """The providers that read from a service."""

    @pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
    def rig(self, request: pytest.FixtureRequest) -> Iterator[FakeRig]:
        with request.param() as fake:
            yield FakeRig(fake, factory_of(fake.provider)(fake.settings))


class ManualRig:
    """A user at a terminal, who types each message."""

    faults: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.ours, theirs = os.openpty()
        self.number, self.other_number = NUMBERS
        self.provider: Any = _Manual({"PHONE_MANUAL_NUMBERS": " ".join(NUMBERS)})
        _Manual.terminal = Path(os.ttyname(theirs))
        self.delivered: list[tuple[str, str]] = []
        self.provider.delivered = self.delivered

    def deliver(self, to: str, body: str) -> None:
        self.delivered.append((to, body))
        os.write(self.ours, f"{body}\n".encode())

    def break_with(self, fault: str | None) -> None: ...

    def count(self) -> int:
        return 0

    def has(self, body: str) -> bool:
        return False


class _Manual(ManualProvider):
    """Asks until every delivered message was typed."""

    delivered: list[tuple[str, str]]

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        expected = sum(to == number for to, _ in self.delivered)
        while wait and len([message for message in self._typed if message.to == number]) < expected:
            self._ask(number, wait)
        return super().poll(number, cursor, wait)


class TestManual(ProviderContract):
    """The provider that asks at the terminal."""

    @pytest.fixture
    def rig(self, monkeypatch: pytest.MonkeyPatch) -> ManualRig:
        monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
        return ManualRig()


def test_the_folder_of_leases_contains_no_phone_number(tmp_path: Path) -> None:
    number = f"+1555{uuid.uuid4().int % 10**7:07d}"
    lease = numbers.LeaseFolder(tmp_path / "leases").lease([number], "run", 60)
    assert lease
    assert number[2:] not in (tmp_path / "leases" / "leases.json").read_text()


def test_reading_a_code_from_the_inbox_takes_two_requests() -> None:
    with FakeInbox() as fake:
        phone = Phone(NUMBERS[0], factory_of("inbox")(fake.settings))
        fake.calls.clear()
        watch = phone.watch()
        threading.Timer(0.5, fake.deliver, (NUMBERS[0], "482910 is your code")).start()
        assert watch.code().reveal() == "482910"
        assert [call.method for call in fake.calls] == ["GET", "GET"]


def test_a_withheld_message_is_reported_with_the_reason() -> None:
    with FakeTwilio() as fake:
        provider = factory_of("twilio")(fake.settings)
        fake.withholds = True
        cursor = provider.mark(NUMBERS[0])
        fake.deliver(NUMBERS[0], "482910 is your code")
        with pytest.raises(SmsWithheld, match=r"30038.*ask its support"):
            provider.poll(NUMBERS[0], cursor, 0)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"limit": 100, "current": 100}, "the plan's 100 SMS messages are spent"),
        ({"limit": 0, "current": 0}, "an add-on"),
    ],
)
def test_the_preflight_reports_a_spent_quota(
    limits: dict[str, int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeMailosaur, "limits", {"sms": limits})
    with FakeMailosaur() as fake, pytest.raises(ProviderMisconfigured, match=words):
        factory_of("mailosaur")(fake.settings).preflight()


def test_the_pace_is_the_last_value_of_mailosaurs_header() -> None:
    with FakeMailosaur() as fake:
        provider = factory_of("mailosaur")(fake.settings)
        provider.mark(NUMBERS[0])
        assert provider.pace == 2.0


def test_a_missing_mailslurp_pool_is_named() -> None:
    with (
        FakeMailSlurp() as fake,
        pytest.raises(ProviderMisconfigured, match="MAILSLURP_POOL: the account has no pool"),
    ):
        factory_of("mailslurp")(fake.settings | {"MAILSLURP_POOL": "others"}).preflight()


class FakeNtfy(Fake):
    """A topic of an ntfy server: one line of JSON for each message, oldest first."""

    provider = "ntfy"
    authentication = ("Authorization", f"Bearer {KEY}")

    @property
    def settings(self) -> dict[str, str]:
        return {"NTFY_TOPIC_URL": f"{self.url}/secret-topic", "NTFY_TOKEN": KEY}

    def respond(self, call: ApiCall) -> Reply:
        if call.path != "/secret-topic/json" or call.query.get("poll") != "1":
            return Reply(404)
        ids, since = [message.id for message in self.messages], call.query["since"]
        newer = self.messages if since == "all" else self.messages[ids.index(since) + 1 :]
        listed = [message for message in newer for _ in range(2)] if self.fault == "duplicate" else newer
        lines = [
            {"id": one.id, "time": int(one.at.timestamp()), "event": "message", "title": one.to, "message": one.body}
            for one in listed
        ]
        return Reply(200, b"".join(json.dumps(line).encode() + b"\n" for line in lines))


class NtfyRig(FakeRig):
    """The plug-in connected to its fake. An empty response is a topic without messages."""

    faults = frozenset({*OUTAGES, *REFUSALS, "duplicate"}) - {"empty"}

    def __init__(self, fake: FakeNtfy) -> None:
        super().__init__(fake, NtfyProvider(fake.settings))

    def has(self, body: str) -> bool:
        """Return False: the server removes messages itself, later."""
        return False


class TestNtfy(ProviderContract):
    """The test that a package with a provider has."""

    @pytest.fixture
    def rig(self) -> Iterator[NtfyRig]:
        with FakeNtfy() as fake:
            yield NtfyRig(fake)


PACKAGE = Path(__file__).parent / "ntfy_plugin"
PROGRAM = "from mfa_verification.phones.registry import factory_of as f; print(f({name!r}).settings.required)"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Copy the plug-in's modules and metadata to a folder, as an installer does."""
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


def find(name: str, folder: Path) -> str:
    """Look a provider up in a process that can import the folder; return its output."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    command = [sys.executable, "-c", PROGRAM.format(name=name)]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    return done.stdout + done.stderr


def test_a_plug_in_is_found_by_its_name(installed: Path) -> None:
    assert find("ntfy", installed).strip() == "('NTFY_TOPIC_URL', 'NTFY_TOKEN')"
    assert "there is inbox, mailosaur, mailslurp, manual, ntfy, twilio" in find("pigeon", installed)
    assert 'did you mean "ntfy"?' in find("nfty", installed)


def test_a_plug_in_that_cannot_be_used_is_refused_with_the_reason(installed: Path) -> None:
    module = installed / "mfa_verification_ntfy.py"
    module.write_text("NtfyProvider = dict\n")
    assert "is no phone provider" in find("ntfy", installed)
    module.unlink()
    assert 'the plug-in "ntfy" cannot be loaded (ModuleNotFoundError' in find("ntfy", installed)
