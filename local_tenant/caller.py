"""Who is calling: the address and program behind the request of this thread, for limits, log and messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request says about where it comes from; never its query or its body."""

    ip: str
    user_agent: str
    method: str
    path: str


NOBODY = Caller("127.0.0.1", "", "", "")
_calling: ContextVar[Caller] = ContextVar("calling", default=NOBODY)


def calling() -> Caller:
    """Return who is calling."""
    return _calling.get()


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Let a request be this caller's."""
    token = _calling.set(caller)
    try:
        yield
    finally:
        _calling.reset(token)
