"""Endpoints beside the token endpoint: userinfo, revocation, sign-up, and the discovery document."""

from __future__ import annotations

import pytest
import requests

from tests.tenant.arranged import Arranged
from tests.tenant.client import PASSWORD, Application, bearer, refusal, tokens_of


@pytest.fixture
def it() -> Arranged:
    return Arranged()


def test_userinfo_names_the_user_of_a_token(it: Arranged) -> None:
    opaque = tokens_of(it.password(scope="openid email"))["access_token"]
    claims = {"sub": it.mary.user_id, "email": it.mary.email, "email_verified": False}
    assert it.userinfo(opaque).json() == claims
    response = it.http.post(it.url("/userinfo"), headers=bearer(it.access_token))
    assert tokens_of(response) == {"sub": it.mary.user_id}
    it.deleted()
    assert it.userinfo(opaque).status_code == 401


@pytest.mark.parametrize("encoding", ["data", "json"])
def test_a_refresh_token_is_revoked_by_its_application(it: Arranged, encoding: str) -> None:
    token = tokens_of(it.password("web", scope="openid offline_access"))["refresh_token"]

    def revoke(application: Application, **more: str) -> requests.Response:
        return it.http.post(it.url("/oauth/revoke"), **{encoding: application.body(**more)})  # type: ignore[arg-type]

    assert refusal(revoke(it.web)) == (400, "invalid_request", "Missing required parameter: token")
    assert refusal(revoke(it.web, token=token, client_secret="wrong")) == (401, "access_denied", "Unauthorized")
    assert revoke(it.spa, token=token).status_code == 200
    fresh = tokens_of(it.refresh(token, "web"))["refresh_token"]
    response = revoke(it.web, token=fresh)
    assert (response.status_code, response.text) == (200, "")
    assert refusal(it.refresh(fresh, "web"))[:2] == (403, "invalid_grant")
    assert revoke(it.web, token="never-issued").status_code == 200


def test_signing_up(it: Arranged) -> None:
    made = tokens_of(it.sign_up(email="new@example.test"))
    assert (made["email"], made["email_verified"]) == ("new@example.test", False)
    assert it.manage("GET", f"/users/auth0|{made['_id']}")["email"] == "new@example.test"
    weak = it.sign_up(email="x@example.test", password="weak").json()
    assert (weak["statusCode"], weak["name"]) == (400, "PasswordStrengthError")
    assert it.sign_up(connection="").json()["code"] == it.sign_up(email="").json()["code"] == "invalid_body"
    unreadable = it.http.post(it.url("/dbconnections/signup"), data="[", headers={"Content-Type": "text/plain"})
    assert unreadable.status_code == 400


def test_a_password_change_request_sets_no_password(it: Arranged) -> None:
    body = {
        "client_id": it.spa.client_id, "connection": it.settings["AUTH0_CONNECTION"], "email": it.mary.email,
        "password": f"{PASSWORD}2",
    }  # fmt: skip
    response = it.http.post(it.url("/dbconnections/change_password"), json=body)
    assert (response.status_code, response.text) == (200, "We've just sent you an email to reset your password.")
    assert it.http.post(it.url("/dbconnections/change_password"), json=body | {"email": ""}).status_code == 400
    assert it.password().status_code == 200


def test_the_discovery_document_lists_what_is_served(it: Arranged) -> None:
    found = tokens_of(it.get("/.well-known/openid-configuration"))
    assert found["issuer"] == it.url("/")
    for name, address in found.items():
        if name.endswith(("_endpoint", "_uri")):
            assert it.http.get(address).status_code != 404, name
    assert set(found["token_endpoint_auth_methods_supported"]) == {
        "none", "client_secret_basic", "client_secret_post", "private_key_jwt",
    }  # fmt: skip
    for grant in set(found["grant_types_supported"]) - {"implicit"}:  # which is a grant of /authorize
        assert refusal(it.ask(grant_type=grant))[1] in ("invalid_request", "unauthorized_client"), grant
