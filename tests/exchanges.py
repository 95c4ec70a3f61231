"""A pytest plugin: a failing test prints the last requests it sent and their answers, by name and never by value."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from werkzeug.test import Client, TestResponse

from mfa_verification.core.exchange import exchange_of

LAST = 12
TITLE = f"the last requests, at most {LAST}"
ERROR_ON_A_PAGE = re.compile(rb'data-error-code="([^"]+)"')


@dataclass
class Sent:
    """One request, and its answer where there was one; read only when a test has failed."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | bytes | None
    answer: requests.Response | TestResponse | None = None

    def __str__(self) -> str:
        status = self.answer.status_code if self.answer is not None else None
        words = _words(self.answer) if self.answer is not None else None
        try:
            return str(exchange_of(self.method, self.url, self.headers, self.body, status, words))
        except (ValueError, RecursionError):  # a body that is no JSON, which some tests send
            return str(exchange_of(self.method, self.url, self.headers, None, status, words))


SENT: deque[Sent] = deque(maxlen=LAST)


def _words(answer: requests.Response | TestResponse) -> str:
    """Return where a redirect leads, the error of a refusal, or the names of an answer's fields."""
    if place := answer.headers.get("Location"):
        return _place(place)
    content = _content(answer)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        marked = ERROR_ON_A_PAGE.search(content)
        return marked[1].decode() if marked else ""
    if not isinstance(body, dict):
        return f"a list of {len(body)}" if isinstance(body, list) else ""
    if answer.status_code < 400:
        return f"({', '.join(body)})"
    error = body.get("errorCode") or body.get("error")
    message = body.get("error_description") or body.get("message")
    return ": ".join(str(one) for one in (error, message) if one)


def _place(url: str) -> str:
    parts = urlsplit(url)
    names = parse_qs(parts.query or parts.fragment, keep_blank_values=True)
    shown = [f"error={names[name][0]}" if name == "error" else name for name in names]
    return f"to {parts.path} ({', '.join(shown)})" if shown else f"to {parts.path}"


def _content(answer: requests.Response | TestResponse) -> bytes:
    """Return the body where it has been read: nobody waits for a stream here."""
    if isinstance(answer, TestResponse):
        return answer.get_data()
    content = answer._content
    return content if isinstance(content, bytes) else b""


@pytest.fixture(autouse=True, scope="session")
def _keep_what_is_sent() -> Iterator[None]:
    """Record both ways of sending a request: over a socket, and to an application in the tests' own process."""
    over_socket: Callable[..., requests.Response] = HTTPAdapter.send
    in_process: Callable[..., TestResponse] = Client.open

    def send(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        sent = Sent(request.method or "", request.url or "", dict(request.headers), request.body)
        SENT.append(sent)
        sent.answer = over_socket(self, request, *args, **more)
        return sent.answer

    def open_(self: Client, *args: Any, **more: Any) -> TestResponse:
        answer = in_process(self, *args, **more)
        asked = answer.request
        stream = asked.environ["wsgi.input"]
        stream.seek(0)
        SENT.append(Sent(asked.method, asked.url, dict(asked.headers), stream.read(), answer))
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(HTTPAdapter, "send", send)
        patched.setattr(Client, "open", open_)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what the test before has sent."""
    SENT.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what was sent to the report of a failure."""
    report = yield
    if report.failed and SENT:
        report.sections.append((TITLE, "\n".join(str(one) for one in SENT)))
    return report
