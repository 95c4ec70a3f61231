"""JUnit, for build servers: one test case a scenario. It has no third colour, so `verdict.json` stays the authority."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.words import verdict_sentence
from mfa_verification.verdict.record import RunRecord, ScenarioRecord

# What XML 1.0 cannot carry, not even escaped.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {
    Verdict.NONCONFORMING: "failure",
    Verdict.SUITE_ERROR: "error",
    Verdict.INTERRUPTED: "error",
    Verdict.USAGE: "error",
    Verdict.NOTHING_COLLECTED: "error",
    Verdict.INCONCLUSIVE: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_RUN: "skipped",
}


def junit(run: RunRecord) -> str:
    """Return `junit.xml`; a run that ended before its scenarios, or for another reason, is a test case itself."""
    suite = ET.Element("testsuite", name=f"MFA enrolment at {run.domain or 'no tenant'}")
    _properties(suite, {"tenant": run.domain or "", "verdict": run.verdict, "exit_code": str(run.exit_code)})
    for scenario in run.scenarios:
        _case(suite, scenario)
    if run.message:
        case = ET.SubElement(suite, "testcase", classname="run", name="the run itself", time="0")
        # Trouble that ended a run must not pass for a test that was merely skipped.
        kind = "failure" if run.verdict is Verdict.NONCONFORMING else "error"
        ET.SubElement(case, kind, message=_fit(verdict_sentence(run)), type=run.verdict)
    cases = suite.findall("testcase")
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(element) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{run.seconds:.3f}")
    if run.started_at:
        suite.set("timestamp", run.started_at.partition("+")[0])
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, scenario: ScenarioRecord) -> None:
    feature, _, name = scenario.id.partition("::")
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_fit(feature.removesuffix(".feature").replace("/", ".")),
        name=_fit(name),
        time=f"{scenario.seconds:.3f}",
    )
    _properties(
        case,
        {
            "verdict": scenario.verdict,
            "cause": scenario.cause or "",
            "requirement": " ".join(scenario.requirements),
            "priority": scenario.priority,
        },
    )
    if (element := _ELEMENTS.get(scenario.verdict)) is not None:
        message = f"{scenario.verdict.upper()} {scenario.cause}: {scenario.message or ''}"
        told = ET.SubElement(case, element, message=_fit(message), type=scenario.cause or scenario.verdict)
        told.text = _fit("\n".join(f"{step.verdict:14} {step.keyword} {step.text}" for step in scenario.steps))


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=_fit(value))


def _fit(text: str) -> str:
    return _UNFIT.sub("�", text)
