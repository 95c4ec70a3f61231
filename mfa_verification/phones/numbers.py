"""Mints phone numbers: a new one for each scenario, never the same twice in a run."""

from __future__ import annotations

import re

from mfa_verification.outcome import Inconclusive
from mfa_verification.verdict.cause import Cause

# NANP keeps 555-0100 to 555-0199 for fiction in every area, so nobody's phone rings.
_AREAS = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 "
    "229 231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 272 276 281 301"
)
AREAS = tuple(_AREAS.split())


class NumberMint:
    """Numbers in E.164, without replacement; each worker has its own share.

    The numbers of a pattern stand in a ring. A run begins at a random place (its block, the same for all of
    its workers), so that runs at the same time seldom meet; worker *i* of *n* takes every *n*-th from there.
    """

    def __init__(self, pattern: str | None, worker_index: int, worker_count: int, block: int) -> None:
        """Take `PHONE_NUMBER_PATTERN` such as `+1555#######`, or None for numbers kept for fiction in the US.

        `block` is any whole number from 0, drawn by the controlling process. Raises ValueError for a pattern
        that gives no E.164 numbers, and for a worker that is not one of `worker_count`.
        """
        if not 0 <= worker_index < worker_count:
            raise ValueError(f"worker {worker_index} is not one of {worker_count}, counted from 0")
        self._patterns = [f"+1{area}55501##" for area in AREAS] if pattern is None else [_checked(pattern)]
        self._places = self._patterns[0].count("#")
        self.capacity: int = len(self._patterns) * 10**self._places
        """How many numbers there are, for all workers together."""
        self._worker_count = worker_count
        self._block = block
        self._next = worker_index

    def mint(self) -> str:
        """Return a number that nobody in this run had before; `Inconclusive` when there is none left."""
        if self._next >= self.capacity:
            raise Inconclusive(
                Cause.NO_NUMBER_AVAILABLE,
                f"all {self.capacity} phone numbers of this run are used: give PHONE_NUMBER_PATTERN more #",
            )
        place = (self._block + self._next) % self.capacity
        self._next += self._worker_count
        # Neighbours in the ring are in different areas: few areas are used up when many numbers are.
        line, area = divmod(place, len(self._patterns))
        digits = iter(f"{line:0{self._places}d}")
        return re.sub("#", lambda _: next(digits), self._patterns[area])


def expression_of(pattern: str | None) -> str:
    """Return a regular expression, the same for Python and JavaScript, for the whole numbers that are minted."""
    shown = f"+1({'|'.join(AREAS)})55501##" if pattern is None else _checked(pattern)
    return shown.replace("+", r"\+").replace("#", "[0-9]")


def _checked(pattern: str) -> str:
    blanks, digits = pattern.count("#"), len(pattern) - 1
    wrong = ""
    if not re.fullmatch(r"\+[1-9][0-9#]*", pattern):
        wrong = "is no pattern: expected +, a country code, digits, and a # for each digit to fill in"
    elif blanks < 4:
        wrong = f"leaves {blanks} digits to fill in: expected at least 4 #"
    elif digits > 15:
        wrong = f"has {digits} digits: a phone number has 15 at most (E.164)"
    if wrong:
        raise ValueError(f'PHONE_NUMBER_PATTERN: "{pattern}" {wrong}')
    return pattern
