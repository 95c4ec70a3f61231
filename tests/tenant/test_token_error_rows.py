"""The refusals of the contract's sections 3.1 to 3.5, a row each, to be read beside it: status and body."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import pytest
from werkzeug.test import TestResponse

from local_tenant.model import Order
from local_tenant.rules import grants
from tests.tenant.asking import REALM_GRANT
from tests.tenant.driving import PASSWORD
from tests.tenant.test_error_rows import Caller, Expected, check, missing

CLIENT_REFUSED = (401, "access_denied", "Unauthorized")
BAD_CODE = (403, "invalid_grant", "Invalid authorization code")
BAD_REFRESH_TOKEN = (403, "invalid_grant", "Unknown or invalid refresh token.")
BLOCKED = (
    429, "too_many_attempts",
    "Your account has been blocked after multiple consecutive login attempts. "
    "We've sent you a notification with instructions on how to unblock it.",
)  # fmt: skip
VERIFIER = "v" * 43


class Asker(Caller):
    """Somebody at the token endpoint, with a password, a code, or a refresh token."""

    def ask(self, role: str = "spa", **given: str) -> TestResponse:
        """Ask as an application that proves itself; what is given as nothing is left out."""
        application = self.tenant.configuration.applications[role]
        own = {"client_id": application.client_id, "client_secret": application.client_secret or ""}
        return self.browser.post("/oauth/token", json={name: value for name, value in (own | given).items() if value})

    def by_password(self, role: str = "spa", **given: str) -> TestResponse:
        body = {"grant_type": "password", "username": self.person.email, "password": PASSWORD}
        return self.ask(role, **(body | given))

    def exchange(self, code: str = "", role: str = "spa", **given: str) -> TestResponse:
        """Redeem the code of a sign-in at the single-page application, made right unless something is given."""
        body = {
            "grant_type": "authorization_code", "code": code or self.code(), "code_verifier": VERIFIER,
            "redirect_uri": self.spa.callbacks[0],
        }  # fmt: skip
        return self.ask(role, **(body | given))

    def code(self) -> str:
        made = replace(
            self.sign_in(), application=self.spa, redirect_uri=self.spa.callbacks[0], code_challenge=VERIFIER
        )
        return self.tenant.sign_ins.code(made)

    def refresh_token(self, role: str = "spa") -> str:
        application = self.tenant.configuration.applications[role]
        return self.tenant.refresh_tokens.issue(Order(self.person, application, None, ["openid", "offline_access"]))

    def refresh(self, token: str, **given: str) -> TestResponse:
        return self.ask(**({"grant_type": "refresh_token", "refresh_token": token} | given))

    def program(self, role: str = "management", **given: str) -> TestResponse:
        return self.ask(role, **({"grant_type": "client_credentials", "audience": self.api()} | given))

    def api(self) -> str:
        return self.tenant.audiences.management()

    def blocked(self) -> Self:
        self.person.blocked = True
        return self

    def after_wrong_passwords(self, count: int) -> Self:
        for _ in range(count):
            assert self.by_password(password="wrong").status_code == 403
        return self

    def made_with_a_secret(self) -> Self:
        self.spa.token_endpoint_auth_method, self.spa.client_secret = "client_secret_post", "made-for-it"
        return self

    def without_client_grant(self) -> Self:
        self.tenant.configuration.applications["web"].grant_types.append(grants.CLIENT_CREDENTIALS)
        return self

    def with_policy(self) -> Self:
        self.tenant.store.policy = "all-applications"
        return self


Ask = Callable[[Asker], TestResponse]
Rows = dict[str, tuple[Ask, Expected]]

SECTION_3_1: Rows = {
    "no application": (lambda who: who.exchange(client_id="", client_secret=""), CLIENT_REFUSED),
    "unknown application": (lambda who: who.exchange(client_id="nobody"), CLIENT_REFUSED),
    "wrong secret": (lambda who: who.exchange(role="web", client_secret="wrong"), CLIENT_REFUSED),
    "no secret": (lambda who: who.exchange(role="web", client_secret=""), CLIENT_REFUSED),
    "wrong secret of a program": (lambda who: who.program(client_secret="wrong"), CLIENT_REFUSED),
    "wrong secret in the header": (
        lambda who: who.browser.post(
            "/oauth/token", data={"grant_type": "authorization_code", "code": "x"},
            headers={"Authorization": "Basic " + base64.b64encode(
                f"{who.tenant.configuration.applications['web'].client_id}:wrong".encode()).decode()},
        ),
        CLIENT_REFUSED,
    ),
    "no assertion": (lambda who: who.exchange(role="jwt"), CLIENT_REFUSED),
    "assertion that is none": (
        lambda who: who.exchange(
            role="jwt", client_assertion="x.y.z",
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        CLIENT_REFUSED,
    ),
    "single-page application that was made with a secret": (
        lambda who: who.made_with_a_secret().exchange(client_secret=""),
        CLIENT_REFUSED,
    ),
}  # fmt: skip

SECTION_3_2: Rows = {
    "unknown code": (lambda who: who.exchange("never-issued"), BAD_CODE),
    "used code": (
        lambda who: (code := who.code(), who.exchange(code), who.exchange(code))[-1], BAD_CODE,
    ),
    "expired code": (lambda who: (code := who.code(), who.later(600), who.exchange(code))[-1], BAD_CODE),
    "code of another application": (lambda who: who.exchange(role="native"), BAD_CODE),
    "wrong verifier": (
        lambda who: who.exchange(code_verifier="w" * 43), (403, "invalid_grant", "Failed to verify code verifier"),
    ),
    "no verifier": (
        lambda who: who.exchange(code_verifier=""), (403, "invalid_grant", "Parameter 'code_verifier' is required"),
    ),
    "another redirect_uri": (
        lambda who: who.exchange(redirect_uri="https://other.test/"),
        (403, "invalid_grant", "The redirect URI is wrong. It is not the one of the sign-in."),
    ),
    "no redirect_uri": (
        lambda who: who.exchange(redirect_uri=""),
        (403, "invalid_grant", "The redirect URI is wrong. It is not the one of the sign-in."),
    ),
    "no code": (lambda who: who.ask(grant_type="authorization_code"), missing("code")),
    "no grant_type": (lambda who: who.ask(code="x"), missing("grant_type")),
    "unknown grant_type": (
        lambda who: who.ask(grant_type="urn:no"), (403, "unsupported_grant_type", "Unsupported grant type: urn:no"),
    ),
    "grant that the application lacks": (
        lambda who: who.ask("management", grant_type="authorization_code", code="x"),
        (403, "unauthorized_client", "Grant type 'authorization_code' not allowed for the client."),
    ),
    "body that is no object": (
        lambda who: who.browser.post("/oauth/token", json=["grant_type"]),
        (400, "invalid_request", "The body is neither a form nor a JSON object of texts."),
    ),
}  # fmt: skip

SECTION_3_3: Rows = {
    "wrong password": (
        lambda who: who.by_password(password="wrong"), (403, "invalid_grant", "Wrong email or password."),
    ),
    "unknown person": (
        lambda who: who.by_password(username="nobody@example.test"),
        (403, "invalid_grant", "Wrong email or password."),
    ),
    "blocked person": (lambda who: who.blocked().by_password(), (403, "unauthorized", "user is blocked")),
    "blocked person by realm": (
        lambda who: who.blocked().by_password(grant_type=REALM_GRANT, realm="Username-Password-Authentication"),
        (403, "unauthorized", "user is blocked"),
    ),
    "right password after ten wrong ones": (lambda who: who.after_wrong_passwords(10).by_password(), BLOCKED),
    "no username": (lambda who: who.by_password(username=""), missing("username")),
    "no password": (lambda who: who.by_password(password=""), missing("password")),
    "no realm": (lambda who: who.by_password(grant_type=REALM_GRANT), missing("realm")),
    "unknown realm": (
        lambda who: who.by_password(realm="Elsewhere"),
        (400, "invalid_request", "The realm Elsewhere is not a connection of this tenant."),
    ),
    "no default directory": (
        lambda who: (who.tenant.settings.tenant.update(default_directory=""), who.by_password())[-1],
        (403, "server_error", "Authorization server not configured with default connection."),
    ),
    "unknown audience": (
        lambda who: who.by_password(audience="https://no"), (403, "access_denied", "Service not found: https://no"),
    ),
    "grant that the application lacks": (
        lambda who: who.by_password("management"),
        (403, "unauthorized_client", "Grant type 'password' not allowed for the client."),
    ),
}  # fmt: skip

SECTION_3_4: dict[str, Ask] = {
    "password": lambda who: who.enrolled().by_password(audience=who.tenant.audiences.mfa()),
    "password, by policy": lambda who: who.with_policy().by_password(),
    "password-realm": lambda who: who.enrolled().by_password(
        grant_type=REALM_GRANT, realm="Username-Password-Authentication", audience=who.tenant.audiences.mfa()
    ),
    "refresh_token": lambda who: (token := who.refresh_token(), who.enrolled().with_policy().refresh(token))[-1],
}

SECTION_3_5: Rows = {
    "unknown refresh token": (lambda who: who.refresh("x"), BAD_REFRESH_TOKEN),
    "used refresh token": (
        lambda who: (token := who.refresh_token(), who.refresh(token), who.refresh(token))[-1], BAD_REFRESH_TOKEN,
    ),
    "newest one of a family that was used twice": (
        lambda who: (
            token := who.refresh_token(), newest := who.refresh(token).get_json()["refresh_token"],
            who.refresh(token), who.refresh(newest),
        )[-1],
        BAD_REFRESH_TOKEN,
    ),
    "refresh token of another application": (lambda who: who.refresh(who.refresh_token("native")), BAD_REFRESH_TOKEN),
    "refresh token after thirty days": (
        lambda who: (token := who.refresh_token(), who.later(30 * 86_400), who.refresh(token))[-1], BAD_REFRESH_TOKEN,
    ),
    "revoked refresh token": (
        lambda who: (
            token := who.refresh_token(),
            who.browser.post("/oauth/revoke", json={"client_id": who.spa.client_id, "token": token}),
            who.refresh(token),
        )[-1],
        BAD_REFRESH_TOKEN,
    ),
    "refresh token of a blocked person": (
        lambda who: (token := who.refresh_token(), who.blocked().refresh(token))[-1],
        (403, "invalid_grant", "user is blocked"),
    ),
    "no refresh token": (lambda who: who.refresh(""), missing("refresh_token")),
    "program without a client grant": (
        lambda who: who.without_client_grant().program("web"),
        (403, "access_denied",
         'Client is not authorized to access "https://localhost:1/api/v2/". You need to create a "client-grant" '
         "associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"),
    ),
    "unknown audience of a program": (
        lambda who: who.program(audience="https://no"),
        (403, "access_denied", "Service not enabled within domain: https://no"),
    ),
    "no audience of a program": (lambda who: who.program(audience=""), missing("audience")),
    "program without the grant": (
        lambda who: who.program("web"),
        (403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", SECTION_3_1)
def test_applications(row: str) -> None:
    check(Asker, *SECTION_3_1[row])


@pytest.mark.parametrize("row", SECTION_3_2)
def test_the_code_exchange(row: str) -> None:
    check(Asker, *SECTION_3_2[row])


@pytest.mark.parametrize("row", SECTION_3_3)
def test_passwords(row: str) -> None:
    check(Asker, *SECTION_3_3[row])


@pytest.mark.parametrize("row", SECTION_3_4)
def test_mfa_required(row: str) -> None:
    answer = SECTION_3_4[row](Asker())
    body = answer.get_json()
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (403, None)
    assert set(body) == {"error", "error_description", "mfa_token", "mfa_requirements"}
    assert (body["error"], body["error_description"]) == ("mfa_required", "Multifactor authentication required")
    assert body["mfa_token"].startswith("Fe26.2*")


@pytest.mark.parametrize("row", SECTION_3_5)
def test_refresh_tokens_and_programs(row: str) -> None:
    check(Asker, *SECTION_3_5[row])


@pytest.mark.parametrize(
    "ask", [lambda who: who.exchange(), lambda who: who.by_password(), lambda who: who.refresh(who.refresh_token()),
            lambda who: who.program()]
)  # fmt: skip
def test_what_the_rows_change_is_right_without_them(ask: Ask) -> None:
    assert ask(Asker()).status_code == 200
