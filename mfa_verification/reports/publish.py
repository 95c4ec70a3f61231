"""Writes the reports of a run, each file replaced at once: nobody reads half of one. Pictures stand beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from mfa_verification.core.verdict import Verdict
from mfa_verification.login.sign_in import Picture
from mfa_verification.reports import words
from mfa_verification.reports.junit import junit
from mfa_verification.verdict.record import RunRecord, ScenarioRecord

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
    """Write `verdict.json`, `index.html`, `junit.xml` and `summary.md`; raise OSError where that cannot be done."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / "verdict.json", json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n")
    _replace(directory / "index.html", page(run))
    _replace(directory / "junit.xml", junit(run))
    _replace(directory / "summary.md", words.summary(run))


def page(run: RunRecord) -> str:
    """Return the page that a person reads without tools: no script, no outside file."""
    return _PAGES.get_template("index.html").render(run=run, words=words)


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    # A lone surrogate in the tenant's words is no reason to lose the report.
    draft.write_text(text, encoding="utf-8", errors="replace")
    draft.replace(file)


def keep_pictures(directory: Path, record: ScenarioRecord, pictures: Sequence[Picture]) -> None:
    """Write a scenario's pictures and traces into the reports folder, and name them in its record.

    They were taken without secrets (`SignIn`). One that cannot be written is a warning: a report is no reason to fail.
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
    """Remove those of an earlier run, and nothing else that is there."""
    for file in (*(directory / PICTURES).glob("*.png"), *(directory / TRACES).glob("*.zip")):
        file.unlink()


def _write(directory: Path, file: str, content: bytes) -> str:
    (directory / file).parent.mkdir(parents=True, exist_ok=True)
    (directory / file).write_bytes(content)
    return file
