"""What cannot be printed: tokens, codes, keys, passwords, seeds and client secrets."""

from __future__ import annotations

import hmac
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
