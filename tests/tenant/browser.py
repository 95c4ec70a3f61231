"""A browser over plain HTTP: it keeps cookies, follows redirects, and posts a page's form as the page has it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import requests

if TYPE_CHECKING:
    from tests.tenant.client import Application, LocalTenant
    from tests.tenant.user import User

SCOPE = "openid enroll read:authenticators remove:authenticators"
PASSWORD = "Correct-Horse-9"


@dataclass
class Page:
    """Where a browser came to rest: a page, or the callback."""

    path: str
    response: requests.Response
    callback: dict[str, str] | None = None

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def state(self) -> str:
        """The hidden state of the page's form."""
        return self.element("input", name="state")["value"] or ""

    @property
    def error(self) -> str | None:
        """The error's name, beside a field or on top."""
        marked = re.search(r'data-error-code="([^"]+)"', self.html)
        return marked[1] if marked else None

    def elements(self, tag: str) -> list[dict[str, str | None]]:
        parser = _Elements(tag)
        parser.feed(self.html)
        return parser.found

    def element(self, tag: str, **attributes: str) -> dict[str, str | None]:
        for one in self.elements(tag):
            if all(one.get(name) == value for name, value in attributes.items()):
                return one
        raise AssertionError(f"no <{tag}> with {attributes} on {self.path}")


class _Elements(HTMLParser):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.tag:
            self.found.append(dict(attrs))


@dataclass
class Browser:
    """One browser, with its cookies, at one application."""

    tenant: LocalTenant
    application: Application
    cookies: requests.Session
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.cookies.close()

    def authorize(self, **changes: str | None) -> Page:
        """Open /authorize; a parameter set to None is left out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        usual: dict[str, str | None] = {
            "response_type": "code", "client_id": self.application.client_id, "scope": SCOPE,
            "redirect_uri": self.application.callback, "audience": self.tenant.mfa_audience, "state": self.state,
            "nonce": self.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        asked = {name: value for name, value in (usual | changes).items() if value is not None}
        return self._settle(self.cookies.get(self.tenant.url("/authorize"), params=asked, allow_redirects=False))

    def post(self, at: Page, **fields: str) -> Page:
        """MessageDelivery a page's form, with the hidden state that it carries."""
        data = {"state": at.state, **fields}
        return self._settle(self.cookies.post(at.response.url, data=data, allow_redirects=False))

    def get(self, path: str) -> Page:
        return self._settle(self.cookies.get(self.tenant.url(path), allow_redirects=False))

    def give_password(self, user: User, **changes: str | None) -> Page:
        """Open /authorize and sign in with the password."""
        page = self.authorize(**changes)
        if page.path == "/u/login/identifier":
            page = self.post(page, username=user.email, action="default")
        return self.post(page, username=user.email, password=PASSWORD, action="default")

    def code_request(self, at: Page, **changes: str) -> dict[str, str]:
        """Return the request that exchanges the authorization code of a callback."""
        assert at.callback is not None, f"stopped at {at.path}: {at.error}"
        body = self.application.body(
            grant_type="authorization_code", code=at.callback["code"], redirect_uri=self.application.callback,
            code_verifier=self.verifier,
        )  # fmt: skip
        return body | changes

    def redeem(self, at: Page, **changes: str) -> requests.Response:
        """Exchange the authorization code of a callback for tokens."""
        return self.tenant.token(self.code_request(at, **changes))

    def _settle(self, response: requests.Response) -> Page:
        while response.status_code in (302, 303):
            location = response.headers["Location"]
            if location.startswith(self.application.callback):
                parts = urlsplit(location)
                return Page("callback", response, dict(parse_qsl(parts.query or parts.fragment)))
            assert location.startswith("/"), location
            response = self.cookies.get(self.tenant.url(location), allow_redirects=False)
        return Page(urlsplit(response.url).path, response)
