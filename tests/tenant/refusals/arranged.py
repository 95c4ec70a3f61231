"""A tenant with every factor on, a user of it, and what they may be brought to before a request is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.tenant.browser import PASSWORD, Page
from tests.tenant.client import OOB, OTP, RECOVERY, Application, Browser, User, bearer
from tests.tenant.in_process import DEFAULT, InProcess, all_factors

Answer = tuple[int, str, str]
UNPROTECTED = re.sub(r"\[attack_protection\]\n(.+\n)+", "", DEFAULT)
"""The default tenant file, without its trust in this machine."""
CONNECTION = "Username-Password-Authentication"


class Arranged(InProcess):
    """Methods that return `self` bring about a state; the others send the request that is to be refused."""

    def __init__(self, text: str = "", vary: Sequence[str] = ()) -> None:
        super().__init__(text or all_factors(), vary)
        self.spa, self.web, self.native = (self.application(role) for role in ("spa", "web", "native"))
        self.mary: User = self.user()
        self.oob = ""

    def application(self, role: str) -> Application:
        """Return an application; those without a callback of their own use that of `spa`."""
        found = super().application(role)
        return found if found.callback else replace(found, callback=self.settings["AUTH0_SPA_CALLBACK"])

    @cached_property
    def access_token(self) -> str:
        """The user's access token for the MFA API."""
        return self.mary.mfa_access_token(self.spa)

    @cached_property
    def mfa_token(self) -> str:
        """The user's `mfa_token`, of a password grant that the policy stopped."""
        return self.with_policy().mary.mfa_token(self.spa)

    # States.

    def later(self, seconds: float) -> Self:
        self.move_clock(seconds)
        return self

    def with_policy(self) -> Self:
        self.succeeds("PUT", "/guardian/policies", ["all-applications"])
        return self

    def changed(self, method: str, path: str, body: object = None) -> Self:
        self.succeeds(method, path, body)
        return self

    def outage(self, path: str, answer: object) -> Self:
        assert self.controls("POST", "/outages", {"path": path, "response": answer}).status_code == 201
        return self

    def blocked(self) -> Self:
        self.mary.block()
        return self

    def gone(self) -> Self:
        self.mary.delete()
        return self

    def begun(self, channel: str = "sms", token: str = "") -> Self:
        """Start enrollment, with the access token unless another is given."""
        self.oob = self.mary.oob_code(token or self.access_token, channel)
        return self

    def enrolled(self) -> Self:
        assert self.begun().confirm().status_code == 200
        return self

    def with_app(self) -> Self:
        self.recovery_code = self.mary.associate_app(self.access_token).get("recovery_codes", [""])[0]
        return self

    def locked_out(self) -> Self:
        for _ in range(10):
            assert self.mary.confirm(self.spa, self.access_token, self.oob, "wrong").status_code >= 400
        return self

    def after(self, count: int, request: Callable[[Self], requests.Response]) -> Self:
        for _ in range(count):
            request(self)
        return self

    def without_connection(self) -> Self:
        """Switch every connection off for `spa`."""
        changes = [{"client_id": self.spa.client_id, "status": False}]
        for found in self.succeeds("GET", "/connections"):
            self.changed("PATCH", f"/connections/{found['id']}/clients", changes)
        return self

    def implicit(self) -> Self:
        self.change(self.spa, grant_types=["authorization_code", "implicit"])
        return self

    # The token endpoint.

    def ask(self, role: str = "spa", **given: str) -> requests.Response:
        """Ask as an application that authenticates; a parameter that is empty is left out."""
        body = self.application(role).body() | given
        return self.token({name: value for name, value in body.items() if value})

    def password(self, role: str = "spa", **given: str) -> requests.Response:
        own = {"grant_type": "password", "username": self.mary.email, "password": PASSWORD}
        return self.ask(role, **(own | given))

    @cached_property
    def code(self) -> dict[str, str]:
        """A request that exchanges an authorization code, all of it right."""
        with self.browser(self.spa) as browser:
            return browser.code_request(browser.give_password(self.mary, audience=None))

    def exchange(self, role: str = "spa", **given: str) -> requests.Response:
        return self.ask(role, **(self.code | self.application(role).body() | given))

    @cached_property
    def refresh_token(self) -> str:
        return str(self.password(scope="openid offline_access").json()["refresh_token"])

    def refresh(self, token: str | None = None, role: str = "spa") -> requests.Response:
        token = self.refresh_token if token is None else token
        return self.ask(role, grant_type="refresh_token", refresh_token=token)

    def machine(self, role: str = "management", **given: str) -> requests.Response:
        own = {"grant_type": "client_credentials", "audience": self.url("/api/v2/")}
        return self.ask(role, **(own | given))

    def confirm(self, **given: str) -> requests.Response:
        own = {"grant_type": OOB, "mfa_token": self.access_token, "oob_code": self.oob}
        code = {"binding_code": self.mary.sms_code()} if "binding_code" not in given else {}
        return self.ask(**(own | code | given))

    def otp(self, **given: str) -> requests.Response:
        if "otp" not in given:
            given["otp"] = self.mary.app_code()
        token = given.pop("mfa_token", None)
        return self.ask(grant_type=OTP, mfa_token=self.access_token if token is None else token, **given)

    def recovery(self, code: str, **given: str) -> requests.Response:
        return self.ask(**({"grant_type": RECOVERY, "mfa_token": self.access_token, "recovery_code": code} | given))

    # The MFA API, and what lies beside it.

    def associate(self, body: object, token: str = "") -> requests.Response:
        return self.mfa("POST", "/associate", token or self.access_token, body)

    def start(self, channel: str = "sms", **given: object) -> requests.Response:
        return self.mary.associate(self.access_token, channel, **given)

    def challenge(self, **given: str) -> requests.Response:
        return self.mary.challenge(self.spa, given.pop("mfa_token", self.mfa_token), **given)

    def scoped(self, scope: str) -> str:
        """Return an access token for the MFA API with these scopes."""
        return self.mary.mfa_access_token(self.spa, scope=scope)

    def userinfo(self, token: str) -> requests.Response:
        return self.http.get(self.url("/userinfo"), headers=bearer(token))

    def sign_up(self, **given: str) -> requests.Response:
        body = {"client_id": self.spa.client_id, "connection": CONNECTION, "email": "new@example.test"}
        return self.http.post(self.url("/dbconnections/signup"), json=body | {"password": PASSWORD} | given)

    # The browser.

    @cached_property
    def window(self) -> Browser:
        return self.browser(self.spa)

    def authorize(self, **changes: str | None) -> Page:
        return self.window.authorize(**changes)

    def signed_in(self, **changes: str | None) -> Self:
        self.window.give_password(self.mary, **changes)
        return self

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.url(path), allow_redirects=False)


Ask = Callable[[Arranged], requests.Response | Page]


class Meets(NamedTuple):
    """What meets a row: the request, the answer expected, and the tenant that it needs."""

    ask: Ask
    status: int
    error: str
    words: str
    vary: tuple[str, ...] = ()
    text: str = ""


Table = dict[str, Meets]


@dataclass(frozen=True)
class Said:
    """What a refusal says, in whichever way it says it."""

    answer: Answer
    body: dict[str, Any]


def said(met: requests.Response | Page) -> Said:
    """Read a refusal: a redirect to the callback, a page for users, or one of three kinds of JSON."""
    answer = met.response if isinstance(met, Page) else met
    if answer.status_code == 302:
        parts = urlsplit(answer.headers["Location"])
        body: dict[str, Any] = dict(parse_qsl(parts.query or parts.fragment))
    elif answer.headers["Content-Type"].startswith("text/html"):
        shown = re.search(r"<strong>(.+?)</strong>: (.+?)</p>", answer.text)
        assert shown is not None, answer.text
        body = {"error": shown[1], "error_description": shown[2].replace("&#39;", "'")}
    else:
        assert answer.headers["Content-Type"] == "application/json"
        body = answer.json()
        assert body.get("statusCode", answer.status_code) == answer.status_code
    for error, words in (("code", "description"), ("errorCode", "message"), ("error", "error_description")):
        if words in body:
            return Said((answer.status_code, body.get(error, ""), body[words]), body)
    raise AssertionError(body)
