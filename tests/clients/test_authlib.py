"""Authlib's client for requests: discovery, code with PKCE, client credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tests.tenant.client import OTP, PASSWORD, SCOPE, Application, LocalTenant, User


def discovered(tenant: LocalTenant) -> dict[str, str]:
    found: dict[str, str] = tenant.http.get(tenant.url("/.well-known/openid-configuration")).json()
    return found


@pytest.fixture(params=["client_secret_post", "client_secret_basic"])
def method(request: pytest.FixtureRequest, tenant: LocalTenant, web: Application) -> Iterator[str]:
    """Each way to prove a secret, on the application itself."""
    path = f"/clients/{web.client_id}"
    tenant.management("PATCH", path, {"token_endpoint_auth_method": request.param})
    yield request.param
    tenant.management("PATCH", path, {"token_endpoint_auth_method": "client_secret_post"})


def test_code_with_pkce(tenant: LocalTenant, web: Application, user: User, method: str) -> None:
    endpoints = discovered(tenant)
    with (
        tenant.browser(web) as browser,
        OAuth2Session(
            web.client_id, web.client_secret, scope=SCOPE, redirect_uri=web.callback,
            code_challenge_method="S256", token_endpoint_auth_method=method,
        ) as client,
    ):  # fmt: skip
        url, state = client.create_authorization_url(
            endpoints["authorization_endpoint"], audience=tenant.mfa_audience, code_verifier=browser.verifier
        )
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        at = browser.give_password(user, **{"nonce": None, **asked})
        assert at.callback is not None
        answer = f"{web.callback}?code={at.callback['code']}&state={at.callback['state']}"
        token = client.fetch_token(
            endpoints["token_endpoint"], authorization_response=answer, state=state, code_verifier=browser.verifier
        )
        assert token["scope"] == SCOPE
        assert client.get(tenant.url("/mfa/authenticators")).json() == []


def test_client_credentials(tenant: LocalTenant) -> None:
    deploy = tenant.application("deploy")
    with OAuth2Session(
        deploy.client_id, deploy.client_secret, token_endpoint_auth_method="client_secret_post"
    ) as client:
        token = client.fetch_token(
            discovered(tenant)["token_endpoint"], grant_type="client_credentials", audience=tenant.url("/api/v2/")
        )
        assert "read:users" in token["scope"].split()
        assert client.get(tenant.url("/api/v2/users")).status_code == 200


def test_a_refusal_keeps_its_name_and_words(tenant: LocalTenant, web: Application) -> None:
    with OAuth2Session(web.client_id, web.client_secret, token_endpoint_auth_method="client_secret_post") as client:
        with pytest.raises(OAuthError) as met:
            client.fetch_token(
                discovered(tenant)["token_endpoint"], grant_type="authorization_code", code="nonsense",
                redirect_uri=web.callback, code_verifier="x" * 43,
            )  # fmt: skip
        assert (met.value.error, met.value.description) == ("invalid_grant", "Invalid authorization code")
        assert "nonsense" not in json.dumps(tenant.controls("GET", "/requests").json())


def test_a_user_signs_in_password_grant_enrolls_an_app_lists_and_removes_it(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    endpoint = discovered(tenant)["token_endpoint"]
    with OAuth2Session(web.client_id, web.client_secret, token_endpoint_auth_method="client_secret_post") as client:
        begun = client.fetch_token(
            endpoint, username=user.email, password=PASSWORD, audience=tenant.mfa_audience, scope=SCOPE
        )
        assert (begun["scope"], begun["expires_in"]) == (SCOPE, 600)
        user.secret = client.post(tenant.url("/mfa/associate"), json={"authenticator_types": ["otp"]}).json()["secret"]
        confirmed = client.fetch_token(endpoint, grant_type=OTP, mfa_token=begun["access_token"], otp=user.app_code())
        assert confirmed["token_type"] == "Bearer"
        (app,) = client.get(tenant.url("/mfa/authenticators")).json()
        assert (app["active"], app["authenticator_type"]) == (True, "otp")
        with pytest.raises(OAuthError) as met:
            client.fetch_token(
                endpoint, username=user.email, password=PASSWORD, audience=tenant.mfa_audience, scope=SCOPE
            )
        assert (met.value.error, met.value.description) == ("mfa_required", "Multifactor authentication required")
        client.token = confirmed
        gone = client.delete(tenant.url(f"/mfa/authenticators/{quote(app['id'], safe='')}"))
        assert (gone.status_code, gone.content) == (204, b"")
        assert client.get(tenant.url("/mfa/authenticators")).json() == []
