"""Reads results and refusals from the tenant's responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mfa_verification.core.outcome import Inconclusive, Outcome, Refusal, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import Response

T = TypeVar("T")
TOKENS = {"access_token", "id_token", "refresh_token"}
"""Must not be in a refusal."""


def outcome_of(action: str, response: Response, read: Callable[[Response], T]) -> Outcome[T]:
    """Return the outcome of `action`: the value that `read` returns, or the refusal."""
    if response.is_success:
        return Outcome(action, value=read(response))
    return Outcome(action, refusal=refusal_of(response))


def refusal_of(response: Response) -> Refusal:
    """Return the refusal in a response of the Authentication, MFA or Management API (AF-GRANT-02, AF-MGMT-04)."""
    body = response.body
    if body is None:
        raise Inconclusive(
            Cause.TENANT_UNAVAILABLE,
            f"{response.request} returned {response.status} without JSON: check for a proxy in front of the tenant",
        )
    error = body.get("error", body.get("code")) if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(error, str):
        raise response.malformed("an OAuth 2.0 error object")
    if handed := sorted(TOKENS & body.keys()):
        raise TenantFault(Cause.MALFORMED_RESPONSE, f"{response.request} returned an error and {' and '.join(handed)}")
    words = body.get("error_description", body.get("message", body.get("description", "")))
    mfa_token = body.get("mfa_token")
    return Refusal(
        response.status,
        str(body.get("errorCode", error)),
        str(words),
        Secret(mfa_token, "mfa_token") if isinstance(mfa_token, str) and mfa_token else None,
    )


def string_in(response: Response, name: str) -> str:
    """Return the string `name` of a response. Raises `TenantFault` where it is missing or empty."""
    value = response.mapping().get(name)
    if not isinstance(value, str) or not value:
        raise response.malformed(name)
    return value
