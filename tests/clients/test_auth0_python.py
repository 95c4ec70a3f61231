"""auth0-python: its token endpoint, its id_token verifier, its Management API client."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Iterator

import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier
from auth0.management import ManagementClient
from auth0.management.core.api_error import ApiError

from tests.tenant.asking import MFA
from tests.tenant.driving import PASSWORD, Browser, Person, enrol_phone
from tests.tenant.running import Application, Running

# A docstring of this client's own is not quite Python, and it leaves connections open; that is no business of ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore:invalid escape sequence"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def get_token(tenant: Running, application: Application) -> GetToken:
    return GetToken(tenant.settings["AUTH0_DOMAIN"], application.client_id, client_secret=application.client_secret)


@pytest.fixture
def management(tenant: Running) -> Iterator[ManagementClient]:
    deploy = tenant.application("deploy")
    client = ManagementClient(
        domain=tenant.settings["AUTH0_DOMAIN"], client_id=deploy.client_id, client_secret=deploy.client_secret
    )
    yield client
    client._api._client_wrapper.httpx_client.httpx_client.close()
    del client
    gc.collect()  # what it left open is met here, not in somebody else's test


def test_a_person_signs_in_with_pkce_and_the_id_token_verifies(
    tenant: Running, spa: Application, person: Person
) -> None:
    with Browser(tenant, spa) as browser:
        at = browser.give_password(person)
        assert at.callback is not None
        tokens = get_token(tenant, spa).authorization_code_pkce(browser.verifier, at.callback["code"], spa.callback)
        issuer = tenant.url("/")
        keys = AsymmetricSignatureVerifier(tenant.url("/.well-known/jwks.json"))
        claims = TokenVerifier(keys, issuer, spa.client_id).verify(tokens["id_token"], nonce=browser.nonce)
    assert claims["sub"] == person.user_id
    assert tokens["expires_in"] == 600


def test_a_password_is_enough_until_the_person_is_enrolled(tenant: Running, web: Application, person: Person) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    tokens = client.login(person.email, PASSWORD, realm=realm, scope="openid profile")
    assert (tokens["scope"], tokens["token_type"], tokens["expires_in"]) == ("openid profile", "Bearer", 86_400)
    with pytest.raises(Auth0Error) as met:
        client.login(person.email, "wrong", realm=realm)
    assert (met.value.status_code, met.value.error_code) == (403, "invalid_grant")
    enrol_phone(person, web)
    with pytest.raises(Auth0Error) as met:
        client.login(person.email, PASSWORD, realm=realm, audience=tenant.mfa_audience, scope=MFA)
    assert (met.value.status_code, met.value.error_code) == (403, "mfa_required")
    assert met.value.content["mfa_token"].startswith("Fe26.2*")
    assert met.value.content["mfa_requirements"] == {"challenge": [{"type": "phone"}]}


def test_a_refresh_token_goes_round(tenant: Running, web: Application, person: Person) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    first = client.login(person.email, PASSWORD, realm=realm, scope="openid offline_access")["refresh_token"]
    assert client.refresh_token(first)["refresh_token"] != first


def test_a_program_gets_a_token_and_a_wrong_one_its_refusal(tenant: Running) -> None:
    deploy = tenant.application("deploy")
    audience = tenant.url("/api/v2/")
    token = get_token(tenant, deploy).client_credentials(audience)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 86_400)
    wrong = GetToken(tenant.settings["AUTH0_DOMAIN"], deploy.client_id, client_secret="wrong")
    with pytest.raises(Auth0Error) as met:
        wrong.client_credentials(audience)
    assert (met.value.status_code, met.value.error_code, met.value.message) == (401, "access_denied", "Unauthorized")


def test_the_operator_makes_finds_changes_and_deletes_a_user(tenant: Running, management: ManagementClient) -> None:
    email = f"{secrets.token_hex(6)}@example.test"
    made = management.users.create(
        connection=tenant.settings["AUTH0_CONNECTION"], email=email, password=PASSWORD, verify_email=False
    )
    assert made.user_id is not None
    assert management.users.get(made.user_id).email == email
    assert [one.user_id for one in management.users.list_users_by_email(email=email)] == [made.user_id]
    assert made.user_id in [one.user_id for one in management.users.list(per_page=1)]
    assert management.users.update(made.user_id, blocked=True).blocked is True
    management.users.delete(made.user_id)
    with pytest.raises(ApiError) as met:
        management.users.get(made.user_id)
    assert met.value.status_code == 404
    assert met.value.body["errorCode"] == "inexistent_user"


def test_the_operator_sees_factors_and_authentication_methods(
    tenant: Running, management: ManagementClient, web: Application, person: Person
) -> None:
    assert [one.name for one in management.guardian.factors.list() if one.enabled] == ["sms", "otp"]
    assert management.guardian.factors.set("otp", enabled=True).enabled is True
    enrol_phone(person, web)
    (phone,) = management.users.authentication_methods.list(person.user_id)
    assert (phone.type, phone.confirmed, phone.preferred_authentication_method) == ("phone", True, "sms")
    management.users.authentication_methods.delete(person.user_id, phone.id)
    assert list(management.users.authentication_methods.list(person.user_id)) == []


def test_the_operator_sees_and_changes_applications(management: ManagementClient, spa: Application) -> None:
    assert spa.client_id in [one.client_id for one in management.clients.list(per_page=2)]
    assert management.clients.get(spa.client_id).app_type == "spa"
    changed = management.clients.update(spa.client_id, web_origins=["https://spa.test"])
    assert changed.web_origins == ["https://spa.test"]
    with pytest.raises(ApiError) as met:
        management.clients.get("nobody")
    assert met.value.body["errorCode"] == "inexistent_client"


def test_the_operator_reads_the_log_and_lifts_blocks(
    tenant: Running, management: ManagementClient, web: Application, person: Person
) -> None:
    enrol_phone(person, web)
    events = [one.type for one in management.users.logs.list(person.user_id, per_page=2)]
    assert events[:2] == ["seoobft", "gd_enrollment_complete"]
    assert len(events) == 6
    found = management.logs.list(search=f'type:"gd_enrollment_complete" AND user_id:"{person.user_id}"')
    assert [one.user_name for one in found] == [person.email]
    assert management.user_blocks.list_by_identifier(identifier=person.email).blocked_for == []
    management.user_blocks.delete(person.user_id)


def test_the_client_waits_out_a_rate_limit(tenant: Running, management: ManagementClient, person: Person) -> None:
    assert management.users.get(person.user_id).email == person.email
    seen = tenant.control("GET", "/requests").json()[-1]["seq"]
    tenant.control("POST", "/trouble", {"path": "/api/v2/users/", "answer": 429})
    assert management.users.get(person.user_id).email == person.email
    statuses = [one["status"] for one in tenant.control("GET", f"/requests?after={seen}").json()]
    assert statuses == [429, 200]
