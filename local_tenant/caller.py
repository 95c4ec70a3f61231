"""Who is calling: where the request of this thread comes from, and whom it turned out to be about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Caller:
    """Where a request comes from; never its query or its body. The rest is filled in once it is known."""

    ip: str
    user_agent: str
    method: str
    path: str
    client_id: str | None = None
    user_id: str | None = None
    audience: str | None = None
    scope: str = ""


_calling: ContextVar[Caller] = ContextVar("calling")


def calling() -> Caller:
    """Return who is calling; outside a request, nobody in particular."""
    return _calling.get(None) or Caller("127.0.0.1", "", "", "")


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Let a request be this caller's."""
    token = _calling.set(caller)
    try:
        yield
    finally:
        _calling.reset(token)
