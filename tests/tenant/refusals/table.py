"""What a row of the table of refusals is: a request, and the response expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.tenant.arranged import Arranged
from tests.tenant.browser import Page

Ask = Callable[[Arranged], requests.Response | Page]


class Case(NamedTuple):
    """The request that meets a row, the response expected, and the tenant that it needs."""

    request: Ask
    status: int
    error: str
    description: str
    vary: tuple[str, ...] = ()
    text: str = ""


Table = dict[str, Case]


@dataclass(frozen=True)
class RefusedResponse:
    """What a refusal says: status, error and description, and the whole body."""

    refusal: tuple[int, str, str]
    body: dict[str, Any]


def read_refusal(met: requests.Response | Page) -> RefusedResponse:
    """Read a refusal: a redirect to the callback, a page for users, or JSON of one of three kinds."""
    response = met.response if isinstance(met, Page) else met
    if response.status_code == 302:
        parts = urlsplit(response.headers["Location"])
        body: dict[str, Any] = dict(parse_qsl(parts.query or parts.fragment))
    elif response.headers["Content-Type"].startswith("text/html"):
        shown = re.search(r"<strong>(.+?)</strong>: (.+?)</p>", response.text)
        assert shown is not None, response.text
        body = {"error": shown[1], "error_description": shown[2].replace("&#39;", "'")}
    else:
        assert response.headers["Content-Type"] == "application/json"
        body = response.json()
        assert body.get("statusCode", response.status_code) == response.status_code
    for error, words in (("code", "description"), ("errorCode", "message"), ("error", "error_description")):
        if words in body:
            return RefusedResponse((response.status_code, body.get(error, ""), body[words]), body)
    raise AssertionError(body)
