"""The inbox over real HTTP: what it asks, what it takes, and what it makes of trouble."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.phones.inbox import InboxProvider
from mfa_verification.phones.provider import Cursor
from mfa_verification.settings.provider import ProviderMisconfigured

NUMBER = "+15550123456"
TOKEN = "token-6a1f"
START = Cursor("0")
FIRST = {"seq": 7, "to": NUMBER, "body": "482910 is your code", "sent_at": "2026-10-03T10:20:30.250Z"}
SECOND = {**FIRST, "seq": 9, "sent_at": "2026-10-03T10:21:00+00:00", "code": "482910"}


class Server(ThreadingHTTPServer):
    """Answers each request the same, and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body = b"[]"
        self.headers: dict[str, str] = {}
        self.queries: list[dict[str, str]] = []
        self.tokens: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/texts"

    def answers(self, *texts: object) -> None:
        self.body = json.dumps(texts).encode()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.queries.append({name: found for name, [found] in parse_qs(urlsplit(self.path).query).items()})
        self.server.tokens.append(self.headers["Authorization"])
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def inbox(server: Server) -> InboxProvider:
    return InboxProvider({"PHONE_INBOX_URL": server.url, "PHONE_INBOX_TOKEN": TOKEN})


def test_asks_for_one_number_after_the_cursor_and_shows_its_token(server: Server, inbox: InboxProvider) -> None:
    assert inbox.poll(NUMBER, Cursor("41"), 12.9) == []
    assert server.queries == [{"to": NUMBER, "after": "41", "wait": "12"}]
    assert server.tokens == [f"Bearer {TOKEN}"]


def test_never_asks_to_be_held_longer_than_an_inbox_may(server: Server, inbox: InboxProvider) -> None:
    inbox.poll(NUMBER, START, 90)

    assert server.queries[0]["wait"] == "25"


def test_reads_texts_newest_last(server: Server, inbox: InboxProvider) -> None:
    server.answers(FIRST, SECOND)
    first, second = inbox.poll(NUMBER, START, 0)

    assert (first.id, first.to, first.code) == ("7", NUMBER, None)
    assert first.body.reveal() == "482910 is your code"
    assert first.sent_at == datetime(2026, 10, 3, 10, 20, 30, 250_000, tzinfo=UTC)
    assert second.id == "9"
    assert second.code is not None
    assert second.code.reveal() == "482910"


def test_shows_nothing_of_a_text(server: Server, inbox: InboxProvider) -> None:
    server.answers(SECOND)
    shown = repr(inbox.poll(NUMBER, START, 0))

    assert "482910" not in shown
    assert NUMBER not in shown


def test_marks_the_newest_text_or_the_beginning(server: Server, inbox: InboxProvider) -> None:
    assert inbox.mark(NUMBER) == "0"
    server.answers(FIRST, SECOND)
    assert inbox.mark(NUMBER) == "9"
    assert server.queries == [{"to": NUMBER, "after": "0", "wait": "0"}] * 2


def test_the_preflight_reads_a_number_that_nobody_has(server: Server, inbox: InboxProvider) -> None:
    inbox.preflight()

    assert server.queries == [{"to": "+13035550100", "after": "0", "wait": "0"}]


@pytest.mark.parametrize(
    ("status", "setting"),
    [
        (401, "PHONE_INBOX_TOKEN"),
        (403, "PHONE_INBOX_TOKEN"),
        (404, "PHONE_INBOX_URL"),
        (302, "PHONE_INBOX_URL"),
    ],
)
def test_a_refusal_names_the_setting_to_mend(server: Server, inbox: InboxProvider, status: int, setting: str) -> None:
    server.status = status
    server.headers = {"Location": server.url + "/elsewhere"}

    with pytest.raises(ProviderMisconfigured, match=str(status)) as refused:
        inbox.preflight()
    assert refused.value.setting == setting
    assert TOKEN not in str(refused.value)
    assert len(server.queries) == 1, "the token follows no redirect"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_down_is_trouble(server: Server, inbox: InboxProvider, status: int) -> None:
    server.status = status

    with pytest.raises(Inconclusive, match=f"127.0.0.1 answered {status}") as trouble:
        inbox.preflight()
    assert not isinstance(trouble.value, ProviderMisconfigured)
    assert trouble.value.cause is Cause.PHONE_PROVIDER_UNREACHABLE


@pytest.mark.parametrize("body", [b"", b"<html>482910</html>", b"{}", b"null", b'"482910"', b"\xff\xfe\xfd"])
def test_what_is_no_list_is_trouble(server: Server, inbox: InboxProvider, body: bytes) -> None:
    server.body = body

    with pytest.raises(Inconclusive, match="other than a JSON list") as trouble:
        inbox.poll(NUMBER, START, 0)
    assert "482910" not in str(trouble.value)
    assert trouble.value.__context__ is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": "7"},
        {"seq": None},
        {"to": "+15550999999"},
        {"body": None},
        {"sent_at": "yesterday"},
        {"sent_at": "2026-10-03T10:20:30"},
        {"sent_at": 1_790_000_000},
        {"code": 482910},
    ],
)
def test_a_text_that_is_not_as_described_is_trouble(
    server: Server, inbox: InboxProvider, wrong: dict[str, object]
) -> None:
    server.answers({**FIRST, **wrong})

    with pytest.raises(Inconclusive, match="listed a text without") as trouble:
        inbox.poll(NUMBER, START, 0)
    assert "482910" not in str(trouble.value)


@pytest.mark.parametrize("item", [7, "text", None, [], {}])
def test_an_item_that_is_no_text_is_trouble(server: Server, inbox: InboxProvider, item: object) -> None:
    server.answers(item)

    with pytest.raises(Inconclusive, match="listed a text without"):
        inbox.poll(NUMBER, START, 0)


def test_older_texts_than_asked_for_are_trouble(server: Server, inbox: InboxProvider) -> None:
    server.answers(FIRST)

    with pytest.raises(Inconclusive, match="older than asked for"):
        inbox.poll(NUMBER, Cursor("7"), 0)


def test_another_order_than_newest_last_is_trouble(server: Server, inbox: InboxProvider) -> None:
    server.answers(SECOND, FIRST)

    with pytest.raises(Inconclusive, match="not newest last"):
        inbox.poll(NUMBER, START, 0)


def test_an_inbox_that_is_not_there_is_trouble_without_address_number_or_cause(server: Server) -> None:
    gone = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{gone.server_port}/texts?key=abc"
    gone.server_close()

    with pytest.raises(Inconclusive, match=r"at 127\.0\.0\.1 could not be read \(ConnectionError\)") as trouble:
        InboxProvider({"PHONE_INBOX_URL": url, "PHONE_INBOX_TOKEN": TOKEN}).poll(NUMBER, START, 0)
    assert "abc" not in str(trouble.value)
    assert trouble.value.__context__ is None


def test_uses_no_proxy_of_the_runner(server: Server, inbox: InboxProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert inbox.poll(NUMBER, START, 0) == []


def test_gives_up_on_a_connection_after_5_s_and_on_an_answer_15_s_after_its_wait(
    inbox: InboxProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    send = requests.Session.send

    def note(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        given.append(options["timeout"])
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", note)
    inbox.poll(NUMBER, START, 20)

    assert given == [(5, 35)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "inbox.example",
        "ftp://inbox.example",
        "https://",
        "https://u:p@inbox.example",
        "http://a:b",
        "http://a b",
    ],
)
def test_an_address_that_is_none_is_the_users_to_mend(url: str) -> None:
    with pytest.raises(ProviderMisconfigured, match="expected an address") as refused:
        InboxProvider({"PHONE_INBOX_URL": url, "PHONE_INBOX_TOKEN": TOKEN})
    assert refused.value.setting == "PHONE_INBOX_URL"


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "pässword"])
def test_a_token_that_no_header_carries_is_the_users_to_mend(token: str) -> None:
    with pytest.raises(ProviderMisconfigured, match="expected a token") as refused:
        InboxProvider({"PHONE_INBOX_URL": "http://127.0.0.1:1", "PHONE_INBOX_TOKEN": token})
    assert refused.value.setting == "PHONE_INBOX_TOKEN"
    assert not token or token not in str(refused.value)


def test_a_setting_that_is_missing_is_the_users_to_mend() -> None:
    with pytest.raises(ProviderMisconfigured, match="PHONE_INBOX_URL"):
        InboxProvider({"PHONE_INBOX_TOKEN": TOKEN})
