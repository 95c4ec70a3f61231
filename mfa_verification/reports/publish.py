"""Writes the reports of a run, each file replaced at once: nobody ever reads half of one."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from mfa_verification.reports import sentence
from mfa_verification.reports.junit import junit
from mfa_verification.reports.summary import summary
from mfa_verification.verdict.record import RunRecord

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
    _replace(directory / "summary.md", summary(run))


def page(run: RunRecord) -> str:
    """Return the page that a person reads without tools: no script, no outside file."""
    return _PAGES.get_template("index.html").render(run=run, words=sentence)


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    # A lone surrogate in the tenant's words is no reason to lose the report.
    draft.write_text(text, encoding="utf-8", errors="replace")
    draft.replace(file)
