"""One table of the tenant file, read strictly: what is not known is refused with the nearest word that is."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


class TenantFileError(ValueError):
    """The file does not describe a tenant; the message says where and why."""


class Section:
    """A table that may be missing; every setting in it has a default."""

    def __init__(self, file: Mapping[str, object], name: str, *known: str) -> None:
        """Find the table in the file, and refuse settings that it does not have."""
        table = file.get(name, {})
        if not isinstance(table, dict):
            raise TenantFileError(f"{name}: expected a table")
        for key in table:
            if key not in known:
                nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
                raise TenantFileError(f"{name}: {key!r} is not known; the nearest is {nearest!r}")
        self._table = table
        self._name = name

    def __bool__(self) -> bool:
        return bool(self._table)

    def has(self, key: str) -> bool:
        """Say whether the setting is there."""
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text; without a default it must be there."""
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value:
            raise TenantFileError(f"{self._name}.{key}: expected a text")
        return value

    def texts(self, key: str) -> list[str]:
        """Read a list of texts; none by default."""
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise TenantFileError(f"{self._name}.{key}: expected a list of texts")
        return [str(one) for one in value]

    def flag(self, key: str, default: bool) -> bool:
        """Read true or false."""
        value = self._table.get(key, default)
        if not isinstance(value, bool):
            raise TenantFileError(f"{self._name}.{key}: expected true or false")
        return value

    def whole(self, key: str, default: int) -> int:
        """Read a whole number from 1."""
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**6:
            raise TenantFileError(f"{self._name}.{key}: expected a whole number from 1")
        return value
