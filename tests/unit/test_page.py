"""The page that a person reads: whole, without script, and true to the record; and what other tools read beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mfa_verification.core.cause import Cause
from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.junit import junit
from mfa_verification.reports.publish import page, publish
from mfa_verification.reports.words import closing_lines, counts, summary, verdict_sentence
from mfa_verification.verdict.record import Observation, RequirementRecord, RunRecord, ScenarioRecord, StepRecord


def run(verdict: Verdict = Verdict.NONCONFORMING) -> RunRecord:
    scenario = ScenarioRecord(
        "id", "Ava <enrols>", "feature", "single-page application", None, ["MFA-ENR-001"], "must", verdict
    )
    scenario.cause, scenario.message = Cause.EXPECTATION_NOT_MET, "expected <one>"
    scenario.steps = [StepRecord("Given", "a & b", Verdict.CONFORMS, 1.0), StepRecord("Then", "c", verdict)]
    scenario.observations = [Observation("seen", "something met")]
    record = RunRecord("localhost:1", "local", is_local=True, requirements_decided=1, requirements_known=2)
    record.requirements = [RequirementRecord("MFA-ENR-001", "A title", "must")]
    record.scenarios = [scenario]
    record.finish()
    return record


def test_the_page_says_what_the_record_says() -> None:
    html = page(run())
    for expected in ("localhost:1 does not conform", "Ava &lt;enrols&gt;", "a &amp; b", "expected &lt;one&gt;"):
        assert expected in html
    for expected in ("something met", "A title", "says nothing about a real one", "partial: 1 of 2 requirements"):
        assert expected in html


def test_the_page_needs_nothing_from_outside() -> None:
    html = page(run())
    assert "<script" not in html
    assert "http" not in html


def test_a_run_that_never_began_has_a_page_too() -> None:
    record = RunRecord()
    record.stop(Verdict.USAGE, "AUTH0_DOMAIN is not set")
    assert "was not verified: AUTH0_DOMAIN is not set." in page(record)


def test_what_was_there_before_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path, run(Verdict.CONFORMS))
    publish(tmp_path, RunRecord())
    content = json.loads((tmp_path / "verdict.json").read_text())
    assert (content["schema_version"], content["verdict"], content["exit_code"]) == (1, "interrupted", 2)
    assert "was interrupted" in (tmp_path / "index.html").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"verdict.json", "index.html", "junit.xml", "summary.md"}


def test_the_verdict_is_said_in_words() -> None:
    assert verdict_sentence(run(Verdict.CONFORMS)) == "localhost:1 conforms."
    assert counts(run()) == "of 1 scenario 1 does not conform"
    assert closing_lines(run(), Path("x"))[-1] == (
        "localhost:1 does not conform. (local tenant: says nothing about a real one)"
    )


WILD = "a|b `c` <script>\x00\x1b[31m & \ud800 \n second"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_whatever_a_message_holds_the_files_stay_whole(verdict: Verdict) -> None:
    scenario = ScenarioRecord("features/a/b.feature::n[x]", WILD, "f", None, {"a": WILD}, ["MFA-X-001"], "must")
    scenario.verdict, scenario.cause, scenario.message = verdict, Cause.RATE_LIMITED, WILD
    record = RunRecord(domain="x.example", started_at="2031-05-06T07:08:09+00:00", scenarios=[scenario])
    record.stop(Verdict.USAGE, WILD)
    root = ET.fromstring(junit(record))  # our own text
    assert len(root.findall("testsuite/testcase")) == 2
    rows = [line for line in summary(record).splitlines() if line.startswith("| ") and "verdict" not in line]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert "<script>" not in summary(record)
