"""Use the local tenant with Python clients: auth0-python, auth0-server-python and Authlib."""

from __future__ import annotations

import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier
from tests.tenant.client import PASSWORD, SCOPE, Application, Tenant, User
import asyncio
import warnings
from collections.abc import Callable
from typing import Any
from tests.tenant.client import SCOPE, Application, Tenant, User, wrong
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from tests.tenant.client import OTP, PASSWORD, SCOPE, Application, Tenant, User


# A docstring of this client's own is not quite Python, and it leaves connections open; that is no business of ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore:invalid escape sequence"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def get_token(tenant: Tenant, application: Application) -> GetToken:
    return GetToken(tenant.settings["AUTH0_DOMAIN"], application.client_id, client_secret=application.client_secret)


def test_a_user_signs_in_with_pkce_and_the_id_token_verifies(tenant: Tenant, spa: Application, user: User) -> None:
    with tenant.browser(spa) as browser:
        at = browser.give_password(user)
        assert at.callback is not None
        tokens = get_token(tenant, spa).authorization_code_pkce(browser.verifier, at.callback["code"], spa.callback)
        issuer = tenant.url("/")
        keys = AsymmetricSignatureVerifier(tenant.url("/.well-known/jwks.json"))
        claims = TokenVerifier(keys, issuer, spa.client_id).verify(tokens["id_token"], nonce=browser.nonce)
    assert claims["sub"] == user.user_id
    assert tokens["expires_in"] == 600


def test_a_password_is_enough_until_the_user_is_enrolled(tenant: Tenant, web: Application, user: User) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    tokens = client.login(user.email, PASSWORD, realm=realm, scope="openid profile")
    assert (tokens["scope"], tokens["token_type"], tokens["expires_in"]) == ("openid profile", "Bearer", 86_400)
    with pytest.raises(Auth0Error) as met:
        client.login(user.email, "wrong", realm=realm)
    assert (met.value.status_code, met.value.error_code) == (403, "invalid_grant")
    user.enroll("sms", web)
    with pytest.raises(Auth0Error) as met:
        client.login(user.email, PASSWORD, realm=realm, audience=tenant.mfa_audience, scope=SCOPE)
    assert (met.value.status_code, met.value.error_code) == (403, "mfa_required")
    assert met.value.content["mfa_token"].startswith("Fe26.2*")
    assert met.value.content["mfa_requirements"] == {"challenge": [{"type": "phone"}]}


def test_a_refresh_token_goes_round(tenant: Tenant, web: Application, user: User) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    first = client.login(user.email, PASSWORD, realm=realm, scope="openid offline_access")["refresh_token"]
    assert client.refresh_token(first)["refresh_token"] != first


def test_a_program_gets_a_token_and_a_wrong_one_its_refusal(tenant: Tenant) -> None:
    deploy = tenant.application("deploy")
    audience = tenant.url("/api/v2/")
    token = get_token(tenant, deploy).client_credentials(audience)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 86_400)
    wrong = GetToken(tenant.settings["AUTH0_DOMAIN"], deploy.client_id, client_secret="wrong")
    with pytest.raises(Auth0Error) as met:
        wrong.client_credentials(audience)
    assert (met.value.status_code, met.value.error_code, met.value.message) == (401, "access_denied", "Unauthorized")


with warnings.catch_warnings(record=True):  # while it loads it uses what its own libraries advise against
    warnings.simplefilter("always")
    from auth0_server_python.auth_server.mfa_client import MfaClient
    from auth0_server_python.error import (
        MfaChallengeError,
        MfaEnrollmentError,
        MfaListAuthenticatorsError,
        MfaVerifyError,
    )


class Sdk:
    """The client, called from tests that are not async; tokens go in as it wants them, wrapped by itself."""

    def __init__(self, tenant: Tenant, application: Application) -> None:
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
def application(request: pytest.FixtureRequest, tenant: Tenant) -> Application:
    return tenant.application(request.param)


def test_a_user_enrolls_both_factors_with_the_token_of_a_sign_in(
    tenant: Tenant, application: Application, user: User
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


def test_an_enrolled_user_is_challenged_with_the_opaque_token(
    tenant: Tenant, application: Application, user: User
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


def test_a_token_that_is_none_is_told_in_the_tenants_words(tenant: Tenant, application: Application) -> None:
    sdk = Sdk(tenant, application)
    with pytest.raises(MfaListAuthenticatorsError, match="Try getting a new token"):
        sdk.list("nothing")
    with pytest.raises(MfaChallengeError, match="Malformed mfa_token"):
        sdk.challenge("nothing", "otp")


def discovered(tenant: Tenant) -> dict[str, str]:
    found: dict[str, str] = tenant.http.get(tenant.url("/.well-known/openid-configuration")).json()
    return found


@pytest.fixture(params=["client_secret_post", "client_secret_basic"])
def method(request: pytest.FixtureRequest, tenant: Tenant, web: Application) -> Iterator[str]:
    """Each way to prove a secret, on the application itself."""
    path = f"/clients/{web.client_id}"
    tenant.api("PATCH", path, {"token_endpoint_auth_method": request.param})
    yield request.param
    tenant.api("PATCH", path, {"token_endpoint_auth_method": "client_secret_post"})


def test_code_with_pkce(tenant: Tenant, web: Application, user: User, method: str) -> None:
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


def test_client_credentials(tenant: Tenant) -> None:
    deploy = tenant.application("deploy")
    with OAuth2Session(
        deploy.client_id, deploy.client_secret, token_endpoint_auth_method="client_secret_post"
    ) as client:
        token = client.fetch_token(
            discovered(tenant)["token_endpoint"], grant_type="client_credentials", audience=tenant.url("/api/v2/")
        )
        assert "read:users" in token["scope"].split()
        assert client.get(tenant.url("/api/v2/users")).status_code == 200


def test_a_refusal_keeps_its_name_and_words(tenant: Tenant, web: Application) -> None:
    with OAuth2Session(web.client_id, web.client_secret, token_endpoint_auth_method="client_secret_post") as client:
        with pytest.raises(OAuthError) as met:
            client.fetch_token(
                discovered(tenant)["token_endpoint"], grant_type="authorization_code", code="nonsense",
                redirect_uri=web.callback, code_verifier="x" * 43,
            )  # fmt: skip
        assert (met.value.error, met.value.description) == ("invalid_grant", "Invalid authorization code")
        assert "nonsense" not in json.dumps(tenant.control("GET", "/requests").json())


def test_a_user_signs_in_by_password_enrolls_an_app_lists_and_removes_it(
    tenant: Tenant, web: Application, user: User
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
