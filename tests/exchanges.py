"""Pytest plugin: a failing test prints its last requests and responses, with names and without values."""

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
    """A request, and its response if there was one. It is formatted only if the test fails."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | bytes | None
    response: requests.Response | TestResponse | None = None

    def __str__(self) -> str:
        status = self.response.status_code if self.response is not None else None
        words = _words(self.response) if self.response is not None else None
        try:
            return str(exchange_of(self.method, self.url, self.headers, self.body, status, words))
        except (ValueError, RecursionError):  # some tests send a body that is not JSON
            return str(exchange_of(self.method, self.url, self.headers, None, status, words))


SENT: deque[Sent] = deque(maxlen=LAST)


def _words(response: requests.Response | TestResponse) -> str:
    """Return the target of a redirect, the error of a refusal, or the names of the response's fields."""
    if place := response.headers.get("Location"):
        return _place(place)
    content = _content(response)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        marked = ERROR_ON_A_PAGE.search(content)
        return marked[1].decode() if marked else ""
    if not isinstance(body, dict):
        return f"a list of {len(body)}" if isinstance(body, list) else ""
    if response.status_code < 400:
        return f"({', '.join(body)})"
    error = body.get("errorCode") or body.get("error")
    message = body.get("error_description") or body.get("message")
    return ": ".join(str(one) for one in (error, message) if one)


def _place(url: str) -> str:
    parts = urlsplit(url)
    names = parse_qs(parts.query or parts.fragment, keep_blank_values=True)
    shown = [f"error={names[name][0]}" if name == "error" else name for name in names]
    return f"to {parts.path} ({', '.join(shown)})" if shown else f"to {parts.path}"


def _content(response: requests.Response | TestResponse) -> bytes:
    """Return the body if it has been read already."""
    if isinstance(response, TestResponse):
        return response.get_data()
    content = response._content
    return content if isinstance(content, bytes) else b""


@pytest.fixture(autouse=True, scope="session")
def _record_requests() -> Iterator[None]:
    """Record requests over a socket, and to an application in this process."""
    over_socket: Callable[..., requests.Response] = HTTPAdapter.send
    in_process: Callable[..., TestResponse] = Client.open

    def send(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        sent = Sent(request.method or "", request.url or "", dict(request.headers), request.body)
        SENT.append(sent)
        sent.response = over_socket(self, request, *args, **more)
        return sent.response

    def open_(self: Client, *args: Any, **more: Any) -> TestResponse:
        response = in_process(self, *args, **more)
        request = response.request
        stream = request.environ["wsgi.input"]
        stream.seek(0)
        SENT.append(Sent(request.method, request.url, dict(request.headers), stream.read(), response))
        return response

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(HTTPAdapter, "send", send)
        patched.setattr(Client, "open", open_)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget the requests of the previous test."""
    SENT.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests to the report of a failure."""
    report = yield
    if report.failed and SENT:
        report.sections.append((TITLE, "\n".join(str(one) for one in SENT)))
    return report
