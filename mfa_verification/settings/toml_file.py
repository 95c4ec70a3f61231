"""TOML files that users write, read into typed structs: a mistake is one line with file, table, key and the way out."""

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
    """A file is written wrong; the message is one line."""


def tables_in(file: Path, name: str) -> dict[str, Any]:
    """Read a file whose top level is tables; `name` is how messages call it. `TomlMistake` where it cannot be read."""
    try:
        return tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TomlMistake(f"{name} cannot be read: {error}") from None


def read_as(kind: type[T], table: object, place: str, **known: object) -> T:
    """Turn a table into a struct; `known` are fields that do not stand in the table, such as its own name.

    Raises `TomlMistake`, which says the place, the key and what it may be.
    """
    if not isinstance(table, dict):
        raise TomlMistake(f"{place} is no table")
    for name in known.keys() & table.keys():
        raise TomlMistake(f"{place} has {name}, which is no key of it")
    try:
        return msgspec.convert({**table, **known}, kind)
    except msgspec.ValidationError as error:
        raise TomlMistake(f"{place}{_in_words(str(error), kind, known)}") from None


def _in_words(said: str, kind: Any, known: dict[str, object]) -> str:
    """Say msgspec's error in words that follow the place."""
    found = _WHERE.search(said)
    path, said = (found[1], said[: found.start()]) if found else ("", said)
    names = re.findall(r"(\w+)(?:\[|\.|$)", re.sub(r"\[[^]]*\]", "", path))
    what = f": {path}" if path else ""
    if match := re.fullmatch("Object contains unknown field `(.*)`", said):
        known_names = [name for name in _fields(_inner(kind, names)) if name not in known]
        near = difflib.get_close_matches(match[1], known_names, n=1)
        slip = f" (a slip of the pen for {near[0]}?)" if near else ""
        return f"{what} has {match[1]}; it may have {', '.join(known_names)}{slip}"
    if match := re.fullmatch("Object missing required field `(.*)`", said):
        return f"{what} lacks {match[1]}"
    if match := re.fullmatch("Invalid enum value (.*)", said):
        return f": {path} is {match[1]}; it is {_or(_choices(_inner(kind, names)))}"
    expected = re.sub(r"`| \| null", "", said).removeprefix("Expected ").replace(", got", ", not")
    return f": {path} is not of the right type: it wants {expected}"


def _inner(kind: Any, names: list[str]) -> Any:
    """Return the type of what is found below `kind` by these names."""
    for name in names:
        kind = get_type_hints(_struct_in(kind))[name]
    return kind


def _struct_in(kind: Any) -> Any:
    """Return the struct that a type holds: itself, or that of its items."""
    if get_origin(kind) is None:
        return kind
    return next((_struct_in(inner) for inner in get_args(kind) if inner is not Ellipsis and inner is not str), kind)


def _fields(kind: Any) -> list[str]:
    return list(_struct_in(kind).__struct_fields__)


def _choices(kind: Any) -> list[str]:
    """Return the words of the first closed list in a type."""
    if get_origin(kind) is Literal:
        return [repr(one) for one in get_args(kind)]
    return next((words for inner in get_args(kind) if (words := _choices(inner))), [])


def _or(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
