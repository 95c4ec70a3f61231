"""People and browsers over plain HTTP: forms are posted as a page has them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import secrets
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyotp
import requests

from tests.tenant.running import Application, Running

SCOPE = "openid enroll read:authenticators remove:authenticators"
MFA_SCOPES = {"enroll", "read:authenticators", "remove:authenticators"}
OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
PASSWORD = "Correct-Horse-9"

_numbers = itertools.count(secrets.randbelow(5_000_000))


def a_number() -> str:
    """Mint a number that nobody else has."""
    return f"+1555{next(_numbers):07d}"


@dataclass
class Person:
    """A disposable person, and the phone and secret they come to have."""

    tenant: Running
    user_id: str
    email: str
    phone: str = field(default_factory=a_number)
    secret: str = ""
    used_codes: set[str] = field(default_factory=set)

    def last_text(self) -> str:
        code = re.search(r"\d{6}", self.tenant.texts(self.phone, wait=5)[-1]["body"])
        assert code is not None
        return code[0]

    def app_code(self) -> str:
        """Return a code of the current step, or of the one before it when that was used."""
        app = pyotp.TOTP(self.secret)
        now = server_now(self.tenant)
        while now % 30 >= 28:
            # The step before would end while its code is on its way.
            now = server_now(self.tenant)
        for moment in (now - 30, now):
            if (code := app.at(moment)) not in self.used_codes:
                self.used_codes.add(code)
                return code
        raise AssertionError("both steps were used: the test asks for more codes than a minute has")

    def factors(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.tenant.administrator(
            "GET", f"/users/{self.user_id}/authentication-methods"
        ).json()
        return found

    def confirmed(self) -> list[str]:
        return sorted(str(one["type"]) for one in self.factors() if one["confirmed"])


def server_now(tenant: Running) -> int:
    date = tenant.http.get(tenant.url("/.well-known/jwks.json")).headers["Date"]
    return int(parsedate_to_datetime(date).timestamp())


def create_person(tenant: Running) -> Person:
    email = f"{secrets.token_hex(6)}@example.test"
    answer = tenant.administrator(
        "POST", "/users",
        {"email": email, "password": PASSWORD, "connection": tenant.settings["AUTH0_CONNECTION"]},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return Person(tenant, answer.json()["user_id"], email)


@dataclass
class Stop:
    """Where a browser came to rest: a page, or the callback."""

    path: str
    response: requests.Response
    callback: dict[str, str] | None = None

    @property
    def html(self) -> str:
        return self.response.text

    def elements(self, tag: str) -> list[dict[str, str | None]]:
        parser = _Elements(tag)
        parser.feed(self.html)
        return parser.found

    def element(self, tag: str, **attributes: str) -> dict[str, str | None]:
        for one in self.elements(tag):
            if all(one.get(name) == value for name, value in attributes.items()):
                return one
        raise AssertionError(f"no <{tag}> with {attributes} on {self.path}")

    @property
    def error(self) -> str | None:
        """The error's name, beside a field or on top."""
        marked = re.search(r'data-error-code="([^"]+)"', self.html)
        return marked[1] if marked else None


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
    """One browser, with its cookies."""

    tenant: Running
    application: Application
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookies: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.cookies.verify = self.tenant.settings["AUTH0_CA_BUNDLE"]
        self.cookies.trust_env = False

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.cookies.close()

    def authorize(self, **changes: str | None) -> Stop:
        """Open /authorize; a parameter set to None is left out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        usual: dict[str, str | None] = {
            "response_type": "code", "client_id": self.application.client_id, "scope": SCOPE,
            "redirect_uri": self.application.callback, "audience": self.tenant.mfa_audience, "state": self.state,
            "nonce": self.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        asked = {name: value for name, value in (usual | changes).items() if value is not None}
        return self._settle(self.cookies.get(self.tenant.url("/authorize"), params=asked, allow_redirects=False))

    def post(self, at: Stop, **fields: str) -> Stop:
        """MessageDelivery a page's form, with the hidden state that it carries."""
        state = at.element("input", name="state")["value"] or ""
        return self._settle(self.cookies.post(at.response.url, data={"state": state, **fields}, allow_redirects=False))

    def get(self, path: str) -> Stop:
        return self._settle(self.cookies.get(self.tenant.url(path), allow_redirects=False))

    def give_password(self, person: Person, **changes: str | None) -> Stop:
        """Open /authorize and sign in with the password."""
        page = self.authorize(**changes)
        if page.path == "/u/login/identifier":
            page = self.post(page, username=person.email, action="default")
        return self.post(page, username=person.email, password=PASSWORD, action="default")

    def redeem(self, at: Stop, **changes: str) -> requests.Response:
        """Change the code of a callback for tokens."""
        assert at.callback is not None, f"stopped at {at.path}: {at.error}"
        body = self.application.body(
            grant_type="authorization_code", code=at.callback["code"], redirect_uri=self.application.callback,
            code_verifier=self.verifier,
        )  # fmt: skip
        return self.tenant.token(body | changes)

    def _settle(self, response: requests.Response) -> Stop:
        while response.status_code in (302, 303):
            location = response.headers["Location"]
            if location.startswith(self.application.callback):
                parts = urlsplit(location)
                return Stop("callback", response, dict(parse_qsl(parts.query or parts.fragment)))
            assert location.startswith("/"), location
            response = self.cookies.get(self.tenant.url(location), allow_redirects=False)
        return Stop(urlsplit(response.url).path, response)


def sign_in(person: Person, application: Application, **changes: str | None) -> dict[str, Any]:
    """Sign in, answering whatever is asked first, and return the tokens."""
    with Browser(person.tenant, application) as browser:
        at = browser.give_password(person, **changes)
        if at.path == "/u/mfa-sms-challenge":
            at = browser.post(at, code=person.last_text(), action="default")
        elif at.path == "/u/mfa-otp-challenge":
            at = browser.post(at, code=person.app_code(), action="default")
        answer = browser.redeem(at)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def associate(tenant: Running, token: str, body: object) -> requests.Response:
    return tenant.http.post(tenant.url("/mfa/associate"), json=body, headers=bearer(token))


def associate_phone(person: Person, token: str, number: str | None = None) -> requests.Response:
    body = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": number or person.phone}
    return associate(person.tenant, token, body)


def associate_app(person: Person, token: str) -> dict[str, str]:
    answer = associate(person.tenant, token, {"authenticator_types": ["otp"]})
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    person.secret = found["secret"]
    return found


def confirm_phone(person: Person, application: Application, token: str, oob: str, code: str) -> requests.Response:
    body = application.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=code)
    return person.tenant.token(body, headers=bearer(token))


def confirm_app(person: Person, application: Application, token: str, code: str) -> requests.Response:
    return person.tenant.token(application.body(grant_type=OTP, mfa_token=token, otp=code))


def enroll_phone(person: Person, application: Application) -> str:
    """Enroll a phone from nothing; return the token of the sign-in."""
    token: str = sign_in(person, application)["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    answer = confirm_phone(person, application, token, oob, person.last_text())
    assert answer.status_code == 200, answer.text
    return token


def enroll_app(person: Person, application: Application) -> str:
    token: str = sign_in(person, application)["access_token"]
    associate_app(person, token)
    answer = confirm_app(person, application, token, person.app_code())
    assert answer.status_code == 200, answer.text
    return token


def wrong(code: str) -> str:
    """Return six digits that are not the right ones."""
    return f"{(int(code) + 111_111) % 10**6:06d}"


def listed(person: Person, token: str) -> list[dict[str, object]]:
    answer = person.tenant.http.get(person.tenant.url("/mfa/authenticators"), headers=bearer(token))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()
    return found
