"""A test user of the local tenant, with a phone and an authenticator app."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyotp
import requests

from tests.tenant.browser import PASSWORD

if TYPE_CHECKING:
    from tests.tenant.client import Application, LocalTenant

OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
Refusal = tuple[int, str | None, str]

_numbers = itertools.count(secrets.randbelow(5_000_000))


def new_number() -> str:
    """Return a phone number that no other user has."""
    return f"+1555{next(_numbers):07d}"


@dataclass
class User:
    """A disposable user, and the phone and the secret of an app that they come to have."""

    tenant: LocalTenant
    user_id: str
    email: str
    phone: str = field(default_factory=new_number)
    secret: str = ""
    used_codes: set[str] = field(default_factory=set)

    def password_grant(self, application: Application, **more: str) -> requests.Response:
        """Request tokens with the password grant."""
        body = application.body(grant_type="password", username=self.email, password=PASSWORD)
        return self.tenant.token(body | more)

    def mfa_token(self, application: Application, **more: str) -> str:
        """Request tokens with the password grant, and return the `mfa_token` of the refusal."""
        response = self.password_grant(application, **more)
        assert (response.status_code, response.json()["error"]) == (403, "mfa_required"), response.text
        token: str = response.json()["mfa_token"]
        return token

    def sign_in(self, application: Application, **changes: str | None) -> dict[str, Any]:
        """Sign in with a browser, answering an MFA challenge, and return the tokens."""
        with self.tenant.browser(application) as browser:
            at = browser.give_password(self, **changes)
            if at.path == "/u/mfa-sms-challenge":
                at = browser.post(at, code=self.sms_code(), action="default")
            elif at.path == "/u/mfa-otp-challenge":
                at = browser.post(at, code=self.app_code(), action="default")
            return tokens_of(browser.redeem(at))

    def mfa_access_token(self, application: Application, **changes: str | None) -> str:
        """Sign in for the MFA API, and return its access token."""
        return str(self.sign_in(application, **changes)["access_token"])

    def associate(self, token: str, channel: str = "sms", **more: object) -> requests.Response:
        """Start enrollment by one out-of-band channel, with the user's own phone number."""
        number = {"phone_number": self.phone} if channel in ("sms", "voice") else {}
        body = {"authenticator_types": ["oob"], "oob_channels": [channel], **number, **more}
        return self.tenant.mfa("POST", "/associate", token, body)

    def oob_code(self, token: str, channel: str = "sms", **more: object) -> str:
        """Start enrollment, which must succeed, and return the `oob_code`."""
        code: str = tokens_of(self.associate(token, channel, **more))["oob_code"]
        return code

    def associate_app(self, token: str) -> dict[str, Any]:
        """Start enrollment of an authenticator app, and keep its secret."""
        found = tokens_of(self.tenant.mfa("POST", "/associate", token, {"authenticator_types": ["otp"]}))
        self.secret = found["secret"]
        return found

    def confirm(self, application: Application, token: str, oob_code: str, code: str, **more: str) -> requests.Response:
        """Answer with an out-of-band code and its binding code."""
        body = application.body(grant_type=OOB, mfa_token=token, oob_code=oob_code, binding_code=code)
        return self.tenant.token(body | more, headers=bearer(token))

    def confirm_app(self, application: Application, token: str, code: str) -> requests.Response:
        return self.tenant.token(application.body(grant_type=OTP, mfa_token=token, otp=code))

    def enroll(self, factor: str, application: Application) -> str:
        """Enroll a phone (`sms`) or an app (`otp`) with the token of a sign-in for the MFA API; return that token."""
        token = self.mfa_access_token(application)
        self.enroll_with(token, factor, application)
        return token

    def enroll_with(self, token: str, factor: str, application: Application) -> dict[str, Any]:
        """Enroll one factor with a token that is there, and return the tokens of the confirmation."""
        if factor == "otp":
            self.associate_app(token)
            return tokens_of(self.confirm_app(application, token, self.app_code()))
        oob_code = self.oob_code(token, factor)
        code = self.email_code() if factor == "email" else self.sms_code()
        return tokens_of(self.confirm(application, token, oob_code, code))

    def enroll_first(self, factor: str, application: Application, **more: str) -> dict[str, Any]:
        """Enroll a first factor with an `mfa_token`; return the tokens."""
        return self.enroll_with(self.mfa_token(application, **more), factor, application)

    def challenge(self, application: Application, token: str, **more: str) -> requests.Response:
        """Request a challenge, as clients do: in JSON, without a bearer token."""
        body = application.body(mfa_token=token, **more)
        return self.tenant.http.post(self.tenant.url("/mfa/challenge"), json=body)

    def authenticators(self, token: str) -> list[dict[str, Any]]:
        """Return the user's own list."""
        response = self.tenant.mfa("GET", "/authenticators", token)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()
        return found

    def remove(self, token: str, authenticator: object) -> requests.Response:
        return self.tenant.mfa("DELETE", f"/authenticators/{str(authenticator).replace('|', '%7C')}", token)

    def sms_code(self, number: str | None = None) -> str:
        """Return the code of the newest message or call to the phone."""
        return self.tenant.messages(number or self.phone, wait=5)[-1]["code"]

    def email_code(self, address: str | None = None) -> str:
        return self.tenant.messages(address or self.email, wait=5)[-1]["code"]

    def app_code(self) -> str:
        """Return a code of the current step, or of the one before it when that was used."""
        app = pyotp.TOTP(self.secret)
        now = self.tenant.now()
        while self.tenant.time_passes and now % 30 >= 28:
            # The step before would end while its code is on its way.
            now = self.tenant.now()
        for moment in (now - 30, now):
            if (code := app.at(moment)) not in self.used_codes:
                self.used_codes.add(code)
                return code
        raise AssertionError("both steps were used: the test asks for more codes than a minute has")

    def methods(self) -> list[dict[str, Any]]:
        """Return the administrator's list of the user's authentication methods."""
        found: list[dict[str, Any]] = self.tenant.manage("GET", f"/users/{self.user_id}/authentication-methods")
        return found

    def confirmed(self) -> list[str]:
        """Return the types of the confirmed methods."""
        return sorted(str(one["type"]) for one in self.methods() if one["confirmed"])

    def events(self) -> list[str]:
        """Return the types of the user's log events, newest first."""
        found = self.tenant.manage("GET", f"/users/{self.user_id}/logs?per_page=100")
        return [str(one["type"]) for one in found]

    def block(self) -> None:
        self.tenant.manage("PATCH", f"/users/{self.user_id}", {"blocked": True})

    def delete(self) -> None:
        self.tenant.manage("DELETE", f"/users/{self.user_id}")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def wrong(code: str) -> str:
    """Return six digits that are not the right ones."""
    return f"{(int(code) + 111_111) % 10**6:06d}"


def tokens_of(response: requests.Response) -> dict[str, Any]:
    """Return the body of an response that must be a success."""
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refusal(response: requests.Response) -> Refusal:
    """Return status, error and words of a refusal: of OAuth and the MFA API, or of the Management API."""
    body = response.json()
    if "statusCode" in body:
        assert body["statusCode"] == response.status_code >= 400, body
        return response.status_code, body.get("errorCode"), body["message"]
    assert set(body) - {"mfa_token", "mfa_requirements"} == {"error", "error_description"}, body
    return response.status_code, body["error"], body["error_description"]
