"""The long test (`make soak MINUTES=n`): run the tests with the mark `soak` in random order until the time is over.

It writes docs/soak.md about the run. `soak(repeats=True)` marks tests that repeat another test; they run last.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.running import ROOT

PAGE = ROOT / "docs" / "soak.md"
HEAD = """# The long test

`make soak MINUTES=60` runs the tests that take too long for `make test`, in random order, until the time is over. Then
it writes this page about its last run. Tests that only repeat another test run last. A test function with the mark
`soak` is one row of the table.

"""
OPTIONS = (
    "-m", "soak", "-q", "-n", "4", "--maxschedchunk=1", "-p", "no:cacheprovider", "--random-order-bucket=global",
)  # fmt: skip


@dataclass
class Part:
    """The counts of one test function."""

    collected: int = 0
    tried: int = 0
    failed: list[str] = field(default_factory=list)


class Soak:
    """Pytest plugin of one run: stop at the deadline, and count tests."""

    def __init__(self, minutes: float) -> None:
        """Start the time now."""
        self.began, self.deadline = time.monotonic(), time.monotonic() + minutes * 60
        self.session: pytest.Session | None = None
        self.parts: dict[str, Part] = {}

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the session, to stop it at the deadline."""
        self.session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Count the tests that a worker collected."""
        for part in self.parts.values():
            part.collected = 0
        for nodeid in ids:
            self._part(nodeid).collected += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count each test once; an error in a fixture is a failure of the test."""
        part = self._part(report.nodeid)
        part.tried += report.when == "call"
        if report.failed and report.nodeid not in part.failed:
            part.failed.append(report.nodeid)
        if self.session is not None and time.monotonic() > self.deadline:
            self.session.shouldstop = "the time is over"

    def _part(self, nodeid: str) -> Part:
        return self.parts.setdefault(nodeid.partition("[")[0], Part())

    def page(self) -> str:
        """Return the text of docs/soak.md."""
        minutes = (time.monotonic() - self.began) / 60
        tried, failed = (
            sum(each) for each in zip(*((p.tried, len(p.failed)) for p in self.parts.values()), strict=True)
        )
        rows = [
            f"| `{name}` | {part.tried} of {part.collected} | {len(part.failed)} |"
            for name, part in sorted(self.parts.items())
        ]
        found = [f"- `{nodeid}`" for part in self.parts.values() for nodeid in part.failed]
        return "\n".join(
            [
                f"{HEAD}Last run: {datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes, {tried} tried, {failed} failed.",
                "", "| part | tried | failed |", "|---|---|---|", *rows,
                *(["", "Failed:", "", *sorted(found)] if found else []), "",
            ]
        )  # fmt: skip


def main(minutes: float) -> int:
    """Run, write the page, and return 1 if a test failed. A run that is out of time has not failed."""
    soak = Soak(minutes)
    code = int(pytest.main(["tests", *OPTIONS, f"--random-order-seed={random.randrange(10**6)}"], plugins=[soak]))
    if not soak.parts:
        return code
    PAGE.write_text(soak.page(), encoding="utf-8")
    return int(any(part.failed for part in soak.parts.values()))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
