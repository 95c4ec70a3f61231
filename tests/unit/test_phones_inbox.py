"""Check what only the inbox provider does. `tests/phones/test_contract.py` checks what all providers have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.phones.inbox import InboxProvider
from mfa_verification.phones.provider import Cursor, ProviderBusy

NUMBER = "+15550123456"
TOKEN = "token-6a1f"
START = Cursor("0")
FIRST = {"seq": 7, "to": NUMBER, "body": "482910 is your code", "sent_at": "2026-10-03T10:20:30.250Z"}
SECOND = {**FIRST, "seq": 9, "sent_at": "2026-10-03T10:21:00+00:00", "code": "482910"}


@pytest.fixture
def inbox(httpserver: HTTPServer) -> InboxProvider:
    return InboxProvider({"PHONE_INBOX_URL": httpserver.url_for("/messages"), "PHONE_INBOX_TOKEN": TOKEN})


def returns(server: HTTPServer, *texts: object) -> None:
    server.clear()
    server.expect_request("/messages").respond_with_json(list(texts))


def queries(server: HTTPServer) -> list[dict[str, str]]:
    return [request.args.to_dict() for request, _ in server.log]


def test_a_request_has_number_cursor_wait_and_token(httpserver: HTTPServer, inbox: InboxProvider) -> None:
    returns(httpserver)
    assert inbox.poll(NUMBER, Cursor("41"), 12.9) == []
    assert queries(httpserver) == [{"to": NUMBER, "after": "41", "wait": "12"}]
    assert httpserver.log[0][0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_wait_of_a_request_has_a_maximum(httpserver: HTTPServer, inbox: InboxProvider) -> None:
    returns(httpserver)
    inbox.poll(NUMBER, START, 90)
    assert queries(httpserver)[0]["wait"] == "25"


def test_a_message_is_read_with_its_time_and_its_separate_code(httpserver: HTTPServer, inbox: InboxProvider) -> None:
    returns(httpserver, FIRST, SECOND)
    first, second = inbox.poll(NUMBER, START, 0)
    assert (first.id, first.code, second.id) == ("7", None, "9")
    assert first.sent_at == datetime(2026, 10, 3, 10, 20, 30, 250_000, tzinfo=UTC)
    assert second.code is not None
    assert second.code.reveal() == "482910"
    assert "482910" not in repr(second)


def test_the_mark_is_the_newest_message_or_zero(httpserver: HTTPServer, inbox: InboxProvider) -> None:
    returns(httpserver)
    assert inbox.mark(NUMBER) == "0"
    returns(httpserver, FIRST, SECOND)
    assert inbox.mark(NUMBER) == "9"
    assert queries(httpserver) == [{"to": NUMBER, "after": "0", "wait": "0"}]


def test_the_preflight_reads_a_reserved_number(httpserver: HTTPServer, inbox: InboxProvider) -> None:
    returns(httpserver)
    inbox.preflight()
    assert queries(httpserver) == [{"to": "+13035550100", "after": "0", "wait": "0"}]


@pytest.mark.parametrize(
    ("status", "setting"),
    [(401, "PHONE_INBOX_TOKEN"), (403, "PHONE_INBOX_TOKEN"), (404, "PHONE_INBOX_URL"), (302, "PHONE_INBOX_URL")],
)
def test_a_refusal_names_the_setting_to_correct(
    httpserver: HTTPServer, inbox: InboxProvider, status: int, setting: str
) -> None:
    elsewhere = {"Location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request("/messages").respond_with_data(status=status, headers=elsewhere)
    with pytest.raises(ProviderMisconfigured, match=str(status)) as refused:
        inbox.preflight()
    assert refused.value.setting == setting
    assert TOKEN not in str(refused.value)
    assert len(httpserver.log) == 1, "the token follows no redirect"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_inbox_that_is_busy_is_named_with_its_status(
    httpserver: HTTPServer, inbox: InboxProvider, status: int
) -> None:
    httpserver.expect_request("/messages").respond_with_data("482910", status, {"Retry-After": "7"})
    with pytest.raises(ProviderBusy, match=rf"phone inbox at localhost \w+ {status}$") as met:
        inbox.poll(NUMBER, START, 0)
    assert met.value.retry_after == 7


@pytest.mark.parametrize("body", [b"", b"<html>482910</html>", b"{}", b"null", b'"482910"', b"\xff\xfe\xfd"])
def test_a_response_that_is_no_list_is_inconclusive(httpserver: HTTPServer, inbox: InboxProvider, body: bytes) -> None:
    httpserver.expect_request("/messages").respond_with_data(body)
    with pytest.raises(Inconclusive, match="other than a JSON list") as met:
        inbox.poll(NUMBER, START, 0)
    assert "482910" not in str(met.value)
    assert met.value.__context__ is None


WRONG: list[dict[str, object]] = [
    {"seq": "7"}, {"seq": None}, {"to": "+15550999999"}, {"body": None}, {"sent_at": "yesterday"},
    {"sent_at": "2026-10-03T10:20:30"}, {"sent_at": 1_790_000_000}, {"code": 482910},
]  # fmt: skip


@pytest.mark.parametrize("item", [*({**FIRST, **wrong} for wrong in WRONG), 7, "text", None, [], {}], ids=str)
def test_a_malformed_message_is_inconclusive(httpserver: HTTPServer, inbox: InboxProvider, item: object) -> None:
    returns(httpserver, item)
    with pytest.raises(Inconclusive, match="listed an SMS message without") as met:
        inbox.poll(NUMBER, START, 0)
    assert "482910" not in str(met.value)


@pytest.mark.parametrize(
    ("texts", "after", "words"), [([FIRST], "7", "older than asked for"), ([SECOND, FIRST], "0", "not newest last")]
)
def test_messages_in_the_wrong_order_are_inconclusive(
    httpserver: HTTPServer, inbox: InboxProvider, texts: list[object], after: str, words: str
) -> None:
    returns(httpserver, *texts)
    with pytest.raises(Inconclusive, match=words):
        inbox.poll(NUMBER, Cursor(after), 0)


def test_an_inbox_that_is_down_is_inconclusive_and_prints_no_address() -> None:
    nobody = {"PHONE_INBOX_URL": "http://127.0.0.1:1/messages?key=abc", "PHONE_INBOX_TOKEN": TOKEN}
    with pytest.raises(Inconclusive, match=r"at 127\.0\.0\.1 could not be read \(ConnectionError\)") as met:
        InboxProvider(nobody).poll(NUMBER, START, 0)
    assert "abc" not in str(met.value)
    assert met.value.__context__ is None


def test_no_proxy_of_the_environment_is_used(
    httpserver: HTTPServer, inbox: InboxProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    returns(httpserver)
    assert inbox.poll(NUMBER, START, 0) == []


def test_the_timeouts_are_5_s_to_connect_and_15_s_after_the_wait(
    httpserver: HTTPServer, inbox: InboxProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    send = requests.Session.send

    def note(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        given.append(options["timeout"])
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", note)
    returns(httpserver)
    inbox.poll(NUMBER, START, 20)
    assert given == [(5, 35)]


ADDRESS, WORD = "expected an address", "expected a token"
SETTINGS = [
    *(
        ("PHONE_INBOX_URL", url, ADDRESS)
        for url in (
            "", "inbox.example", "ftp://inbox.example", "https://", "https://u:p@inbox.example", "http://a:b",
            "http://a b",
        )
    ),
    *(("PHONE_INBOX_TOKEN", token, WORD) for token in ("", "two words", "line\nbreak", "pässword")),
    ("PHONE_INBOX_URL", None, "PHONE_INBOX_URL"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "words"), SETTINGS)
def test_an_invalid_setting_is_named(name: str, value: str | None, words: str) -> None:
    settings = {"PHONE_INBOX_URL": "http://127.0.0.1:1", "PHONE_INBOX_TOKEN": TOKEN}
    changed = settings | {name: value} if value is not None else {"PHONE_INBOX_TOKEN": TOKEN}
    with pytest.raises(ProviderMisconfigured, match=words) as refused:
        InboxProvider(changed)
    assert refused.value.setting == name
    if name == "PHONE_INBOX_TOKEN" and value:
        assert value not in str(refused.value)
