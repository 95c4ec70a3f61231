"""Check whole runs: verdicts, exit codes, reports without secrets, and removed users."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.running import Run, verify, verify_in
from tests.suite.conftest import serving, without, write_settings
from tests.tenant.client import LocalTenant

TOKENS = "features/tokens/mfa_api_token.feature"


@pytest.fixture
def fixed(served: LocalTenant, tmp_path: Path) -> Path:
    """Write settings without test controls, so that what needs other settings is not applicable."""
    write_settings(tmp_path / "tenant.env", without(served.settings, "TEST_CONTROLS"))
    return tmp_path


def test_the_local_tenant_is_the_default(tmp_path: Path) -> None:
    run = verify(TOKENS, "-k", "secret", reports=tmp_path)
    assert run.code == 0, run.output
    assert run.verdict["tenant"] == "local"
    assert run.output.startswith("verifying localhost:")
    assert run.output.rstrip().splitlines()[-1].endswith("conforms. (local tenant: says nothing about a real one)")


@pytest.mark.usefixtures("env_file")
def test_a_run_judges_what_was_selected_and_removes_its_users(served: LocalTenant, tmp_path: Path) -> None:
    selection = ("-m", "MFA-TOK-003 or MFA-ENR-002 or MFA-CNF-003", "-k", "secret or single-page")
    run = verify_in(tmp_path, "features", *selection, "-v")
    assert run.code == 0, run.output
    assert "partial: 1 of" in run.output, "only one of the requirements was run with all its rows"
    assert run.verdict["complete"] is False
    assert sorted(id_ for one in run.scenarios for id_ in one["requirements"]) == [
        "MFA-CNF-003", "MFA-ENR-002", "MFA-TOK-003",
    ]  # fmt: skip
    assert {step["verdict"] for one in run.scenarios for step in one["steps"]} == {"conforms"}
    (enrolled,) = [one for one in run.scenarios if one["requirements"] == ["MFA-ENR-002"]]
    assert {observation["id"]: observation["text"] for observation in enrolled["observations"]} == {
        "confirmation-scope": "the confirmation issued the scope enroll read:authenticators remove:authenticators",
        "confirmation-id-token": "the confirmation issued an ID token",
    }
    assert served.manage("GET", "/users") == []


def test_a_stopped_sign_in_leaves_a_picture_and_a_trace(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for folder, old in (("sign-in-pictures", "old.png"), ("sign-in-traces", "old.zip")):
        (reports / folder).mkdir(parents=True)
        (reports / folder / old).write_bytes(b"old")
    with serving(tmp_path, "--vary", "captcha"):
        run = verify_in(tmp_path, TOKENS, "-m", "MFA-TOK-001", "-n", "1", way="browser")
    assert run.code == 75, run.output
    page = (reports / "index.html").read_text()
    for folder, kind, magic in (("sign-in-pictures", "pictures", b"\x89PNG"), ("sign-in-traces", "traces", b"PK")):
        kept = [file for scenario in run.scenarios for file in scenario[kind]]
        assert {f"{folder}/{file.name}" for file in (reports / folder).iterdir()} == set(kept)
        assert len(kept) == len(run.scenarios) > 0
        for file in kept:
            assert (reports / file).read_bytes().startswith(magic)
            assert f'<a href="{file}">' in page


@pytest.mark.usefixtures("env_file")
def test_workers_run_every_row_once(tmp_path: Path) -> None:
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001 or MFA-CNF-003", "-n", "2")
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert f"{len(run.verdicts)} passed" in run.output
    assert len({scenario["row"]["application"] for scenario in run.scenarios if scenario["row"]}) == 2


@pytest.mark.usefixtures("env_file")
def test_the_gate_demands_every_must(tmp_path: Path) -> None:
    run = verify_in(tmp_path, "features", "-m", "MFA-TOK-003", "--gate")
    assert run.code == 75, run.output
    assert run.verdict["message"].startswith("--gate: not decided: ")
    assert "MFA-CNF-001" in run.verdict["message"]
    assert "MFA-TOK-003" not in run.verdict["message"]


def test_not_applicable_can_be_made_inconclusive(fixed: Path) -> None:
    selection = ("-m", "MFA-TOK-003 or MFA-ENR-004", "-k", "single-page")
    run = verify_in(fixed, "features", *selection, "--not-applicable=fail")
    assert run.code == 75, run.output
    assert sorted(run.verdicts.values()) == ["conforms", "not-applicable"]


def test_a_run_that_decided_nothing_is_inconclusive(fixed: Path) -> None:
    run = verify_in(fixed, "features", "-m", "MFA-ENR-004", "--inconclusive=warn")
    assert run.code == 75, run.output
    assert set(run.verdicts.values()) == {"not-applicable"}
    assert "factor.sms off" in run.scenarios[0]["message"]
    assert "says nothing about a real one" not in run.output


def test_a_run_that_stops_at_the_first_failure_reports_every_row(tmp_path: Path) -> None:
    with serving(tmp_path, "--vary", "mfa-api-scopes-not-checked"):
        for workers in ((), ("-n", "2")):
            run = verify_in(tmp_path, TOKENS, "-x", *workers)
            assert run.code == 1, run.output
            assert len(run.scenarios) == len(run.verdicts) == 5
            assert "suite-error" not in run.verdicts.values()
            assert run.verdict["complete"] is False


NO_SECOND_USER = """
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause
from mfa_verification.users.directory import TestUsers
usual = TestUsers.create
made = []
def create(self, name):
    made.append(name)
    if len(made) > 1: raise Inconclusive(Cause.USER_NOT_CREATED, 'no other user')
    return usual(self, name)
TestUsers.create = create
"""


@pytest.mark.usefixtures("env_file")
def test_an_inconclusive_run_can_end_with_a_warning(tmp_path: Path) -> None:
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001", "--inconclusive=warn", patch=NO_SECOND_USER)
    assert run.code == 0, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("inconclusive", 0)
    assert "something is undecided" in run.output


BUGS = {
    "before the first scenario": "import mfa_verification.guard.preflight as preflight\npreflight.run_preflight = None",
    "in a Given": "from mfa_verification.users.directory import TestUsers\nTestUsers.create = None",
    "in a Then": "from mfa_verification.auth0.tenant import Tenant\nTenant.claims = None",
}


@pytest.mark.usefixtures("env_file")
@pytest.mark.parametrize("place", BUGS)
def test_an_error_in_the_suite_is_no_verdict_about_the_tenant(tmp_path: Path, place: str) -> None:
    run = verify_in(tmp_path, "features", "-m", "MFA-TOK-001", "-k", "single-page", patch=BUGS[place])
    assert run.code == 3, run.output
    assert run.verdict["verdict"] == "suite-error"
    assert "TypeError" in run.output


REMOVES_NO_USER = """
from mfa_verification.auth0.management import ManagementApi as M
M.delete_user = lambda self, user_id: self._do('delete a user', 'DELETE', '/users/')
"""


def test_a_user_that_was_not_removed_is_named(own: LocalTenant, tmp_path: Path) -> None:
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001", "-k", "single-page", patch=REMOVES_NO_USER)
    assert run.code == 3, run.output
    (scenario,) = run.scenarios
    assert (scenario["verdict"], scenario["cause"]) == ("suite-error", "user-not-removed")
    assert "@mfa-verification.example.com" in scenario["message"]
    # The user that locks the tenant cannot be removed either.
    left, lock = own.manage("GET", "/users")[::-1]
    assert left["email"] in scenario["message"]
    assert lock["email"].startswith("lock@")


def test_collection_alone_starts_no_tenant_and_writes_no_report(tmp_path: Path) -> None:
    run = verify("features", "--collect-only", "-q", reports=tmp_path / "none")
    assert run.code == 0, run.output
    assert "features/enrollment/sms_then_authenticator_app.feature::" in run.output
    assert not (tmp_path / "none").exists()


ROWS = (
    "features/confirmation/codes_and_tokens.feature",
    "-m",
    "not MFA-CNF-020 and not MFA-CNF-015 and not MFA-CNF-016",
    "-k",
    "single-page",
    "-n",
    "2",
)
"""Four rows on two workers."""
ELEMENTS = {"nonconforming": "failure", "suite-error": "error", "inconclusive": "skipped", "not-run": "skipped"}
RECORD_SECRETS = """
import pathlib
from mfa_verification.core.secret import Secret
usual = Secret.__init__
file = pathlib.Path({file!r})
def init(self, text, label):
    usual(self, text, label)
    with file.open("a") as out: out.write(text.replace("\\n", " ") + "\\n")
Secret.__init__ = init
"""
"""Writes the text of every `Secret` of a run to a file."""


def allure_results(run: Run) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in (run.reports / "allure-results").glob("*-result.json")]


def check_junit(run: Run) -> None:
    """Check that junit.xml has one case for each scenario, correct counts, properties and elements."""
    (suite,) = ET.parse(run.reports / "junit.xml").getroot().findall("testsuite")  # a file of the suite itself
    cases = [case for case in suite.findall("testcase") if case.get("classname") != "run"]
    assert sorted(f"{case.get('name')}" for case in cases) == sorted(id_.partition("::")[2] for id_ in run.verdicts)
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(name, "-1")) == len(suite.findall(f"testcase/{element}"))
    assert int(suite.get("tests", "-1")) == len(suite.findall("testcase"))
    for case in cases:
        properties = {one.get("name"): one.get("value") for one in case.findall("properties/property")}
        assert properties["requirement"]
        verdict = properties["verdict"] or ""
        assert (verdict in ELEMENTS) == (verdict != "conforms")
        if verdict in ELEMENTS:
            (element_,) = case.findall(ELEMENTS[verdict])
            assert (element_.get("message") or "").startswith(verdict.upper())


def test_a_nonconforming_run_is_reported_everywhere_without_a_secret(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.txt"
    with serving(tmp_path, "--vary", "any-sms-code-accepted"):
        run = verify_in(tmp_path, *ROWS, patch=RECORD_SECRETS.format(file=str(secrets)))
    assert run.code == 1, run.output
    check_junit(run)
    summary = (run.reports / "summary.md").read_text()
    assert "does not conform" in summary
    assert "| nonconforming | MFA-CNF-003 |" in summary
    results = allure_results(run)
    assert len(results) == len(run.scenarios) == 4
    (failed,) = [one for one in results if one["status"] == "failed"]
    statuses = [step["status"] for step in failed["steps"]]
    assert set(statuses[statuses.index("failed") + 1 :]) == {"skipped"}, "later steps are listed and did not run"
    assert failed["steps"][0]["name"].startswith("Given the SMS factor is enabled")
    assert {one["name"] for one in failed["parameters"]} == {"application"}
    assert {"tag", "epic", "severity", "verdict"} <= {one["name"] for one in failed["labels"]}
    assert min(one["stop"] for one in results) < max(one["start"] for one in results), "times differ"
    assert (run.reports / "allure-results" / "categories.json").is_file()
    check_no_secret({line.strip() for line in secrets.read_text().splitlines()}, run)


def check_no_secret(found: set[str], run: Run) -> None:
    """Search output and reports for each secret, plain or encoded, and for each code as a whole number."""
    secrets = {secret for secret in found if len(secret) >= 6}
    assert len(secrets) > 20
    written = run.output + "".join(
        file.read_text(errors="replace") for file in run.reports.rglob("*") if file.is_file()
    )
    assert not re.search(r"eyJ[\w-]{10}|Fe26\.2", written)
    for secret in secrets:
        if re.fullmatch("[0-9]{1,8}", secret):
            assert not re.search(rf"(?<![0-9.]){secret}(?![0-9])", written), "a code"
            continue
        for form in (secret, urllib.parse.quote(secret, safe=""), base64.b64encode(secret.encode()).decode()):
            assert form not in written, f"a secret of {len(secret)} characters"


CRASHES = {
    "one worker": (
        "from mfa_verification.authenticator_app import AuthenticatorApp\n"
        "AuthenticatorApp.wrong_code = lambda self, clock: os._exit(1)\n",
        ["MFA-CNF-004"],
    ),
    "every worker": (
        "from mfa_verification.users.enrollment import Enrollment\n"
        "Enrollment.start = lambda self, *_, **__: os._exit(1)\n",
        ["MFA-CNF-001", "MFA-CNF-002", "MFA-CNF-003", "MFA-CNF-004"],
    ),
}


@pytest.mark.parametrize("who", CRASHES)
def test_a_worker_that_crashes_loses_no_row(own: LocalTenant, tmp_path: Path, who: str) -> None:
    patch, lost = CRASHES[who]
    run = verify_in(tmp_path, *ROWS, patch=f"import os\n{patch}")
    assert own.manage("GET", "/users") == []
    assert run.code == 3, run.output
    failed = [one for one in run.scenarios if one["verdict"] != "conforms"]
    assert {one["verdict"] for one in failed} == {"suite-error"}
    assert "lost" in {one["cause"] for one in failed}
    assert sorted(id_ for one in failed for id_ in one["requirements"]) == lost
    assert len(run.scenarios) == 4
    check_junit(run)
    statuses = [one["status"] for one in allure_results(run)]
    assert (statuses.count("broken"), statuses.count("passed")) == (len(lost), 4 - len(lost))
    # The journal of the lock has the addresses of the users that lost scenarios created.
    assert run.verdict["users"]["left"] == 0
