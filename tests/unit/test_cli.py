"""Check `mfa-verify`: every mistake ends with one line and exit code 4, without a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mfa_verification.cli.main import commands, main, sweep
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.verdict import Cause
from tests.running import ROOT, environment

LONG = "x" * 5000


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Usage: mfa-verify"),
        ("swep", "No such command 'swep'"),
        ("phones", "Usage: mfa-verify phones"),
        ("phones remove", "No such command 'remove'"),
        ("browser instal", "Did you mean 'install'?"),
        ("sweep", "give either --tenant NAME or --env-file PATH"),
        ("sweep --tenant a --env-file b", "give either --tenant NAME or --env-file PATH"),
        ("sweep --tenant", "requires an argument"),
        ("sweep --tenant local", "the local tenant of a run ends with the run"),
        ("sweep --tenant nobody", "no tenant is named 'nobody'"),
        ("sweep --tenant ../nobody", "is not a tenant name"),
        (f"sweep --tenant {LONG}", "no tenant is named"),
        ("sweep --env-file .", "there is no env file ."),
        (f"phones install --env-file {LONG}", "there is no env file"),
        ("phones uninstall --env-file latin.env", "latin.env cannot be read"),
        ("phones install --env-file short.env", "is not set in short.env"),
        ("sweep --env-file short.env --wet-run", "No such option '--wet-run'"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(
    typed: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.env").write_bytes(b"\xff=a\n")
    (tmp_path / "short.env").write_text("AUTH0_DOMAIN=localhost:1\n")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in environment() if name.startswith("AUTH0_")]:
        monkeypatch.delenv(name)
    assert main(typed.split()) == 4
    out, err = capsys.readouterr()
    assert words in err
    assert out == ""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (TenantFault(Cause.MALFORMED_RESPONSE, "no object"), 1, "malformed-response: no object"),
        (KeyboardInterrupt(), 2, "interrupted"),
        (Inconclusive(Cause.TENANT_UNREACHABLE, "nobody is there"), 75, "tenant-unreachable: nobody is there"),
    ],
)
def test_each_exception_has_its_exit_code(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end() -> None:
        raise error

    monkeypatch.setattr(sweep, "callback", end)
    monkeypatch.setattr(sweep, "params", [])
    assert main(["sweep"]) == code
    assert capsys.readouterr().err.strip() == words


def test_a_browser_that_cannot_be_installed_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mfa_verification.cli.main._installer", lambda: ("nothing", [["false"]]))
    monkeypatch.setenv("BROWSER_PATH", "/nowhere")
    assert main(["browser", "install"]) == 4
    out, err = capsys.readouterr()
    assert out == "no browser was found; installing nothing\n"
    assert "BROWSER_PATH" in err


def test_it_starts_as_a_module() -> None:
    command = [sys.executable, "-m", "mfa_verification", "--help"]
    said = subprocess.run(command, cwd=ROOT, env=environment(), text=True, capture_output=True, check=True).stdout
    assert said.startswith("Usage: mfa-verify ")
    assert all(f"  {name} " in said for name in commands.commands)
