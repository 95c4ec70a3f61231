"""Whole runs, as users start them, and what they leave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.conftest import write_settings
from tests.running import verify
from tests.tenant.running import Running, start

TOKENS = "features/mfa_token/token.feature"


def test_a_selection_is_judged_on_what_was_selected(env_file: Path, tmp_path: Path) -> None:
    run = verify(TOKENS, "-k", "secret", "--env-file", env_file, reports=tmp_path)
    assert run.code == 0, run.output
    assert run.output.startswith("verifying localhost:")
    assert run.output.rstrip().splitlines()[-1].endswith("conforms. (local tenant: says nothing about a real one)")
    assert "partial: 1 of" in run.output
    assert run.verdict["complete"] is False
    (scenario,) = run.scenarios
    assert scenario["requirements"] == ["MFA-TOK-003"]
    assert {step["verdict"] for step in scenario["steps"]} == {"conforms"}


def test_what_is_met_and_not_judged_is_kept(env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "-m", "MFA-ENR-002", "-k", "single-page", "--env-file", env_file, reports=tmp_path)
    assert run.code == 0, run.output
    (scenario,) = run.scenarios
    assert {observation["id"]: observation["text"] for observation in scenario["observations"]} == {
        "confirmation-scope": "the confirmation gave the scope enroll read:authenticators remove:authenticators",
        "confirmation-id-token": "the confirmation gave an id token",
    }


def test_the_local_tenant_is_the_default(tmp_path: Path) -> None:
    run = verify(TOKENS, "-k", "secret", reports=tmp_path)
    assert run.code == 0, run.output
    assert run.verdict["tenant"] == "local"


def test_what_a_sign_in_stopped_at_can_be_seen(tmp_path: Path) -> None:
    (tmp_path / "tenant").mkdir()
    running = start(tmp_path / "tenant", "--vary", "captcha")
    (tmp_path / "sign-in-pictures").mkdir()
    (tmp_path / "sign-in-pictures" / "of-yesterday.png").write_bytes(b"old")
    (tmp_path / "sign-in-traces").mkdir()
    (tmp_path / "sign-in-traces" / "of-yesterday.zip").write_bytes(b"old")
    try:
        env_file = write_settings(tmp_path / "tenant.env", running.settings)
        run = verify(TOKENS, "-m", "MFA-TOK-001", "--env-file", env_file, "-n", "1", reports=tmp_path)
    finally:
        running.stop()
    assert run.code == 75, run.output
    kept = [picture for scenario in run.scenarios for picture in scenario["pictures"]]
    assert sorted(path.name for path in (tmp_path / "sign-in-pictures").iterdir()) == sorted(
        picture.removeprefix("sign-in-pictures/") for picture in kept
    )
    assert len(kept) == len(run.scenarios) > 0
    page = (tmp_path / "index.html").read_text()
    for picture in kept:
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
        assert f'<a href="{picture}">' in page
    for trace in (trace for scenario in run.scenarios for trace in scenario["traces"]):
        assert (tmp_path / trace).read_bytes().startswith(b"PK")
        assert f'<a href="{trace}">' in page
    assert len(list((tmp_path / "sign-in-traces").iterdir())) == len(kept)


def test_workers_come_to_the_same_verdicts(env_file: Path, tmp_path: Path) -> None:
    run = verify("features/confirmation/confirmation.feature", "-n", "2", "--env-file", env_file, reports=tmp_path)
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert f"{len(run.verdicts)} passed" in run.output
    assert len({scenario["row"]["application"] for scenario in run.scenarios if scenario["row"]}) == 2


def test_a_tenant_that_may_not_be_changed_leaves_such_scenarios_undecided(served: Running, tmp_path: Path) -> None:
    settings = {name: value for name, value in served.settings.items() if not name.startswith("TENANT_CONTROL")}
    env_file = write_settings(tmp_path / "tenant.env", settings)
    run = verify("features", "-m", "MFA-ENR-004", "--env-file", env_file, reports=tmp_path)
    assert run.code == 75, run.output
    assert set(run.verdicts.values()) == {"not-applicable"}
    assert "factor.sms off" in run.scenarios[0]["message"]
    assert "says nothing about a real one" not in run.output


def test_a_tenant_that_may_only_be_read_is_not_written_to(served: Running, tmp_path: Path) -> None:
    env_file = write_settings(tmp_path / "tenant.env", served.settings | {"TENANT_MODE": "read-only"})
    run = verify("features", "-m", "MFA-CNF-001 or MFA-ENR-004", "--env-file", env_file, reports=tmp_path)
    assert run.code == 75, run.output
    assert set(run.verdicts.values()) == {"not-applicable"}


def test_nobody_is_left_on_the_tenant_and_no_secret_is_written(served: Running, env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "-m", "MFA-CNF-003 or MFA-TOK-001", "-v", "--env-file", env_file, reports=tmp_path)
    assert run.code == 0, run.output
    assert served.operator("GET", "/users").json() == []
    written = run.output + "".join(file.read_text() for file in (tmp_path / "index.html", tmp_path / "verdict.json"))
    secrets = [value for name, value in served.settings.items() if name.endswith(("SECRET", "TOKEN"))]
    assert not [secret for secret in secrets if secret in written]
    assert not re.search(r"eyJ[\w-]{10}|Fe26\.2", written)


BUGS = {
    "before the first scenario": "import mfa_verification.guard.preflight as preflight\npreflight.make_ready = None",
    "in a step": "from mfa_verification.users.directory import TestUsers\nTestUsers.create = None",
    "in a step that judges": "from mfa_verification.auth0.tenant import Tenant\nTenant.claims = None",
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_of_ours_is_never_a_verdict_about_the_tenant(env_file: Path, tmp_path: Path, bug: str) -> None:
    (tmp_path / "bug.py").write_text(BUGS[bug])
    run = verify(
        "-p", "bug", "features", "-m", "MFA-TOK-001", "-k", "single-page", "--env-file", env_file,
        reports=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert run.code == 3, run.output
    assert run.verdict["verdict"] == "suite-error"
    assert "TypeError" in run.output


def test_a_scenario_that_was_lost_with_its_worker_is_no_green(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bug.py").write_text(
        "import os\nfrom mfa_verification.users.directory import TestUsers\n"
        "TestUsers.create = lambda self, name: os._exit(1)\n"
    )
    run = verify(
        "-p", "bug", "features", "-n", "2", "-m", "MFA-CNF-001", "--env-file", env_file,
        reports=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert run.code == 3, run.output
    assert [(scenario["verdict"], scenario["cause"]) for scenario in run.scenarios] == [("suite-error", "lost")] * 2
    assert run.scenarios[0]["requirements"] == ["MFA-CNF-001"]


def test_a_person_whom_the_tenant_does_not_remove_is_named(served: Running, env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bug.py").write_text(
        "from mfa_verification.auth0.management import ManagementApi as M\n"
        "M.delete_user = lambda self, user_id: self._do('delete a user', 'DELETE', '/users/')\n"
    )
    run = verify(
        "-p", "bug", "features", "-m", "MFA-CNF-001", "-k", "single-page", "--env-file", env_file,
        reports=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert run.code == 3, run.output
    (scenario,) = run.scenarios
    assert (scenario["verdict"], scenario["cause"]) == ("suite-error", "person-not-removed")
    assert "@mfa-verification.example.com" in scenario["message"]
    # The lease person stays as well: by this bug nobody can be removed.
    left, lease = served.operator("GET", "/users").json()[::-1]
    assert left["email"] in scenario["message"]
    assert lease["email"].startswith("lease@")
    for user in (left, lease):
        served.operator("DELETE", f"/users/{user['user_id']}")


def test_nothing_selected_is_nothing_verified(env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "-k", "nosuchscenario", "--env-file", env_file, reports=tmp_path)
    assert (run.code, run.verdict["verdict"]) == (5, "nothing-collected")


def test_looking_round_starts_nothing(tmp_path: Path) -> None:
    run = verify("features", "--collect-only", "-q", reports=tmp_path / "none")
    assert run.code == 0, run.output
    assert "features/enrolment/sms_then_otp.feature::" in run.output
    assert not (tmp_path / "none").exists()
