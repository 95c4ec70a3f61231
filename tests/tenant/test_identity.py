"""What clients use beside the token endpoint: userinfo, revocation, sign-up, and the discovery document."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pytest
import requests

from tests.tenant.client import PASSWORD, Application, LocalTenant, User, bearer, refusal, tokens_of


def userinfo(tenant: LocalTenant, token: str | None) -> requests.Response:
    return tenant.http.get(tenant.url("/userinfo"), headers=bearer(token) if token else {})


def test_userinfo_tells_who_is_behind_a_token(tenant: LocalTenant, web: Application, user: User) -> None:
    opaque = tokens_of(user.password_grant(web, scope="openid email"))["access_token"]
    assert userinfo(tenant, opaque).json() == {"sub": user.user_id, "email": user.email, "email_verified": False}
    for_mfa = user.sign_in(web)["access_token"]
    answer = tenant.http.post(tenant.url("/userinfo"), headers=bearer(for_mfa))
    assert tokens_of(answer) == {"sub": user.user_id}


def test_userinfo_refuses_what_was_not_made_for_it(tenant: LocalTenant, web: Application, user: User) -> None:
    without = user.sign_in(web, scope="enroll")["access_token"]
    opaque = tokens_of(user.password_grant(web, scope="email"))["access_token"]
    for token in (None, "never-issued", "a.b.c", without, opaque):
        answer = userinfo(tenant, token)
        assert refusal(answer)[:2] == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    good = tokens_of(user.password_grant(web, scope="openid"))["access_token"]
    assert userinfo(tenant, good).status_code == 200
    tenant.management("DELETE", f"/users/{user.user_id}")
    assert userinfo(tenant, good).status_code == 401


@pytest.mark.parametrize("form", [True, False])
def test_a_revoked_refresh_token_is_worthless(
    tenant: LocalTenant, web: Application, spa: Application, user: User, form: bool
) -> None:
    token = tokens_of(user.password_grant(web, scope="openid offline_access"))["refresh_token"]

    def revoke(application: Application, **more: str) -> requests.Response:
        body = application.body(**more)
        return tenant.http.post(tenant.url("/oauth/revoke"), **{"data" if form else "json": body})  # type: ignore[arg-type]

    assert refusal(revoke(web)) == (400, "invalid_request", "Missing required parameter: token")
    assert refusal(revoke(web, token=token, client_secret="wrong")) == (401, "access_denied", "Unauthorized")
    assert revoke(spa, token=token).status_code == 200
    fresh = tokens_of(tenant.token(web.body(grant_type="refresh_token", refresh_token=token)))["refresh_token"]
    answer = revoke(web, token=fresh)
    assert (answer.status_code, answer.text) == (200, "")
    assert refusal(tenant.token(web.body(grant_type="refresh_token", refresh_token=fresh))) == (
        403, "invalid_grant", "Unknown or invalid refresh token.",
    )  # fmt: skip
    assert revoke(web, token="never-issued").status_code == 200


def test_signing_up_and_forgetting_the_password(tenant: LocalTenant, spa: Application) -> None:
    email = f"{secrets.token_hex(6)}@example.test"
    body = {
        "client_id": spa.client_id, "connection": tenant.settings["AUTH0_CONNECTION"], "email": email,
        "password": PASSWORD,
    }  # fmt: skip

    def ask(path: str, given: Mapping[str, str | None]) -> requests.Response:
        return tenant.http.post(tenant.url(f"/dbconnections/{path}"), json=given)

    def problem(given: Mapping[str, str | None]) -> tuple[int, str, str]:
        answer = ask("signup", given).json()
        return answer["statusCode"], answer["name"], answer["code"]

    made = tokens_of(ask("signup", body | {"username": None}))
    assert (made["email"], made["email_verified"]) == (email, False)
    assert tenant.management("GET", f"/users/auth0|{made['_id']}").json()["email"] == email
    assert problem(body) == (400, "BadRequestError", "invalid_signup")
    assert problem(body | {"email": f"x{email}", "password": "weak"}) == (
        400, "PasswordStrengthError", "invalid_password",
    )  # fmt: skip
    assert problem(body | {"email": "nobody"})[2] == "invalid_body"
    assert problem(body | {"connection": "Elsewhere"})[2] == "invalid_connection"
    assert problem(body | {"client_id": "nobody"})[2] == "invalid_client"
    assert problem({})[2] == "invalid_body"
    answer = ask("change_password", body | {"password": f"{PASSWORD}2"})
    assert (answer.status_code, answer.text) == (200, "We've just sent you an email to reset your password.")
    assert ask("change_password", body | {"email": ""}).status_code == 400
    tokens_of(User(tenant, f"auth0|{made['_id']}", email).password_grant(spa))  # no password was set by naming one
    unreadable = tenant.http.post(tenant.url("/dbconnections/signup"), data="[", headers={"Content-Type": "text/plain"})
    assert unreadable.status_code == 400


def test_discovery_names_everything_that_is_served(tenant: LocalTenant) -> None:
    found = tokens_of(tenant.http.get(tenant.url("/.well-known/openid-configuration")))
    assert found["issuer"] == tenant.url("/")
    for name, address in found.items():
        if name.endswith(("_endpoint", "_uri")):
            status = tenant.http.get(address).status_code
            assert status != 404, name
    assert set(found["token_endpoint_auth_methods_supported"]) == {
        "none", "client_secret_basic", "client_secret_post", "private_key_jwt",
    }  # fmt: skip
    spa = tenant.application("spa")
    for grant in set(found["grant_types_supported"]) - {"implicit"}:  # that one is /authorize's own
        answer = tenant.token(spa.body(grant_type=grant))
        assert refusal(answer)[1] in ("invalid_request", "unauthorized_client"), grant
