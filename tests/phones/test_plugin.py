"""A provider in a package of its own: it keeps the contract, and is found where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_verification.phones.testing import OUTAGES, REFUSALS, ProviderContract
from tests.phones.fakes import FakeNtfy
from tests.phones.ntfy_plugin.mfa_verification_ntfy import NtfyProvider
from tests.phones.test_contract import FakeRig
from tests.running import ROOT

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
    assert "known: inbox, mailosaur, mailslurp, manual, ntfy, twilio" in find("pigeon", installed).stderr
    assert 'did you mean "ntfy"?' in find("nfty", installed).stderr


def test_one_that_cannot_be_loaded_is_named_with_the_reason(installed: Path) -> None:
    (installed / "mfa_verification_ntfy.py").unlink()
    assert 'the plug-in "ntfy" cannot be loaded (ModuleNotFoundError' in find("ntfy", installed).stderr


def test_one_that_is_no_provider_is_refused(installed: Path) -> None:
    (installed / "mfa_verification_ntfy.py").write_text("NtfyProvider = dict\n")
    assert "is not a phone provider" in find("ntfy", installed).stderr
