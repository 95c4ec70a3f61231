"""auth0-python: its token endpoint, its id_token verifier."""

from __future__ import annotations

import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier

from tests.tenant.client import PASSWORD, SCOPE, Application, LocalTenant, User

# A docstring of this client's own is not quite Python, and it leaves connections open; that is no business of ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore:invalid escape sequence"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def get_token(tenant: LocalTenant, application: Application) -> GetToken:
    return GetToken(tenant.settings["AUTH0_DOMAIN"], application.client_id, client_secret=application.client_secret)


def test_a_user_signs_in_with_pkce_and_the_id_token_verifies(tenant: LocalTenant, spa: Application, user: User) -> None:
    with tenant.browser(spa) as browser:
        at = browser.give_password(user)
        assert at.callback is not None
        tokens = get_token(tenant, spa).authorization_code_pkce(browser.verifier, at.callback["code"], spa.callback)
        issuer = tenant.url("/")
        keys = AsymmetricSignatureVerifier(tenant.url("/.well-known/jwks.json"))
        claims = TokenVerifier(keys, issuer, spa.client_id).verify(tokens["id_token"], nonce=browser.nonce)
    assert claims["sub"] == user.user_id
    assert tokens["expires_in"] == 600


def test_a_password_is_enough_until_the_user_is_enrolled(tenant: LocalTenant, web: Application, user: User) -> None:
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


def test_a_refresh_token_goes_round(tenant: LocalTenant, web: Application, user: User) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    first = client.login(user.email, PASSWORD, realm=realm, scope="openid offline_access")["refresh_token"]
    assert client.refresh_token(first)["refresh_token"] != first


def test_a_program_gets_a_token_and_a_wrong_one_its_refusal(tenant: LocalTenant) -> None:
    deploy = tenant.application("deploy")
    audience = tenant.url("/api/v2/")
    token = get_token(tenant, deploy).client_credentials(audience)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 86_400)
    wrong = GetToken(tenant.settings["AUTH0_DOMAIN"], deploy.client_id, client_secret="wrong")
    with pytest.raises(Auth0Error) as met:
        wrong.client_credentials(audience)
    assert (met.value.status_code, met.value.error_code, met.value.message) == (401, "access_denied", "Unauthorized")
