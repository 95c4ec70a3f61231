"""The small query language that is understood: `field:"value" AND field:"value"` (contract, 7.7). Any other is refused."""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from local_tenant.errors import API_QUERY, Refused

T = TypeVar("T")
TERM = re.compile(r'([A-Za-z_][A-Za-z0-9_.]*):(?:"([^"*]*)"|([^\s"*()\[\]]+)(\*?))')
AND = re.compile(r"\s+AND\s+")


def matching(
    found: Sequence[T], query: str, value_of: Callable[[T, str], object], known: Callable[[str], bool], *,
    prefixes: bool = False,
) -> list[T]:  # fmt: skip
    """Keep what has every value that the query names; with `prefixes`, `field:begins*` too. 400 for what is not understood."""  # noqa: E501
    kept = list(found)
    for term in AND.split(query.strip()) if query.strip() else []:
        matched = TERM.fullmatch(term)
        if matched is None or not known(matched[1]) or (matched[4] and not prefixes):
            raise Refused(API_QUERY, problem='\'Expected field:"value" AND field:"value"\' on property q')
        name, value, begins = matched[1], matched[2] if matched[2] is not None else matched[3], bool(matched[4])
        kept = [one for one in kept if _fits(value_of(one, name), value, begins)]
    return kept


def _fits(has: object, value: str, begins: bool) -> bool:
    if isinstance(has, bool):
        return str(has).lower() == value.lower()
    if has is None:
        return False
    return str(has).startswith(value) if begins else str(has) == value
