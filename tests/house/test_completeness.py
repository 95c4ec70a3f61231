"""What was selected, what was decided, and what a run is held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.conftest import write_settings
from tests.running import verify
from tests.tenant.running import Running, start

ONE = ("-m", "MFA-TOK-003")
BOTH = ("-m", "MFA-TOK-003 or MFA-ENR-004", "-k", "single-page")


@pytest.fixture
def fixed(served: Running, tmp_path: Path) -> Path:
    """The settings of a tenant that nobody may change: what needs other settings does not apply."""
    settings = {name: value for name, value in served.settings.items() if not name.startswith("TENANT_CONTROL")}
    return write_settings(tmp_path / "tenant.env", settings)


def test_a_gate_demands_every_must(env_file: Path, tmp_path: Path) -> None:
    run = verify("features", *ONE, "--gate", "--env-file", env_file, reports=tmp_path)
    assert run.code == 75, run.output
    assert run.verdict["message"].startswith("--gate: not decided: ")
    assert "MFA-CNF-001" in run.verdict["message"]
    assert "MFA-TOK-003" not in run.verdict["message"]


def test_what_does_not_apply_is_fine_unless_it_is_asked_for(fixed: Path, tmp_path: Path) -> None:
    assert verify("features", *BOTH, "--env-file", fixed, reports=tmp_path).code == 0
    run = verify("features", *BOTH, "--not-applicable=fail", "--env-file", fixed, reports=tmp_path)
    assert run.code == 75, run.output
    assert sorted(run.verdicts.values()) == ["conforms", "not-applicable"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_run_that_stops_at_the_first_failure_keeps_every_row(tmp_path: Path, workers: tuple[str, ...]) -> None:
    tenant = start(tmp_path, "--vary", "enroll-scope-not-demanded")
    try:
        run = verify(
            "features/mfa_token/token.feature",
            "-x",
            *workers,
            "--env-file",
            tmp_path / "tenant.env",
            reports=tmp_path / "reports",
        )
    finally:
        tenant.stop()
    assert run.code == 1, run.output
    assert len(run.scenarios) == len(run.verdicts) == 5
    assert "suite-error" not in run.verdicts.values()
    assert run.verdict["complete"] is False


def test_what_was_not_decided_may_be_told_instead(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "amid.py").write_text(
        "from mfa_verification.core.outcome import Inconclusive\n"
        "from mfa_verification.core.cause import Cause\n"
        "from mfa_verification.users.directory import TestUsers\n"
        "usual = TestUsers.create\nmade = []\n"
        "def create(self, name):\n"
        "    made.append(name)\n"
        "    if len(made) > 1: raise Inconclusive(Cause.PERSON_NOT_MADE, 'nobody more')\n"
        "    return usual(self, name)\n"
        "TestUsers.create = create\n"
    )
    selection = ("-p", "amid", "features", "-m", "MFA-CNF-001", "--env-file", env_file)
    assert verify(*selection, reports=tmp_path, PYTHONPATH=str(tmp_path)).code == 75
    run = verify(*selection, "--inconclusive=warn", reports=tmp_path, PYTHONPATH=str(tmp_path))
    assert run.code == 0, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("inconclusive", 0)
    assert "not everything was" in run.output


def test_where_nothing_was_decided_nothing_is_green(fixed: Path, tmp_path: Path) -> None:
    run = verify("features", "-m", "MFA-ENR-004", "--inconclusive=warn", "--env-file", fixed, reports=tmp_path)
    assert run.code == 75, run.output
