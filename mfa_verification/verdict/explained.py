"""Each cause in words, read from `causes.toml`. docs/causes.md is made of the same file (`make catalogue`)."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from mfa_verification.core.cause import Cause
from mfa_verification.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cause: the verdict that it stands for, and three sentences."""

    verdict: Verdict
    means: str
    do: str
    look: str
    """Where in the dashboard, in its own words; or that there is nothing to see there."""


def _read() -> dict[Cause, Explanation]:
    """Read the file; a word that is no verdict or no cause is an error of ours."""
    tables = tomllib.loads(Path(__file__).with_name("causes.toml").read_text())
    return {
        Cause(cause): Explanation(Verdict(verdict), **said)
        for verdict, causes in tables.items()
        for cause, said in causes.items()
    }


EXPLAINED = _read()
_HEAD = "| cause | what it means | what to do | where to look |"
_HEADINGS = {
    Verdict.NONCONFORMING: "Nonconforming: the tenant is wrong",
    Verdict.INCONCLUSIVE: "Inconclusive: nothing was learnt",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NOT_RUN: "Not run",
    Verdict.SUITE_ERROR: "The suite's own",
}


def page() -> str:
    """Return docs/causes.md."""
    lines = [
        "# Causes",
        "",
        "Why a scenario came to its verdict: one word out of this list, in the terminal, in every report and in",
        "`verdict.json`. This page is made of `mfa_verification/verdict/causes.toml` by `make catalogue`.",
    ]
    for verdict, heading in _HEADINGS.items():
        lines += ["", f"## {heading}", "", _HEAD, "|---|---|---|---|"]
        lines += [
            f"| `{cause}` | {said.means} | {said.do} | {said.look} |"
            for cause, said in EXPLAINED.items()
            if said.verdict is verdict
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
