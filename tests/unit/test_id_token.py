"""What an application must find in an id token: each claim that is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mfa_verification.auth0.tokens import Claims, problems

ISSUER, NOW = "https://t.test/", 1_000_000.0
RIGHT = Claims(
    issuer=ISSUER,
    subject="auth0|1",
    audience="one",
    authorized_party=None,
    scope=frozenset(),
    issued_at=1_000_000,
    expires_at=1_036_000,
    auth_time=None,
    nonce="n",
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"audience": ["one"]},
        {"authorized_party": "one"},
        {"auth_time": 999_000},
        {"issued_at": 1_000_001},
        {"expires_at": 1_000_001},
    ],
    ids=str,
)
def test_a_right_token_has_no_problem(change: dict[str, Any]) -> None:
    assert problems(replace(RIGHT, **change), ISSUER, "one", NOW) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"issuer": "https://t.test"}, "iss"),
        ({"audience": "two"}, "aud"),
        ({"audience": ["one", "two"]}, "aud"),
        ({"audience": []}, "aud"),
        ({"authorized_party": "two"}, "azp"),
        ({"issued_at": 999_000, "expires_at": 999_900}, "exp has passed"),
        ({"issued_at": 1_000_010}, "iat is +10 s"),
        ({"issued_at": 999_900}, "iat is -100 s"),
        ({"issued_at": 1_000_001, "expires_at": 1_000_001}, "exp is not after iat"),
        ({"auth_time": 1_000_010}, "auth_time"),
        ({"auth_time": 0}, "auth_time"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(change: dict[str, Any], word: str) -> None:
    found = problems(replace(RIGHT, **change), ISSUER, "one", NOW)
    assert [problem for problem in found if problem.startswith(word)], found
