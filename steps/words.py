"""How steps are parsed: names, pronouns, applications, and closed tables of phrases.

`{user}` and `{other}` are names, `{they}`, `{their}` and `{them}` the pronouns that fit the user's name, and
`{code:Code}` is a phrase of the table `Code`. Any other word makes the step unknown, and collection stops.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from pytest_bdd import given, parsers, when

from mfa_verification.users.directory import TestUser, TestUsers

R = TypeVar("R")
V = TypeVar("V")
F = TypeVar("F", bound=Callable[..., Any])
Observe = Callable[[str, str], None]
"""The fixture `observe`: notes in the report what the suite saw and does not judge."""


class Pronouns(NamedTuple):
    """A user's pronouns."""

    they: str
    their: str
    them: str


SHE, HE = Pronouns("she", "her", "her"), Pronouns("he", "his", "him")
NAMES = {"Ava": SHE, "Ben": HE, "Eve": SHE}
"""The users of the features."""
APPLICATIONS = (
    "regular web application",
    "single-page application",
    "native application",
    "third-party application",
    "application without MFA",
)
PLACES = {
    "user": "|".join(NAMES),
    "other": "|".join(NAMES),
    **{place: "|".join(sorted({getattr(one, place) for one in NAMES.values()})) for place in Pronouns._fields},
    "application": "|".join(APPLICATIONS),
    "scope": '[^"]*',
    "error": '[^"]*',
    "words": '[^"]*',
    "number": r"\S+",
    "minutes": r"\d+",
    "seconds": r"\d+",
    "count": r"\d+",
}
"""What may stand in a place, as a regular expression."""
COUNTED = ("minutes", "seconds", "count")
TABLES: dict[str, dict[str, Any]] = {}
"""The closed tables, by type."""
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


def table(name: str, phrases: Mapping[str, V]) -> Mapping[str, V]:
    """Register a closed table under the type that a place may have."""
    assert name not in TABLES, f"there are two tables {name}"
    TABLES[name] = dict(phrases)
    return phrases


@dataclass(frozen=True)
class Phrase(Generic[V]):
    """A phrase of a table, as a step has it."""

    value: V
    named: Mapping[str, Any]
    """The values in its places."""
    text: str = ""
    """The phrase, word for word."""

    def of(self: Phrase[Callable[..., R]], users: TestUsers, user: str, *more: Any) -> R:
        """Return the phrase's value for a user; `more` are the further arguments of its table's functions."""
        named = {place: _resolved(place, said, users, users[user]) for place, said in self.named.items()}
        return self.value(users[user], *more, **named)

    def by(self: Phrase[Callable[..., R]], users: TestUsers, user: str) -> Callable[..., R]:
        """Return the same as a function without arguments of the phrase."""
        return functools.partial(self.of, users, user)


def _resolved(place: str, said: Any, users: TestUsers, user: TestUser) -> Any:
    if place == "other":
        return users[said]
    return user.tenant.application(said) if place == "application" else said


@dataclass(frozen=True)
class Pattern:
    """A step, or a phrase of a table, with its places."""

    text: str
    places: tuple[tuple[str, str | None], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", tuple((one[1], one[2]) for one in _PLACE.finditer(self.text)))

    @property
    def types(self) -> list[str]:
        """The types of its places."""
        return [type_ for _, type_ in self.places if type_ is not None]

    def expression(self, *, groups: bool) -> str:
        """Return the pattern as a regular expression."""
        opening = "(" if groups else "(?:"
        parts, end = [], 0
        for one in _PLACE.finditer(self.text):
            inner = _any_phrase(one[2]) if one[2] else PLACES[one[1]]
            parts += [re.escape(self.text[end : one.start()]), f"{opening}{inner})"]
            end = one.end()
        return "".join([*parts, re.escape(self.text[end:])])

    def read(self, text: str) -> tuple[dict[str, Any], list[tuple[str, str]]] | None:
        """Return the values in the places, and the pronouns; None if the text does not match."""
        match = self._compiled.fullmatch(text)
        if match is None:
            return None
        said: dict[str, Any] = {}
        pronouns: list[tuple[str, str]] = []
        for (place, type_), part in zip(self.places, match.groups(), strict=True):
            if type_ is not None:
                said[place], met = _phrase(type_, part)
                pronouns += met
            elif place in Pronouns._fields:
                pronouns.append((place, part))
            else:
                said[place] = int(part) if place in COUNTED else part
        return said, pronouns

    def forms(self, said: Mapping[str, str]) -> Iterator[str]:
        """Yield every text that matches, with `said` in the places without a type."""
        choices = [
            [form for phrase in TABLES[type_] for form in Pattern(phrase).forms(said)] if type_ else [said[place]]
            for place, type_ in self.places
        ]
        literal = _PLACE.sub("{}", self.text)
        for chosen in itertools.product(*choices):
            yield literal.format(*chosen)

    @functools.cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.expression(groups=True))


@functools.cache
def _any_phrase(type_: str) -> str:
    longest_first = sorted(TABLES[type_], key=len, reverse=True)
    return "|".join(Pattern(phrase).expression(groups=False) for phrase in longest_first)


@functools.cache
def _patterns(type_: str) -> dict[Pattern, Any]:
    return {Pattern(phrase): value for phrase, value in TABLES[type_].items()}


def _phrase(type_: str, text: str) -> tuple[Phrase[Any], list[tuple[str, str]]]:
    for pattern, value in _patterns(type_).items():
        if read := pattern.read(text):
            return Phrase(value, read[0], text), read[1]
    raise LookupError(f"{type_} has no phrase {text!r}")


class Sentence(parsers.StepParser):
    """A parser for pytest-bdd: the text of a step definition."""

    def __init__(self, text: str) -> None:
        """Take the text of a step, with its places."""
        super().__init__(text)
        self.pattern = Pattern(text)
        self._read = functools.cache(self._read_once)

    @property
    def types(self) -> list[str]:
        """The types of its places."""
        return self.pattern.types

    def parse_arguments(self, name: str) -> dict[str, Any] | None:
        """Return the values in the places; None if the text does not match."""
        return self._read(name)

    def is_matching(self, name: str) -> bool:
        """Say whether the text matches: all words are known, and the pronouns fit the names."""
        return self._read(name) is not None

    def forms(self, like: str) -> Iterator[str]:
        """Yield every matching text with the names and values of another one, to find the nearest."""
        yield from self.pattern.forms(_said_in(like))

    def _read_once(self, text: str) -> dict[str, Any] | None:
        read = self.pattern.read(text)
        return read[0] if read is not None and _fit(*read) else None


parse = Sentence
"""The name under which editors recognize pytest-bdd's parsers: `@when(parse("…"))`."""


def _fit(said: Mapping[str, Any], pronouns: list[tuple[str, str]]) -> bool:
    inner = [one.named["user"] for one in said.values() if isinstance(one, Phrase) and "user" in one.named]
    return all(getattr(NAMES[said.get("user") or inner[0]], place) == part for place, part in pronouns)


def _said_in(text: str) -> dict[str, str]:
    names = re.findall("|".join(rf"\b{name}\b" for name in NAMES), text) or list(NAMES)
    others = [name for name in [*names, *NAMES] if name != names[0]]
    quoted, counted = re.findall('"([^"]*)"', text), re.findall(r"\b\d+\b", text)
    application = next((one for one in APPLICATIONS if one in text), APPLICATIONS[0])
    number = next(iter(re.findall(r"number (\S+)", text)), "5550100")
    return {
        "user": names[0],
        "other": others[0],
        **NAMES[names[0]]._asdict(),
        "application": application,
        "number": number,
        **dict.fromkeys(("scope", "error", "words"), quoted[0] if quoted else "…"),
        **dict.fromkeys(COUNTED, counted[0] if counted else "10"),
    }


def step(does: Sentence, did: Sentence) -> Callable[[F], F]:
    """Define a When that returns an outcome, and the Given of the same action, which requires that it succeeds."""

    def define(function: F) -> F:
        @functools.wraps(function)
        def done(**said: Any) -> None:
            function(**said).result()

        given(did, stacklevel=2)(done)
        when(does, target_fixture="outcome", stacklevel=2)(function)
        return function

    return define
