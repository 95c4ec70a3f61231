"""Check the reports of a run: the page, the summary and `junit.xml`.

There is no single schema of `junit.xml`. Jenkins' schema (junit-10.xsd of its xUnit plugin) and the older junit-4.xsd
agree on the shape that is checked here, except that the first has no `error` in a case and the second no attributes of
`skipped`. Neither has the properties of a case, which build servers read because pytest writes them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.reports.publish import junit, page, publish
from mfa_verification.reports.record import Observation, RequirementRecord, RunRecord, ScenarioRecord, StepRecord
from mfa_verification.reports.words import closing_lines, counts, summary, verdict_sentence


def run(verdict: Verdict = Verdict.NONCONFORMING) -> RunRecord:
    scenario = ScenarioRecord(
        "id", "Ava <enrolls>", "feature", "single-page application", None, ["MFA-ENR-001"], "must", verdict
    )
    scenario.cause, scenario.message = Cause.EXPECTATION_NOT_MET, "expected <one>"
    scenario.steps = [StepRecord("Given", "a & b", Verdict.CONFORMS, 1.0), StepRecord("Then", "c", verdict)]
    scenario.observations = [Observation("seen", "something met")]
    record = RunRecord("localhost:1", "local", is_local=True, requirements_decided=1, requirements_known=2)
    record.requirements = [RequirementRecord("MFA-ENR-001", "A title", "must")]
    record.scenarios = [scenario]
    record.finish()
    return record


def test_the_page_shows_the_record() -> None:
    html = page(run())
    for expected in ("localhost:1 does not conform", "Ava &lt;enrolls&gt;", "a &amp; b", "expected &lt;one&gt;"):
        assert expected in html
    for expected in ("something met", "A title", "says nothing about a real one", "partial: 1 of 2 requirements"):
        assert expected in html


def test_the_page_loads_nothing() -> None:
    html = page(run())
    assert "<script" not in html
    assert "http" not in html


def test_a_run_that_did_not_start_has_a_page() -> None:
    record = RunRecord()
    record.stop(Verdict.USAGE, "AUTH0_DOMAIN is not set")
    assert "was not verified: AUTH0_DOMAIN is not set." in page(record)


def test_earlier_reports_are_replaced(tmp_path: Path) -> None:
    publish(tmp_path, run(Verdict.CONFORMS))
    publish(tmp_path, RunRecord())
    content = json.loads((tmp_path / "verdict.json").read_text())
    assert (content["schema_version"], content["verdict"], content["exit_code"]) == (2, "interrupted", 2)
    assert "was interrupted" in (tmp_path / "index.html").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"verdict.json", "index.html", "junit.xml", "summary.md"}


def test_the_verdict_is_a_sentence() -> None:
    assert verdict_sentence(run(Verdict.CONFORMS)) == "localhost:1 conforms."
    assert counts(run()) == "of 1 scenario 1 does not conform"
    assert closing_lines(run(), Path("x"))[-1] == (
        "localhost:1 does not conform. (local tenant: says nothing about a real one)"
    )


WILD = "a|b `c` <script>\x00\x1b[31m & \ud800 \n second"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_any_message_leaves_the_files_well_formed(verdict: Verdict) -> None:
    scenario = ScenarioRecord("features/a/b.feature::n[x]", WILD, "f", None, {"a": WILD}, ["MFA-X-001"], "must")
    scenario.verdict, scenario.cause, scenario.message = verdict, Cause.RATE_LIMITED, WILD
    record = RunRecord(domain="x.example", started_at="2031-05-06T07:08:09+00:00", scenarios=[scenario])
    record.stop(Verdict.USAGE, WILD)
    root = ET.fromstring(junit(record))  # our own text
    assert len(root.findall("testsuite/testcase")) == 2
    rows = [line for line in summary(record).splitlines() if line.startswith("| ") and "verdict" not in line]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert "<script>" not in summary(record)


SECONDS, COUNT, MOMENT, ANY = r"\d+\.\d{3}|0", r"\d+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", r"[\s\S]*"


@dataclass(frozen=True)
class Shape:
    """The attributes of an element, required unless optional, and its children in order."""

    attributes: dict[str, str]
    children: str = ""
    words: bool = False
    optional: frozenset[str] = frozenset()


OUTCOME = Shape({"message": ANY, "type": ANY}, words=True)
SHAPES = {
    "testsuites": Shape({}, "(testsuite )*"),
    "testsuite": Shape(
        {
            "name": r".+", "tests": COUNT, "failures": COUNT, "errors": COUNT, "skipped": COUNT, "time": SECONDS,
            "timestamp": MOMENT,
        },
        "(properties )?(testcase )*",
        optional=frozenset({"timestamp"}),
    ),
    "testcase": Shape(
        {"name": r".+", "classname": r".+", "time": SECONDS}, "(properties )?(failure |error |skipped )?"
    ),
    "properties": Shape({}, "(property )+"),
    "property": Shape({"name": r".+", "value": ANY}),
    "failure": OUTCOME,
    "error": OUTCOME,
    "skipped": OUTCOME,
}  # fmt: skip


def check(element: ET.Element) -> None:
    shape = SHAPES[element.tag]
    assert shape.attributes.keys() - shape.optional <= element.attrib.keys() <= shape.attributes.keys(), element.tag
    for name, value in element.attrib.items():
        assert re.fullmatch(shape.attributes[name], value), f"{element.tag} {name}: {value}"
    assert re.fullmatch(shape.children, "".join(f"{child.tag} " for child in element)), element.tag
    assert shape.words or not (element.text or "").strip()
    for child in element:
        check(child)


def record_with(verdict: Verdict, cause: Cause | None) -> RunRecord:
    scenario = ScenarioRecord("features/a/b.feature::n[x]", "n", "f", None, {}, ["MFA-X-001", "MFA-X-002"], "must")
    scenario.verdict, scenario.cause, scenario.message = verdict, cause, "what was seen"
    scenario.steps = [StepRecord("Then", "it holds", verdict)]
    return RunRecord(domain="x.example", started_at="2031-05-06T07:08:09+00:00", scenarios=[scenario])


@pytest.mark.parametrize("ended", [False, True], ids=["run through", "stopped"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_junit_xml_has_the_shape_that_build_servers_read(verdict: Verdict, ended: bool) -> None:
    record = record_with(verdict, None if verdict is Verdict.CONFORMS else Cause.RATE_LIMITED)
    if ended:
        record.stop(Verdict.USAGE, "a setting is missing")
    check(ET.fromstring(junit(record)))  # our own text


def test_a_run_that_did_not_start_has_that_shape() -> None:
    record = RunRecord()
    record.stop(Verdict.USAGE, "AUTH0_DOMAIN is not set")
    check(ET.fromstring(junit(record)))


ELEMENT = {Verdict.CONFORMS: None, Verdict.NONCONFORMING: "failure", Verdict.SUITE_ERROR: "error"}
"""Scenarios with other verdicts are skipped, with the verdict in the message."""
OF_A_SCENARIO = (*ELEMENT, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.NOT_RUN)


@pytest.mark.parametrize("verdict", OF_A_SCENARIO)
def test_a_case_has_verdict_cause_and_requirements(verdict: Verdict) -> None:
    cause = None if verdict is Verdict.CONFORMS else Cause.RATE_LIMITED
    (case,) = ET.fromstring(junit(record_with(verdict, cause))).findall("testsuite/testcase")
    said = {one.get("name"): one.get("value") for one in case.findall("properties/property")}
    assert said == {
        "verdict": str(verdict), "cause": str(cause or ""), "requirement": "MFA-X-001 MFA-X-002", "priority": "must",
    }  # fmt: skip
    wanted = ELEMENT.get(verdict, "skipped")
    assert [child.tag for child in case][1:] == ([wanted] if wanted else [])
    if wanted:
        told = case[1]
        assert told.get("message") == f"{verdict.upper()} rate-limited: what was seen"
        assert told.get("type") == "rate-limited"
