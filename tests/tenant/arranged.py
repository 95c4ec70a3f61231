"""A tenant in this process with every factor on: requests of one user, and states to bring about before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Self

import requests

from tests.tenant.browser import Page
from tests.tenant.client import OOB, OTP, PASSWORD, RECOVERY, Application, Browser, User, bearer
from tests.tenant.in_process import DEFAULT, InProcess, all_factors

UNPROTECTED = re.sub(r"\[attack_protection\]\n(.+\n)+", "", DEFAULT)
"""The default tenant file, in which this machine's address is not on the allowlist."""
CONNECTION = "Username-Password-Authentication"


class Requests(InProcess):
    """Requests for the user `mary` at the single-page application; arguments replace their parts."""

    def __init__(self, text: str = "", vary: Sequence[str] = ()) -> None:
        super().__init__(text or all_factors(), vary)
        self.mary: User = self.user()
        self.oob = ""
        """The `oob_code` of the enrollment that was started last."""

    @cached_property
    def native(self) -> Application:
        return self.application("native")

    @cached_property
    def access_token(self) -> str:
        """The user's MFA API token."""
        return self.mary.mfa_access_token(self.spa)

    @cached_property
    def mfa_token(self) -> str:
        """The user's `mfa_token`, of a password grant under the policy for all applications."""
        self.manage("PUT", "/guardian/policies", ["all-applications"])
        return self.mary.mfa_token(self.spa)

    @cached_property
    def code(self) -> dict[str, str]:
        """A correct request that exchanges an authorization code."""
        with self.browser(self.spa) as browser:
            return browser.code_request(browser.give_password(self.mary, audience=None))

    @cached_property
    def refresh_token(self) -> str:
        return str(self.password(scope="openid offline_access").json()["refresh_token"])

    @cached_property
    def window(self) -> Browser:
        """The user's browser."""
        return self.browser(self.spa)

    # The token endpoint.

    def ask(self, role: str = "spa", **given: str) -> requests.Response:
        """Send a token request with client authentication; an empty parameter is left out."""
        body = self.application(role).body() | given
        return self.token({name: value for name, value in body.items() if value})

    def password(self, role: str = "spa", **given: str) -> requests.Response:
        own = {"grant_type": "password", "username": self.mary.email, "password": PASSWORD}
        return self.ask(role, **(own | given))

    def exchange(self, role: str = "spa", **given: str) -> requests.Response:
        return self.ask(role, **(self.code | self.application(role).body() | given))

    def refresh(self, token: str | None = None, role: str = "spa") -> requests.Response:
        token = self.refresh_token if token is None else token
        return self.ask(role, grant_type="refresh_token", refresh_token=token)

    def machine(self, role: str = "management", **given: str) -> requests.Response:
        own = {"grant_type": "client_credentials", "audience": self.url("/api/v2/")}
        return self.ask(role, **(own | given))

    def confirm(self, **given: str) -> requests.Response:
        """Confirm the enrollment that was started last, or answer a challenge with the newest SMS code."""
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

    # The MFA API and other endpoints.

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

    def authorize(self, **changes: str | None) -> Page:
        return self.window.authorize(**changes)

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.url(path), allow_redirects=False)


class Arranged(Requests):
    """States of the tenant and of `mary`; each method brings one about and returns the tenant."""

    def later(self, seconds: float) -> Self:
        self.move_clock(seconds)
        return self

    def with_policy(self) -> Self:
        return self.changed("PUT", "/guardian/policies", ["all-applications"])

    def changed(self, method: str, path: str, body: object = None) -> Self:
        self.manage(method, path, body)
        return self

    def outage(self, path: str, response: object) -> Self:
        assert self.controls("POST", "/outages", {"path": path, "response": response}).status_code == 201
        return self

    def blocked(self) -> Self:
        self.mary.block()
        return self

    def deleted(self) -> Self:
        self.mary.delete()
        return self

    def started(self, channel: str = "sms", token: str = "") -> Self:
        """Start an enrollment, with the MFA API token unless another token is given."""
        self.oob = self.mary.oob_code(token or self.access_token, channel)
        return self

    def enrolled(self) -> Self:
        """Enroll a phone by SMS."""
        assert self.started().confirm().status_code == 200
        return self

    def with_app(self) -> Self:
        """Start the enrollment of an authenticator app."""
        self.recovery_code = self.mary.associate_app(self.access_token).get("recovery_codes", [""])[0]
        return self

    def locked_out(self) -> Self:
        """Send ten wrong codes."""
        for _ in range(10):
            assert self.mary.confirm(self.spa, self.access_token, self.oob, "wrong").status_code >= 400
        return self

    def after(self, count: int, request: Callable[[Self], requests.Response]) -> Self:
        """Send a request `count` times."""
        for _ in range(count):
            request(self)
        return self

    def without_connection(self) -> Self:
        """Disable every connection for the single-page application."""
        changes = [{"client_id": self.spa.client_id, "status": False}]
        for found in self.manage("GET", "/connections"):
            self.manage("PATCH", f"/connections/{found['id']}/clients", changes)
        return self

    def implicit(self) -> Self:
        """Allow the implicit grant."""
        self.change(self.spa, grant_types=["authorization_code", "implicit"])
        return self

    def signed_in(self, **changes: str | None) -> Self:
        """Sign in with the password in the user's browser."""
        self.window.give_password(self.mary, **changes)
        return self
