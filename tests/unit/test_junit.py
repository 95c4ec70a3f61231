"""`junit.xml` is what build servers read.

There is no one schema. Jenkins' (junit-10.xsd of its xUnit plugin, 2014 to 2018) and the older one that reporters ship
(junit-4.xsd) agree on what stands here, save that the first knows no `error` in a case and the second no attributes of
`skipped`. The properties of a case are in neither, and are read all the same: pytest writes them (`record_property`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest

from mfa_verification.core.cause import Cause
from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.junit import junit
from mfa_verification.verdict.record import RunRecord, ScenarioRecord, StepRecord

SECONDS, COUNT, MOMENT, ANY = r"\d+\.\d{3}|0", r"\d+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", r"[\s\S]*"


@dataclass(frozen=True)
class Shape:
    """What an element may hold: attributes, all of them there unless optional, and children in this order."""

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
def test_the_file_is_of_the_shape_that_build_servers_read(verdict: Verdict, ended: bool) -> None:
    record = record_with(verdict, None if verdict is Verdict.CONFORMS else Cause.RATE_LIMITED)
    if ended:
        record.stop(Verdict.USAGE, "a setting is missing")
    check(ET.fromstring(junit(record)))  # our own text


def test_a_run_that_never_began_is_of_that_shape_too() -> None:
    record = RunRecord()
    record.stop(Verdict.USAGE, "AUTH0_DOMAIN is not set")
    check(ET.fromstring(junit(record)))


ELEMENT = {Verdict.CONFORMS: None, Verdict.NONCONFORMING: "failure", Verdict.SUITE_ERROR: "error"}
"""Every other verdict of a scenario is no result: skipped, with the word."""
OF_A_SCENARIO = (*ELEMENT, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.NOT_RUN)


@pytest.mark.parametrize("verdict", OF_A_SCENARIO)
def test_a_case_says_verdict_cause_and_requirements(verdict: Verdict) -> None:
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
