"""Check the HTTP client: responses, outages, repeated requests, and records with names and without values."""

from __future__ import annotations

import base64
import json
import re
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.clock import TenantClock, Timer
from mfa_verification.core.exchange import Exchange, exchange_of
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import HttpClient
from tests import servers


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


Reply = tuple[int, dict[str, str], str]


class Server:
    """A TLS server that gives the replies of a test in order, and records requests."""

    def __init__(self, http: servers.Server) -> None:
        self._http = http
        self.host = f"localhost:{http.port}"

    def replies(self, *replies: Reply) -> None:
        for status, headers, text in replies:
            self._http.expect_ordered_request(re.compile(".*")).respond_with_data(
                text, status, headers={"Content-Type": "application/json", **headers}
            )

    @property
    def seen(self) -> list[tuple[str, str, str]]:
        return [
            (request.path, request.headers.get("Authorization", ""), request.get_data(as_text=True))
            for request, _ in self._http.log
        ]


@pytest.fixture
def server(authority: tuple[trustme.CA, Path]) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("localhost").configure_cert(context)
    with servers.Server("localhost", context) as http:
        yield Server(http)


class Hand:
    """A client with its record and a clock that moves instead of sleeping."""

    def __init__(self, host: str, ca: Path | None) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.record: list[Exchange] = []
        self.clock = TenantClock()
        timer = Timer(lambda: self.now, self._sleep)
        self.repeated: list[str] = []
        self.client = HttpClient(host, ca, self.clock, self.record, timer, self.repeated)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def hand(server: Server, authority: tuple[trustme.CA, Path]) -> Iterator[Hand]:
    hand = Hand(server.host, authority[1])
    yield hand
    hand.client.close()


def test_secrets_are_sent_and_not_recorded(server: Server, hand: Hand) -> None:
    server.replies((200, {}, '{"ok": true}'))
    response = hand.client.send("POST", "/x", form={"code": Secret("123456", "code")}, bearer=Secret("abc", "token"))
    assert response.mapping() == {"ok": True}
    assert server.seen == [("/x", "Bearer abc", "code=123456")]
    assert "123456" not in repr(hand.record)
    assert "abc" not in repr(hand.record)


def test_a_refusal_is_a_response(server: Server, hand: Hand) -> None:
    server.replies((403, {}, '{"error": "invalid_grant"}'), (429, {}, '{"error": "too_many_attempts"}'))
    assert hand.client.send("GET", "/x").status == 403
    assert hand.client.send("GET", "/x").status == 429
    assert [exchange.error for exchange in hand.record] == ["invalid_grant", "too_many_attempts"]
    assert hand.pauses == []


def test_a_redirect_is_not_followed(server: Server, hand: Hand) -> None:
    server.replies((302, {"Location": "https://localhost:1/"}, ""))
    assert hand.client.send("GET", "/x").status == 302


def test_a_response_without_the_expected_json_is_the_tenants_fault(server: Server, hand: Hand) -> None:
    server.replies((200, {}, "<html>"), (200, {}, "[1]"))
    with pytest.raises(TenantFault, match="without a JSON object"):
        hand.client.send("GET", "/x").mapping()
    with pytest.raises(TenantFault, match="without a list of objects"):
        hand.client.send("GET", "/x").items()


def test_the_client_waits_for_the_end_of_a_rate_limit(server: Server, hand: Hand) -> None:
    reset = {"x-ratelimit-reset": str(int(time.time()) + 15)}
    server.replies((429, reset, "{}"), (429, {"Retry-After": "2"}, "{}"), (429, {}, "{}"), (200, {}, "{}"))
    assert hand.client.send("POST", "/x", json={"a": 1}).status == 200
    assert 0 < hand.pauses[0] <= 17
    assert hand.pauses[1:] == [2, 1]
    assert len(server.seen) == 4


def test_a_rate_limit_that_does_not_end_is_inconclusive(server: Server, hand: Hand) -> None:
    server.replies((429, {"Retry-After": "15"}, "{}"), (429, {"Retry-After": "15"}, "{}"))
    with pytest.raises(Inconclusive) as met:
        hand.client.send("GET", "/x")
    assert met.value.cause is Cause.RATE_LIMITED
    assert hand.pauses == [15]


def test_a_server_error_is_inconclusive(server: Server, hand: Hand) -> None:
    server.replies((500, {}, "{}"))
    with pytest.raises(Inconclusive) as met:
        hand.client.send("GET", "/x")
    assert met.value.cause is Cause.TENANT_UNAVAILABLE


def test_a_safe_request_is_sent_up_to_three_times_during_an_outage(server: Server, hand: Hand) -> None:
    server.replies((503, {"Retry-After": "3"}, "{}"), (503, {}, "{}"), (200, {}, "{}"), *[(503, {}, "{}")] * 3)
    assert hand.client.send("GET", "/x?secret=1").status == 200
    assert hand.pauses == [3, 1]
    assert len(hand.repeated) == 2
    assert "secret" not in repr(hand.repeated)
    with pytest.raises(Inconclusive, match="returned 503"):
        hand.client.send("GET", "/x")
    assert len(server.seen) == 6


def test_a_request_that_changes_something_is_sent_once(server: Server, hand: Hand) -> None:
    server.replies((503, {}, "{}"))
    with pytest.raises(Inconclusive):
        hand.client.send("POST", "/x")
    assert len(server.seen) == 1
    assert hand.repeated == []


def test_a_certificate_of_another_ca_is_not_accepted(server: Server) -> None:
    hand = Hand(server.host, None)
    with pytest.raises(Inconclusive, match="the certificate was not accepted"):
        hand.client.send("GET", "/x", bearer=Secret("abc", "token"))
    assert server.seen == []
    hand.client.close()


def test_a_refused_connection_is_inconclusive_and_prints_no_secret() -> None:
    hand = Hand("localhost:1", None)
    with pytest.raises(Inconclusive) as met:
        hand.client.send("POST", "/x", form={"password": Secret("hush", "password")})
    assert met.value.cause is Cause.TENANT_UNREACHABLE
    assert "hush" not in repr(met.value)
    assert hand.record[0].status is None


def test_a_netrc_entry_does_not_replace_the_authorization_header(
    server: Server, hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login another password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.replies((200, {}, "{}"))
    hand.client.send("GET", "/x", bearer=Secret("abc", "token"))
    assert server.seen[0][1] == "Bearer abc"


def test_the_tenants_time_is_read_from_responses(server: Server, hand: Hand) -> None:
    server.replies((200, {}, "{}"))
    before = time.time()
    response = hand.client.send("GET", "/x")
    assert hand.clock.is_measured
    assert before - 2 <= response.received_at <= time.time() + 2


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def sent(headers: dict[str, str], body: str | bytes | None, url: str = "https://tenant.test/oauth/token") -> Exchange:
    return exchange_of("POST", url, headers, body, 200)


def test_the_record_has_the_names_of_query_and_body() -> None:
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
def test_every_way_to_send_a_client_secret_is_recognized(headers: dict[str, str], body: str | bytes) -> None:
    assert sent(headers, body).carries_client_secret


def test_a_bearer_token_is_no_client_secret() -> None:
    exchange = sent({**JSON, "Authorization": "Bearer eyJ"}, '{"authenticator_types": ["otp"]}')
    assert not exchange.carries_client_secret
    assert exchange.authorization == "Bearer"


def test_a_basic_header_has_a_client_id() -> None:
    assert sent({"Authorization": "Basic " + base64.b64encode(b"web:x").decode()}, None).clients == {"web"}
    assert sent({"Authorization": "Basic ?"}, None).clients == {"unreadable"}


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_the_record_has_no_values(pairs: dict[str, str]) -> None:
    exchange = sent(JSON, json.dumps(pairs))
    assert exchange.parameters == set(pairs)
