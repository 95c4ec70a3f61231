"""Writes the reports of a run, each file atomically, and the pictures beside them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from jinja2 import Environment, PackageLoader, StrictUndefined

from mfa_verification.core.verdict import Verdict
from mfa_verification.login.sign_in import Picture
from mfa_verification.reports import words
from mfa_verification.reports.record import RunRecord, ScenarioRecord
from mfa_verification.reports.words import verdict_sentence

# Characters that XML 1.0 cannot contain.
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
    """Return `junit.xml`; where the run itself failed, that is a test case too."""
    suite = ET.Element("testsuite", name=f"MFA enrollment at {run.domain or 'no tenant'}")
    _properties(suite, {"tenant": run.domain or "", "verdict": run.verdict, "exit_code": str(run.exit_code)})
    for scenario in run.scenarios:
        _case(suite, scenario)
    if run.message:
        case = ET.SubElement(suite, "testcase", classname="run", name="the run itself", time="0")
        # A run that ended early must not look like a skipped test.
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


PICTURES, TRACES = "sign-in-pictures", "sign-in-traces"
KEPT = (Verdict.NONCONFORMING, Verdict.INCONCLUSIVE, Verdict.SUITE_ERROR)

_PAGES = Environment(
    loader=PackageLoader("mfa_verification", "reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def publish(directory: Path, run: RunRecord) -> None:
    """Write `verdict.json`, `index.html`, `junit.xml` and `summary.md`. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / "verdict.json", json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n")
    _replace(directory / "index.html", page(run))
    _replace(directory / "junit.xml", junit(run))
    _replace(directory / "summary.md", words.summary(run))


def page(run: RunRecord) -> str:
    """Return the report page, a single file without scripts."""
    return _PAGES.get_template("index.html").render(run=run, words=words)


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    # A lone surrogate in the tenant's words must not prevent the report.
    draft.write_text(text, encoding="utf-8", errors="replace")
    draft.replace(file)


def keep_pictures(directory: Path, record: ScenarioRecord, pictures: Sequence[Picture]) -> None:
    """Write a scenario's pictures and traces beside the reports, and add them to its record.

    They contain no secrets (`SignIn`). An error while writing is only a warning.
    """
    if record.verdict not in KEPT or not pictures:
        return
    name = hashlib.sha256(record.id.encode()).hexdigest()[:12]
    try:
        for number, picture in enumerate(pictures):
            file = f"{name}-{number}-{picture.screen.replace(' ', '-')}"
            if picture.png:
                record.pictures.append(_write(directory, f"{PICTURES}/{file}.png", picture.png))
            if picture.trace:
                record.traces.append(_write(directory, f"{TRACES}/{file}.zip", picture.trace))
    except OSError as error:
        record.warnings.append(f"a picture or trace could not be written: {error.strerror}")


def clear_pictures(directory: Path) -> None:
    """Remove the pictures and traces of an earlier run."""
    for file in (*(directory / PICTURES).glob("*.png"), *(directory / TRACES).glob("*.zip")):
        file.unlink()


def _write(directory: Path, file: str, content: bytes) -> str:
    (directory / file).parent.mkdir(parents=True, exist_ok=True)
    (directory / file).write_bytes(content)
    return file
