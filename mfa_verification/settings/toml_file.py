"""Reads TOML files that users write into typed structs; a mistake is one line with file, table and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
_WHERE = re.compile(r" - at `\$\.?([^`]*)`$")


class TomlMistake(ValueError):
    """A mistake in a TOML file; the message is one line."""


def tables_in(file: Path, name: str) -> dict[str, Any]:
    """Return the tables of a file; messages call it `name`. Raises `TomlMistake` where it cannot be read."""
    try:
        return tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TomlMistake(f"{name} cannot be read: {error}") from None


def read_as(kind: type[T], table: object, place: str, **known: object) -> T:
    """Convert a table into a struct; `known` are fields that are not in the table, such as its name.

    Raises `TomlMistake` with the place, the key and what is expected.
    """
    if not isinstance(table, dict):
        raise TomlMistake(f"{place} is not a table")
    for name in known.keys() & table.keys():
        raise TomlMistake(f"{place} has the unknown key {name}")
    try:
        return msgspec.convert({**table, **known}, kind)
    except msgspec.ValidationError as error:
        raise TomlMistake(f"{place}{_in_words(str(error), kind, known)}") from None


def _in_words(said: str, kind: Any, known: dict[str, object]) -> str:
    """Return msgspec's error in words that follow the place."""
    found = _WHERE.search(said)
    path, said = (found[1], said[: found.start()]) if found else ("", said)
    names = re.findall(r"(\w+)(?:\[|\.|$)", re.sub(r"\[[^]]*\]", "", path))
    what = f": {path}" if path else ""
    if match := re.fullmatch("Object contains unknown field `(.*)`", said):
        known_names = [name for name in _fields(_inner(kind, names)) if name not in known]
        near = difflib.get_close_matches(match[1], known_names, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"{what} has the unknown key {match[1]}; known: {', '.join(known_names)}{hint}"
    if match := re.fullmatch("Object missing required field `(.*)`", said):
        return f"{what} lacks {match[1]}"
    if match := re.fullmatch("Invalid enum value (.*)", said):
        return f": {path} is {match[1]}; use {_or(_choices(_inner(kind, names)))}"
    expected = re.sub(r"`| \| null", "", said).removeprefix("Expected ").replace(", got", ", not")
    return f": {path} has the wrong type: expected {expected}"


def _inner(kind: Any, names: list[str]) -> Any:
    """Return the type found below `kind` by these names."""
    for name in names:
        kind = get_type_hints(_struct_in(kind))[name]
    return kind


def _struct_in(kind: Any) -> Any:
    """Return the struct in a type: the type itself, or that of its items."""
    if get_origin(kind) is None:
        return kind
    return next((_struct_in(inner) for inner in get_args(kind) if inner is not Ellipsis and inner is not str), kind)


def _fields(kind: Any) -> list[str]:
    return list(_struct_in(kind).__struct_fields__)


def _choices(kind: Any) -> list[str]:
    """Return the values of the first Literal in a type."""
    if get_origin(kind) is Literal:
        return [repr(one) for one in get_args(kind)]
    return next((words for inner in get_args(kind) if (words := _choices(inner))), [])


def _or(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
