"""What cannot be printed: tokens, codes, keys, passwords, seeds; and wrong codes, derived from right ones."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from typing import NoReturn


class Secret:
    """A text that shows only its label.

    It is not a string, so it cannot slip into a message, a log, an assertion or a report by accident.
    Only three places call `reveal()`: where a request is built, a code is computed, or a field is filled.
    """

    __slots__ = ("_text", "label")

    def __init__(self, text: str, label: str) -> None:
        """Keep `text`; show `label` ("MFA API token") wherever this is printed."""
        if not isinstance(text, str):
            raise TypeError(f"the {label} must be text, and is {type(text).__name__}")
        self._text = text
        self.label = label

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def is_same_as(self, other: Secret) -> bool:
        """Say whether both hold the same text; takes the same time wherever they differ."""
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

    __hash__ = None  # type: ignore[assignment]  # a hash of a short code could be turned back into it

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"the {self.label} is a secret and is not written anywhere")


def wrong_code_for(code: Secret, besides: Collection[Secret] = ()) -> Secret:
    """Return a code as long as `code`, derived from it, equal neither to it nor to any of `besides`.

    Every digit is turned on by the same amount, so the two differ at every place, and no other code that the
    tenant would take can be met by chance. There are nine such codes: `besides` may hold up to eight.
    Raises ValueError where `code` is not made of digits, or all nine are ruled out.
    """
    digits = code.reveal()
    if not re.fullmatch("[0-9]+", digits):
        raise ValueError(f"no wrong code can be derived from the {code.label}: it is not made of digits only")
    for turn in range(1, 10):
        turned = "".join(str((int(digit) + turn) % 10) for digit in digits)
        wrong = Secret(turned, f"wrong {code.label}")
        if wrong not in besides:
            return wrong
    raise ValueError(f"every wrong code derived from the {code.label} is among the {len(besides)} to avoid")


def with_another_last_digit(code: Secret) -> Secret:
    """Return a code that differs from `code` in its last digit alone."""
    digits = code.reveal()
    return Secret(f"{digits[:-1]}{(int(digits[-1]) + 1) % 10}", f"nearly the {code.label}")


def without_the_last_digit(code: Secret) -> Secret:
    """Return the code, one digit short."""
    return Secret(code.reveal()[:-1], f"{code.label} cut short")


def all_zeros(code: Secret) -> Secret:
    """Return noughts: what a back door left open by its builders most often takes; ones where noughts are right."""
    noughts = Secret("0" * len(code.reveal()), "noughts")
    return Secret("1" * len(code.reveal()), "ones") if noughts == code else noughts


NEARLY_RIGHT = {
    "the SMS code with its last digit changed": with_another_last_digit,
    "the SMS code without its last digit": without_the_last_digit,
    "a code of six zeros": all_zeros,
}
"""Codes that a careless comparison accepts, in the words of the features."""
