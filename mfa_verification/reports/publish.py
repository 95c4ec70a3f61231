"""Writes the reports of a run, each file replaced at once: nobody ever reads half of one."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from mfa_verification.reports import sentence
from mfa_verification.verdict.record import RunRecord

_PAGES = Environment(
    loader=PackageLoader("mfa_verification", "reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def publish(directory: Path, run: RunRecord) -> None:
    """Write `verdict.json` and `index.html`; raise OSError where the folder cannot be written."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / "verdict.json", json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n")
    _replace(directory / "index.html", page(run))


def page(run: RunRecord) -> str:
    """Return the page that a person reads without tools: no script, no outside file."""
    return _PAGES.get_template("index.html").render(run=run, words=sentence)


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
