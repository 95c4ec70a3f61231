"""What left this machine: names, never values, read off the request itself."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.exchange import Exchange, exchange_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def sent(headers: dict[str, str], body: str | bytes | None, url: str = "https://tenant.test/oauth/token") -> Exchange:
    return exchange_of("POST", url, headers, body, 200)


def test_names_come_from_query_and_body() -> None:
    exchange = sent(FORM, "client_id=spa&code=123456", "https://tenant.test/oauth/token?audience=x")
    assert exchange.parameters == {"client_id", "code", "audience"}
    assert exchange.clients == {"spa"}
    assert "123456" not in repr(exchange)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, "client_id=web&client_secret=x"),
        (JSON, '{"client_id": "web", "client_secret": "x"}'),
        (FORM, b"client_assertion=x"),
        ({**FORM, "Authorization": "Basic " + base64.b64encode(b"web:secret").decode()}, ""),
    ],
)
def test_every_way_to_send_a_client_secret_is_seen(headers: dict[str, str], body: str | bytes) -> None:
    assert sent(headers, body).carries_client_secret


def test_a_token_in_the_header_is_no_client_secret() -> None:
    exchange = sent({**JSON, "Authorization": "Bearer eyJ"}, '{"authenticator_types": ["otp"]}')
    assert not exchange.carries_client_secret
    assert exchange.authorization == "Bearer"


def test_a_basic_header_names_its_client() -> None:
    assert sent({"Authorization": "Basic " + base64.b64encode(b"web:x").decode()}, None).clients == {"web"}
    assert sent({"Authorization": "Basic ?"}, None).clients == {"unreadable"}


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_values_never_stay(pairs: dict[str, str]) -> None:
    exchange = sent(JSON, json.dumps(pairs))
    assert exchange.parameters == set(pairs)
