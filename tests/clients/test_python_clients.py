"""Use the local tenant with auth0-server-python, for MFA, and Authlib, for OAuth 2.0 with requests."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tests.tenant.client import OTP, PASSWORD, SCOPE, Application, LocalTenant, User, wrong

with warnings.catch_warnings(record=True):  # its import uses deprecated names
    warnings.simplefilter("always")
    from auth0_server_python.auth_server.mfa_client import MfaClient
    from auth0_server_python.error import (
        MfaChallengeError,
        MfaEnrollmentError,
        MfaListAuthenticatorsError,
        MfaVerifyError,
    )


class Sdk:
    """Calls the asynchronous MFA client from synchronous tests, with tokens encrypted as it expects."""

    def __init__(self, tenant: LocalTenant, application: Application) -> None:
        self.client = MfaClient(
            tenant.settings["AUTH0_DOMAIN"], application.client_id, application.client_secret or "", "a secret of ours"
        )

    def __call__(self, method: Callable[..., Any], token: str, **options: str) -> Any:
        wrapped = self.client._encrypt_mfa_token(token, "https://audience.test", "openid")
        return asyncio.run(method({"mfa_token": wrapped, **options}))

    def enroll(self, token: str, factor: str, **more: str) -> Any:
        return self(self.client.enroll_authenticator, token, factor_type=factor, **more)

    def list(self, token: str) -> Any:
        return self(self.client.list_authenticators, token)

    def challenge(self, token: str, factor: str, **more: str) -> Any:
        return self(self.client.challenge_authenticator, token, factor_type=factor, **more)

    def verify(self, token: str, **answer: str) -> Any:
        return self(self.client.verify, token, **answer)


@pytest.fixture(params=["web", "spa"])
def application(request: pytest.FixtureRequest, tenant: LocalTenant) -> Application:
    return tenant.application(request.param)


def test_a_user_enrolls_both_factors_with_an_mfa_api_token(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    sdk, token = Sdk(tenant, application), user.sign_in(application)["access_token"]
    phone = sdk.enroll(token, "sms", phone_number=user.phone)
    assert (phone.oob_channel, phone.binding_method) == ("sms", "prompt")
    code = user.sms_code()
    with pytest.raises(MfaVerifyError, match=r"Invalid binding_code\."):
        sdk.verify(token, oob_code=phone.oob_code, binding_code=wrong(code))
    verified = sdk.verify(token, oob_code=phone.oob_code, binding_code=code)
    assert (verified.scope, verified.expires_in) == ("enroll read:authenticators remove:authenticators", 600)
    app = sdk.enroll(token, "otp")
    user.secret = app.secret
    assert sdk.verify(token, otp=user.app_code()).access_token
    listed = [(one.authenticator_type, one.active, one.oob_channel, one.type) for one in sdk.list(token)]
    assert listed == [("oob", True, "sms", "phone"), ("otp", True, None, "otp")]


def test_an_enrolled_user_answers_a_challenge_with_an_mfa_token(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    sdk = Sdk(tenant, application)
    before = user.sign_in(application)["access_token"]
    phone = sdk.enroll(before, "sms", phone_number=user.phone)
    sdk.verify(before, oob_code=phone.oob_code, binding_code=user.sms_code())
    token = user.mfa_token(application, audience=tenant.mfa_audience, scope=SCOPE)
    with pytest.raises(MfaEnrollmentError, match=r"User is already enrolled\."):
        sdk.enroll(token, "otp")
    (listed,) = sdk.list(token)
    challenge = sdk.challenge(token, "sms", authenticator_id=listed.id)
    assert (challenge.challenge_type, challenge.binding_method) == ("oob", "prompt")
    verified = sdk.verify(token, oob_code=challenge.oob_code, binding_code=user.sms_code())
    assert (verified.scope, verified.expires_in) == (SCOPE, 600)
    with pytest.raises(MfaChallengeError, match="does not support the requested challenge type"):
        sdk.challenge(token, "otp")


def test_an_invalid_token_raises_an_error_with_the_tenants_words(tenant: LocalTenant, application: Application) -> None:
    sdk = Sdk(tenant, application)
    with pytest.raises(MfaListAuthenticatorsError, match="Try getting a new token"):
        sdk.list("nothing")
    with pytest.raises(MfaChallengeError, match="Malformed mfa_token"):
        sdk.challenge("nothing", "otp")


def discovered(tenant: LocalTenant) -> dict[str, str]:
    found: dict[str, str] = tenant.http.get(tenant.url("/.well-known/openid-configuration")).json()
    return found


@pytest.fixture(params=["client_secret_post", "client_secret_basic"])
def method(request: pytest.FixtureRequest, tenant: LocalTenant, web: Application) -> Iterator[str]:
    """Set each method of client authentication for the application."""
    path = f"/clients/{web.client_id}"
    tenant.management("PATCH", path, {"token_endpoint_auth_method": request.param})
    yield request.param
    tenant.management("PATCH", path, {"token_endpoint_auth_method": "client_secret_post"})


def test_an_authorization_code_with_pkce(tenant: LocalTenant, web: Application, user: User, method: str) -> None:
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


def test_a_refusal_keeps_its_error_and_description(tenant: LocalTenant, web: Application) -> None:
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
        started = client.fetch_token(
            endpoint, username=user.email, password=PASSWORD, audience=tenant.mfa_audience, scope=SCOPE
        )
        assert (started["scope"], started["expires_in"]) == (SCOPE, 600)
        user.secret = client.post(tenant.url("/mfa/associate"), json={"authenticator_types": ["otp"]}).json()["secret"]
        confirmed = client.fetch_token(endpoint, grant_type=OTP, mfa_token=started["access_token"], otp=user.app_code())
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
