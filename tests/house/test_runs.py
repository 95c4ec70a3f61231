"""Whole runs, as users start them, what they are held to, and what they leave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.conftest import serving, without, write_settings
from tests.running import BY_HTTP, Run, verify
from tests.tenant.client import LocalTenant

TOKENS = "features/tokens/mfa_api_token.feature"
FIXED = "MFA-TOK-003 or MFA-ENR-004"
"""One that a tenant decides which nobody may change, and one that does not apply there."""


@pytest.fixture
def fixed(served: LocalTenant, tmp_path: Path) -> Path:
    """The settings of a tenant that nobody may change: what needs other settings does not apply."""
    return write_settings(tmp_path / "tenant.env", without(served.settings, "TEST_CONTROLS"))


def test_the_local_tenant_is_the_default(tmp_path: Path) -> None:
    run = verify(TOKENS, "-k", "secret", reports=tmp_path)
    assert run.code == 0, run.output
    assert run.verdict["tenant"] == "local"
    assert run.output.startswith("verifying localhost:")
    assert run.output.rstrip().splitlines()[-1].endswith("conforms. (local tenant: says nothing about a real one)")


def test_a_green_run_is_judged_on_what_was_selected_and_leaves_nothing(served: LocalTenant, env_file: Path) -> None:
    selection = ("-m", "MFA-TOK-003 or MFA-ENR-002 or MFA-CNF-003", "-k", "secret or single-page")
    run = verify("features", *selection, "-v", *BY_HTTP, "--env-file", env_file, reports=env_file.parent)
    assert run.code == 0, run.output
    assert "partial: 1 of" in run.output, "of the others a row is left out"
    assert run.verdict["complete"] is False
    assert sorted(id_ for one in run.scenarios for id_ in one["requirements"]) == [
        "MFA-CNF-003", "MFA-ENR-002", "MFA-TOK-003",
    ]  # fmt: skip
    assert {step["verdict"] for one in run.scenarios for step in one["steps"]} == {"conforms"}
    (enrolled,) = [one for one in run.scenarios if one["requirements"] == ["MFA-ENR-002"]]
    assert {observation["id"]: observation["text"] for observation in enrolled["observations"]} == {
        "confirmation-scope": "the confirmation gave the scope enroll read:authenticators remove:authenticators",
        "confirmation-id-token": "the confirmation gave an id token",
    }
    assert served.management("GET", "/users").json() == []
    assert_without_secrets(run, served)


def assert_without_secrets(run: Run, served: LocalTenant) -> None:
    written = run.output + "".join((run.reports / name).read_text() for name in ("index.html", "verdict.json"))
    secrets = [value for name, value in served.settings.items() if name.endswith(("SECRET", "TOKEN"))]
    assert not [secret for secret in secrets if secret in written]
    assert not re.search(r"eyJ[\w-]{10}|Fe26\.2", written)


def test_what_a_sign_in_stopped_at_can_be_seen(tmp_path: Path) -> None:
    for folder, old in (("sign-in-pictures", "of-yesterday.png"), ("sign-in-traces", "of-yesterday.zip")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / old).write_bytes(b"old")
    with serving(tmp_path, "--vary", "captcha"):
        env_file = tmp_path / "tenant.env"
        run = verify(TOKENS, "-m", "MFA-TOK-001", "--env-file", env_file, "-n", "1", reports=tmp_path)
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
    rows = ("features", "-m", "MFA-CNF-001 or MFA-CNF-003", "-n", "2", *BY_HTTP)
    run = verify(*rows, "--env-file", env_file, reports=tmp_path)
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert f"{len(run.verdicts)} passed" in run.output
    assert len({scenario["row"]["application"] for scenario in run.scenarios if scenario["row"]}) == 2


def test_a_gate_demands_every_must(env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "-m", "MFA-TOK-003", "--gate", *BY_HTTP, "--env-file", env_file, reports=tmp_path)
    assert run.code == 75, run.output
    assert run.verdict["message"].startswith("--gate: not decided: ")
    assert "MFA-CNF-001" in run.verdict["message"]
    assert "MFA-TOK-003" not in run.verdict["message"]


def test_what_does_not_apply_is_not_decided_where_that_is_asked_for(fixed: Path, tmp_path: Path) -> None:
    rows = ("features", "-m", FIXED, "-k", "single-page", "--not-applicable=fail", *BY_HTTP)
    run = verify(*rows, "--env-file", fixed, reports=tmp_path)
    assert run.code == 75, run.output
    assert sorted(run.verdicts.values()) == ["conforms", "not-applicable"]


def test_where_nothing_was_decided_nothing_is_green(fixed: Path, tmp_path: Path) -> None:
    rows = ("features", "-m", "MFA-ENR-004", "--inconclusive=warn", *BY_HTTP)
    run = verify(*rows, "--env-file", fixed, reports=tmp_path)
    assert run.code == 75, run.output
    assert set(run.verdicts.values()) == {"not-applicable"}
    assert "factor.sms off" in run.scenarios[0]["message"]
    assert "says nothing about a real one" not in run.output


def test_a_run_that_stops_at_the_first_failure_keeps_every_row(tmp_path: Path) -> None:
    with serving(tmp_path, "--vary", "mfa-api-scopes-not-checked"):
        rows = (TOKENS, "-x", *BY_HTTP, "--env-file", tmp_path / "tenant.env")
        for workers in ((), ("-n", "2")):
            run = verify(*rows, *workers, reports=tmp_path / "reports")
            assert run.code == 1, run.output
            assert len(run.scenarios) == len(run.verdicts) == 5
            assert "suite-error" not in run.verdicts.values()
            assert run.verdict["complete"] is False


def amiss(folder: Path, code: str, *arguments: str | Path) -> Run:
    """Run with something amiss in the suite itself."""
    (folder / "bug.py").write_text(code)
    chosen = ("-p", "bug", "features", *BY_HTTP, *arguments)
    return verify(*chosen, "--env-file", folder / "tenant.env", reports=folder / "reports", PYTHONPATH=str(folder))


SECOND_IS_NOT_MADE = """
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause
from mfa_verification.users.directory import TestUsers
usual = TestUsers.create
made = []
def create(self, name):
    made.append(name)
    if len(made) > 1: raise Inconclusive(Cause.USER_NOT_CREATED, 'nobody more')
    return usual(self, name)
TestUsers.create = create
"""


@pytest.mark.usefixtures("env_file")
def test_what_was_not_decided_may_be_told_instead(tmp_path: Path) -> None:
    run = amiss(tmp_path, SECOND_IS_NOT_MADE, "-m", "MFA-CNF-001", "--inconclusive=warn")
    assert run.code == 0, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("inconclusive", 0)
    assert "not everything was" in run.output


BUGS = {
    "before the first scenario": "import mfa_verification.guard.preflight as preflight\npreflight.run_preflight = None",
    "in a step": "from mfa_verification.users.directory import TestUsers\nTestUsers.create = None",
    "in a step that judges": "from mfa_verification.auth0.tenant import Tenant\nTenant.claims = None",
}


@pytest.mark.usefixtures("env_file")
@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_of_ours_is_never_a_verdict_about_the_tenant(tmp_path: Path, bug: str) -> None:
    run = amiss(tmp_path, BUGS[bug], "-m", "MFA-TOK-001", "-k", "single-page")
    assert run.code == 3, run.output
    assert run.verdict["verdict"] == "suite-error"
    assert "TypeError" in run.output


NOBODY_IS_REMOVED = """
from mfa_verification.auth0.management import ManagementApi as M
M.delete_user = lambda self, user_id: self._do('delete a user', 'DELETE', '/users/')
"""


def test_a_user_whom_the_tenant_does_not_remove_is_named(own: LocalTenant, tmp_path: Path) -> None:
    run = amiss(tmp_path, NOBODY_IS_REMOVED, "-m", "MFA-CNF-001", "-k", "single-page")
    assert run.code == 3, run.output
    (scenario,) = run.scenarios
    assert (scenario["verdict"], scenario["cause"]) == ("suite-error", "user-not-removed")
    assert "@mfa-verification.example.com" in scenario["message"]
    # The lock user stays as well: by this bug nobody can be removed.
    left, lock = own.management("GET", "/users").json()[::-1]
    assert left["email"] in scenario["message"]
    assert lock["email"].startswith("lock@")


def test_looking_round_starts_nothing(tmp_path: Path) -> None:
    run = verify("features", "--collect-only", "-q", reports=tmp_path / "none")
    assert run.code == 0, run.output
    assert "features/enrollment/sms_then_authenticator_app.feature::" in run.output
    assert not (tmp_path / "none").exists()
