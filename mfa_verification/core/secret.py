"""Secrets that cannot be printed (tokens, codes, keys, passwords), and wrong codes derived from right ones."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from typing import NoReturn


class Secret:
    """A string that shows only its label.

    It is not a `str`, so it cannot get into a message, a log, an assertion or a report by accident. `reveal()` is
    called only where a request is built, a code is computed, or a field is filled in.
    """

    __slots__ = ("_text", "label")

    def __init__(self, text: str, label: str) -> None:
        """Keep `text`; show `label` ("MFA API token") wherever this is printed."""
        if not isinstance(text, str):
            raise TypeError(f"the {label} must be a str, not {type(text).__name__}")
        self._text = text
        self.label = label

    def reveal(self) -> str:
        """Return the string itself."""
        return self._text

    def is_same_as(self, other: Secret) -> bool:
        """Return whether both hold the same string, in constant time."""
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return f"‹{self.label}›"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.is_same_as(other)

    __hash__ = None  # type: ignore[assignment]  # a short code could be found from its hash

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"the {self.label} is a secret and cannot be serialized")


def wrong_code_for(code: Secret, besides: Collection[Secret] = ()) -> Secret:
    """Return a code of the same length that is neither `code` nor one of `besides`.

    All digits are increased by the same amount, so the two codes differ in every digit. There are nine such codes:
    `besides` may hold up to eight. Raises ValueError where `code` has other characters than digits, or none is left.
    """
    digits = code.reveal()
    if not re.fullmatch("[0-9]+", digits):
        raise ValueError(f"no wrong code can be derived from the {code.label}: it has other characters than digits")
    for turn in range(1, 10):
        turned = "".join(str((int(digit) + turn) % 10) for digit in digits)
        wrong = Secret(turned, f"wrong {code.label}")
        if wrong not in besides:
            return wrong
    raise ValueError(f"all nine wrong codes derived from the {code.label} are among the {len(besides)} to avoid")


def with_another_last_digit(code: Secret) -> Secret:
    """Return a code that differs from `code` only in its last digit."""
    digits = code.reveal()
    return Secret(f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}", f"{code.label} with another last digit")


def without_the_last_digit(code: Secret) -> Secret:
    """Return the code without its last digit."""
    return Secret(code.reveal()[:-1], f"{code.label} without its last digit")


def all_zeros(code: Secret) -> Secret:
    """Return all zeros, which a forgotten test code often is; all ones where zeros are the right code."""
    zeros = Secret("0" * len(code.reveal()), "zeros")
    return Secret("1" * len(code.reveal()), "ones") if zeros == code else zeros


NEARLY_RIGHT = {
    "the SMS code with its last digit changed": with_another_last_digit,
    "the SMS code without its last digit": without_the_last_digit,
    "a code of six zeros": all_zeros,
}
"""Wrong codes that a faulty comparison may accept, by their phrase in the features."""
