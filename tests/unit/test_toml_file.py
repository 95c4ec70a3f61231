"""A mistake in a TOML file that users write: one line with the place, the key and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Table(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    mode: Literal["full", "read-only"] = "full"
    people: Annotated[int, msgspec.Meta(ge=0)] | None = None
    parts: tuple[Inner, ...] = ()
    needs: dict[str, Literal["on", "off"]] = {}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (True, "f.toml: [x] is no table"),
        ({"mode": "gentle"}, "f.toml: [x]: mode is 'gentle'; it is 'full' or 'read-only'"),
        (
            {"peopel": 1},
            "[x] has peopel; it may have mode, people, parts, needs (a slip of the pen for people?)",
        ),
        ({"id": "other"}, "f.toml: [x] has id, which is no key of it"),
        ({"people": True}, "f.toml: [x]: people is not of the right type: it wants int, not bool"),
        ({"people": -1}, "f.toml: [x]: people is not of the right type: it wants int >= 0"),
        ({"parts": [{}]}, "f.toml: [x]: parts[0] lacks name"),
        ({"parts": [{"name": "a", "nam": 1}]}, "f.toml: [x]: parts[0] has nam; it may have name"),
        ({"needs": {"a": "maybe"}}, "is 'maybe'; it is 'on' or 'off'"),
    ],
)
def test_a_mistake_is_one_line(table: Any, words: str) -> None:
    with pytest.raises(TomlMistake) as mistake:
        read_as(Table, table, "f.toml: [x]", id="x")
    assert words in str(mistake.value)
    assert "\n" not in str(mistake.value)


def test_what_is_right_is_read() -> None:
    table = {"mode": "read-only", "parts": [{"name": "a"}], "needs": {"b": "on"}}
    assert read_as(Table, table, "f", id="x") == Table("x", "read-only", None, (Inner("a"),), {"b": "on"})


@pytest.mark.parametrize("content", [b"[", b"\xff"])
def test_a_file_that_is_no_toml_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.toml").write_bytes(content)
    with pytest.raises(TomlMistake, match=r"^the list cannot be read: "):
        tables_in(tmp_path / "f.toml", "the list")
