"""What a run leaves beside its verdict: JUnit, a summary, Allure; right with workers and a crash, without a secret."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.house.conftest import serving
from tests.running import BY_HTTP, Run, verify
from tests.tenant.client import LocalTenant

ELEMENTS = {"nonconforming": "failure", "suite-error": "error", "inconclusive": "skipped", "not-run": "skipped"}
# Sees every secret that comes into being, in every process of a run, and writes it beside the reports.
SPY = """
import pathlib
from mfa_verification.core.secret import Secret
usual = Secret.__init__
file = pathlib.Path({file!r})
def init(self, text, label):
    usual(self, text, label)
    with file.open("a") as out: out.write(text.replace("\\n", " ") + "\\n")
Secret.__init__ = init
"""


ROWS = (
    "features/confirmation/codes_and_tokens.feature",
    "-m",
    "not MFA-CNF-020",
    "-k",
    "single-page",
    "-n",
    "2",
    *BY_HTTP,
)


def verify_with(plugin: str, folder: Path) -> Run:
    """Run on two workers, with a plugin of the test's own in every process."""
    chosen = ("-p", plugin, *ROWS, "--env-file", folder / "tenant.env")
    return verify(*chosen, reports=folder / "reports", PYTHONPATH=str(folder))


def allure_results(run: Run) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in (run.reports / "allure-results").glob("*-result.json")]


def check_junit(run: Run) -> None:
    """One case a scenario, numbers that add up, properties and the element that the verdict calls for."""
    (suite,) = ET.parse(run.reports / "junit.xml").getroot().findall("testsuite")  # our own file
    cases = [case for case in suite.findall("testcase") if case.get("classname") != "run"]
    assert sorted(f"{case.get('name')}" for case in cases) == sorted(id_.partition("::")[2] for id_ in run.verdicts)
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(name, "-1")) == len(suite.findall(f"testcase/{element}"))
    assert int(suite.get("tests", "-1")) == len(suite.findall("testcase"))
    for case in cases:
        said = {one.get("name"): one.get("value") for one in case.findall("properties/property")}
        assert said["requirement"]
        wanted = ELEMENTS.get(said["verdict"] or "")
        assert (wanted is None) == (said["verdict"] == "conforms")
        if wanted is not None:
            (told,) = case.findall(wanted)
            assert (told.get("message") or "").startswith((said["verdict"] or "").upper())


def test_a_red_run_says_so_everywhere_and_holds_no_secret(tmp_path: Path) -> None:
    (tmp_path / "spy.py").write_text(SPY.format(file=str(tmp_path / "secrets.txt")))
    with serving(tmp_path, "--vary", "any-sms-code-accepted"):
        run = verify_with("spy", tmp_path)
    assert run.code == 1, run.output
    check_junit(run)
    summed = (run.reports / "summary.md").read_text()
    assert "does not conform" in summed
    assert "| nonconforming | MFA-CNF-003 |" in summed
    results = allure_results(run)
    assert len(results) == len(run.scenarios) == 4
    (failed,) = [one for one in results if one["status"] == "failed"]
    statuses = [step["status"] for step in failed["steps"]]
    assert set(statuses[statuses.index("failed") + 1 :]) == {"skipped"}, "what follows is told, and did not run"
    assert failed["steps"][0]["name"].startswith("Given the SMS factor is enabled")
    assert failed["steps"][0]["parameters"] == [{"name": "row 1", "value": "SMS"}]
    assert {one["name"] for one in failed["parameters"]} == {"application"}
    assert {"tag", "epic", "severity", "verdict"} <= {one["name"] for one in failed["labels"]}
    assert min(one["stop"] for one in results) < max(one["start"] for one in results), "each at its own time"
    assert (run.reports / "allure-results" / "categories.json").is_file()
    assert_without(read_secrets(tmp_path), run)


def read_secrets(folder: Path) -> set[str]:
    found = {line.strip() for line in (folder / "secrets.txt").read_text().splitlines()}
    secrets = {secret for secret in found if len(secret) >= 6}
    assert len(secrets) > 20
    return secrets


def assert_without(secrets: set[str], run: Run) -> None:
    """Look for what was really issued, as it is and as it may be wrapped; a short code only as a whole number."""
    written = run.output + "".join(
        file.read_text(errors="replace") for file in run.reports.rglob("*") if file.is_file()
    )
    for secret in secrets:
        if re.fullmatch("[0-9]{1,8}", secret):
            assert not re.search(rf"(?<![0-9.]){secret}(?![0-9])", written), "a code"
            continue
        for form in (secret, urllib.parse.quote(secret, safe=""), base64.b64encode(secret.encode()).decode()):
            assert form not in written, f"a secret of {len(secret)} characters"


def test_a_worker_that_crashes_loses_only_its_own_scenario(own: LocalTenant, tmp_path: Path) -> None:
    (tmp_path / "bug.py").write_text(
        "import os\nfrom mfa_verification.authenticator_app import AuthenticatorApp\n"
        "AuthenticatorApp.wrong_code = lambda self, clock: os._exit(1)\n"
    )
    run = verify_with("bug", tmp_path)
    assert own.management("GET", "/users").json() == []
    assert run.code == 3, run.output
    (lost,) = [one for one in run.scenarios if one["verdict"] != "conforms"]
    assert (lost["verdict"], lost["cause"], lost["requirements"]) == ("suite-error", "lost", ["MFA-CNF-004"])
    assert len(run.scenarios) == 4
    check_junit(run)
    results = allure_results(run)
    assert sorted(one["status"] for one in results) == ["broken", "passed", "passed", "passed"]
    # Whom the lost scenario had made was found by the addresses in the lock user, and removed.
    assert run.verdict["users"]["left"] == 0
