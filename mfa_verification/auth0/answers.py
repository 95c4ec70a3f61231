"""The tenant's refusals, read from its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mfa_verification.core.outcome import Inconclusive, Outcome, Refusal, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import Answer

T = TypeVar("T")
TOKENS = {"access_token", "id_token", "refresh_token"}
"""What no refusal carries."""


def outcome_of(action: str, answer: Answer, read: Callable[[Answer], T]) -> Outcome[T]:
    """Return what `action` met: the answer as `read` understands it, or the tenant's refusal."""
    if answer.is_success:
        return Outcome(action, value=read(answer))
    return Outcome(action, refusal=refusal_of(answer))


def refusal_of(answer: Answer) -> Refusal:
    """Read a refusal: `{"error", "error_description"}` (contract, 3), the Management API's (7.6), a connection's."""
    body = answer.body
    if body is None:
        raise Inconclusive(
            Cause.TENANT_UNAVAILABLE,
            f"{answer.request} answered {answer.status} without JSON: does something stand between us and the tenant?",
        )
    error = body.get("error", body.get("code")) if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(error, str):
        raise TenantFault(
            Cause.MALFORMED_ANSWER,
            f"{answer.request} answered {answer.status} without the protocol's error object",
        )
    if handed := sorted(TOKENS & body.keys()):
        raise TenantFault(Cause.MALFORMED_ANSWER, f"{answer.request} refused, and handed out {' and '.join(handed)}")
    words = body.get("error_description", body.get("message", body.get("description", "")))
    mfa_token = body.get("mfa_token")
    return Refusal(
        answer.status,
        str(body.get("errorCode", error)),
        str(words),
        Secret(mfa_token, "mfa_token") if isinstance(mfa_token, str) and mfa_token else None,
    )


def text_in(answer: Answer, name: str) -> str:
    """Return the non-empty text `name` of an answer; anything else is a `TenantFault`."""
    value = answer.mapping().get(name)
    if not isinstance(value, str) or not value:
        raise TenantFault(Cause.MALFORMED_ANSWER, f"{answer.request} answered {answer.status} without {name}")
    return value
