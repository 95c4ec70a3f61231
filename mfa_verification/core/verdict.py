"""What a scenario or a run comes to, and the exit code that says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """One word for a step, a scenario or a run."""

    CONFORMS = "conforms"
    NONCONFORMING = "nonconforming"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"
    NOT_RUN = "not-run"
    SUITE_ERROR = "suite-error"
    # Of a run alone.
    INTERRUPTED = "interrupted"
    USAGE = "usage"
    NOTHING_COLLECTED = "nothing-collected"


EXIT_CODES = {
    Verdict.CONFORMS: 0,
    Verdict.NONCONFORMING: 1,
    Verdict.INTERRUPTED: 2,
    Verdict.SUITE_ERROR: 3,
    Verdict.USAGE: 4,
    Verdict.NOTHING_COLLECTED: 5,
    Verdict.INCONCLUSIVE: 75,
}
DECIDED = frozenset({Verdict.CONFORMS, Verdict.NONCONFORMING})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run is held to, beside what its scenarios come to."""

    gate: bool = False
    """Every applicable `must` requirement has to be decided, whether it was selected or not."""
    inconclusive: str = "fail"
    """`warn`: what was not decided is told, and the exit code is that of what was; never where nothing was."""
    not_applicable: str = "ok"
    """`fail`: what does not apply to this tenant counts as not decided."""


def of_run(scenarios: Collection[Verdict], terms: Terms = Terms()) -> Verdict:  # frozen
    """Return what a run that came to its end amounts to.

    Nonconforming before suite-error before inconclusive before conforms; where nothing was decided,
    nothing was learnt, and that is inconclusive. A scenario that did not run keeps a run from conforming.
    """
    if not scenarios:
        return Verdict.NOTHING_COLLECTED
    for verdict in (Verdict.NONCONFORMING, Verdict.SUITE_ERROR):
        if verdict in scenarios:
            return verdict
    open_ones = {Verdict.INCONCLUSIVE, Verdict.NOT_RUN}
    if terms.not_applicable == "fail":
        open_ones.add(Verdict.NOT_APPLICABLE)
    undecided = open_ones & set(scenarios)
    return Verdict.CONFORMS if Verdict.CONFORMS in scenarios and not undecided else Verdict.INCONCLUSIVE
