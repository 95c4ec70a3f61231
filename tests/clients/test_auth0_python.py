"""Use the local tenant with auth0-python: token endpoint, ID token verifier and Management API."""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier
from auth0.management import AsyncManagementClient, ManagementClient
from auth0.management.core.api_error import ApiError
from auth0.management.types import SetUserAuthenticationMethods, UpdateEnabledClientConnectionsRequestContentItem

from tests.tenant.client import PASSWORD, SCOPE, Application, LocalTenant, User

# The library has an invalid escape sequence in a docstring, and leaves connections open.
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


def test_the_password_grant_succeeds_until_the_user_is_enrolled(
    tenant: LocalTenant, web: Application, user: User
) -> None:
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


def test_a_refresh_token_is_replaced_when_it_is_used(tenant: LocalTenant, web: Application, user: User) -> None:
    client, realm = get_token(tenant, web), tenant.settings["AUTH0_CONNECTION"]
    first = client.login(user.email, PASSWORD, realm=realm, scope="openid offline_access")["refresh_token"]
    assert client.refresh_token(first)["refresh_token"] != first


def test_client_credentials_give_a_token_and_wrong_ones_a_refusal(tenant: LocalTenant) -> None:
    deploy = tenant.application("deploy")
    audience = tenant.url("/api/v2/")
    token = get_token(tenant, deploy).client_credentials(audience)
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 86_400)
    wrong = GetToken(tenant.settings["AUTH0_DOMAIN"], deploy.client_id, client_secret="wrong")
    with pytest.raises(Auth0Error) as met:
        wrong.client_credentials(audience)
    assert (met.value.status_code, met.value.error_code, met.value.message) == (401, "access_denied", "Unauthorized")


API = "https://orders.test/"


@pytest.fixture
def management(tenant: LocalTenant) -> Iterator[ManagementClient]:
    deploy = tenant.application("deploy")
    client = ManagementClient(
        domain=tenant.settings["AUTH0_DOMAIN"], client_id=deploy.client_id, client_secret=deploy.client_secret
    )
    yield client
    client._api._client_wrapper.httpx_client.httpx_client.close()
    del client
    gc.collect()  # warns about open connections here, not in another test


def test_a_user_is_created_found_changed_and_deleted(tenant: LocalTenant, management: ManagementClient) -> None:
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


def test_factors_and_authentication_methods_are_listed(
    tenant: LocalTenant, management: ManagementClient, web: Application, user: User
) -> None:
    assert [one.name for one in management.guardian.factors.list() if one.enabled] == ["sms", "otp"]
    assert management.guardian.factors.set("otp", enabled=True).enabled is True
    user.enroll("sms", web)
    (phone,) = management.users.authentication_methods.list(user.user_id)
    assert (phone.type, phone.confirmed, phone.preferred_authentication_method) == ("phone", True, "sms")
    management.users.authentication_methods.delete(user.user_id, phone.id)
    assert list(management.users.authentication_methods.list(user.user_id)) == []


def test_applications_are_listed_and_changed(management: ManagementClient, spa: Application) -> None:
    assert spa.client_id in [one.client_id for one in management.clients.list(per_page=2)]
    assert management.clients.get(spa.client_id).app_type == "spa"
    changed = management.clients.update(spa.client_id, web_origins=["https://spa.test"])
    assert changed.web_origins == ["https://spa.test"]
    with pytest.raises(ApiError) as met:
        management.clients.get("nobody")
    assert met.value.body["errorCode"] == "inexistent_client"


def test_the_log_is_read_and_blocks_are_removed(
    tenant: LocalTenant, management: ManagementClient, web: Application, user: User
) -> None:
    user.enroll("sms", web)
    events = [one.type for one in management.users.logs.list(user.user_id, per_page=2)]
    assert events[:2] == ["seoobft", "gd_enrollment_complete"]
    assert len(events) == 6
    found = management.logs.list(search=f'type:"gd_enrollment_complete" AND user_id:"{user.user_id}"')
    assert [one.user_name for one in found] == [user.email]
    assert management.user_blocks.list_by_identifier(identifier=user.email).blocked_for == []
    management.user_blocks.delete(user.user_id)


def test_the_client_waits_for_the_end_of_a_rate_limit(
    tenant: LocalTenant, management: ManagementClient, user: User
) -> None:
    assert management.users.get(user.user_id).email == user.email
    seen = tenant.controls("GET", "/requests").json()[-1]["seq"]
    tenant.controls("POST", "/outages", {"path": "/api/v2/users/", "response": 429})
    assert management.users.get(user.user_id).email == user.email
    statuses = [one["status"] for one in tenant.controls("GET", f"/requests?after={seen}").json()]
    assert statuses == [429, 200]


@pytest.fixture
def crowded(tenant: LocalTenant, management: ManagementClient, web: Application, user: User) -> Iterator[User]:
    """Create a user with two authentication methods and a log, other users, an API and a connection."""
    for _ in range(2):
        tenant.user()
    user.enroll("sms", web)
    management.users.authentication_methods.create(user.user_id, type="totp", name="app")
    api = management.resource_servers.create(identifier=API, name="Orders")
    connection = management.connections.create(
        name="orders", strategy="auth0", enabled_clients=[web.client_id, tenant.application("spa").client_id]
    )
    yield user
    management.resource_servers.delete(api.id)
    management.connections.delete(connection.id)


def connection_id(tenant: LocalTenant) -> str:
    return next(str(one["id"]) for one in tenant.management("GET", "/connections").json() if one["name"] == "orders")


LISTS: dict[str, tuple[str, str, Callable[[Any, User], Any]]] = {
    "users": ("/users?per_page=100", "user_id", lambda client, _: client.users.list(per_page=2)),
    "methods": (
        "/users/{user}/authentication-methods", "id",
        lambda client, who: client.users.authentication_methods.list(who.user_id, per_page=1),
    ),
    "logs of a user": (
        "/users/{user}/logs", "log_id", lambda client, who: client.users.logs.list(who.user_id, per_page=2)
    ),
    "log": (
        '/logs?q=user_id:"{user}"', "log_id",
        lambda client, who: client.logs.list(search=f'user_id:"{who.user_id}"', per_page=2),
    ),
    "clients": ("/clients", "client_id", lambda client, _: client.clients.list(per_page=3)),
    "APIs": ("/resource-servers", "id", lambda client, _: client.resource_servers.list(per_page=1)),
    "client grants": ("/client-grants", "id", lambda client, _: client.client_grants.list(take=1)),
    "connections": ("/connections", "id", lambda client, _: client.connections.list(take=1)),
    "clients of a connection": (
        "/connections/{connection}/clients", "client_id",
        lambda client, who: client.connections.clients.get(connection_id(who.tenant), take=1),
    ),
}  # fmt: skip
"""For each list: the path of the whole list, the key of an entry, and the client's list in small pages.

Lists with `take` use checkpoint pagination.
"""


@pytest.mark.parametrize("what", LISTS)
def test_the_pages_of_a_list_contain_every_entry_once(
    tenant: LocalTenant, management: ManagementClient, crowded: User, what: str
) -> None:
    """With the synchronous client and the asynchronous one."""
    path, key, listing = LISTS[what]
    shown = tenant.management("GET", path.format(user=crowded.user_id, connection=connection_id(tenant))).json()
    whole = [one[key] for one in (shown if isinstance(shown, list) else shown["clients"])]
    assert len(whole) > 1
    assert [getattr(one, key) for one in listing(management, crowded)] == whole
    assert len(list(listing(management, crowded).iter_pages())) > 1
    assert asyncio.run(keys_of_all_pages(tenant, crowded, key, listing)) == whole


async def keys_of_all_pages(
    tenant: LocalTenant, user: User, key: str, listing: Callable[[Any, User], Any]
) -> list[str]:
    deploy = tenant.application("deploy")
    async with httpx.AsyncClient() as http:
        client = AsyncManagementClient(
            domain=tenant.settings["AUTH0_DOMAIN"], client_id=deploy.client_id, client_secret=deploy.client_secret,
            httpx_client=http,
        )  # fmt: skip
        return [getattr(one, key) async for one in await listing(client, user)]


def test_users_are_sorted_searched_and_limited_to_fields(management: ManagementClient, crowded: User) -> None:
    addresses = [one.email for one in management.users.list(sort="email:-1", per_page=2, fields="email")]
    assert addresses == sorted(addresses, reverse=True)
    (found,) = management.users.list(q=f'email:"{crowded.email}"', search_engine="v3", fields="user_id")
    assert (found.user_id, found.email) == (crowded.user_id, None)
    with pytest.raises(ApiError) as met:
        management.users.list(sort="password:1")
    assert met.value.body["errorCode"] == "invalid_query_string"


def test_sessions_are_listed_and_removed(management: ManagementClient, user: User, web: Application) -> None:
    with user.tenant.browser(web) as browser:
        browser.give_password(user)
        (session,) = management.users.sessions.list(user.user_id, take=1)
        assert management.sessions.get(session.id).user_id == user.user_id
    assert list(management.users.refresh_token.list(user.user_id, take=1)) == []
    management.users.sessions.delete(user.user_id)
    assert list(management.users.sessions.list(user.user_id)) == []


def test_authentication_methods_are_created_changed_replaced_and_removed(
    management: ManagementClient, user: User
) -> None:
    methods, user_id = management.users.authentication_methods, user.user_id
    phone = methods.create(user_id, type="phone", name="work", phone_number="+15551112222")
    assert (phone.phone_number, methods.get(user_id, phone.id).phone_number) == ("+15551112222", "XXXXXXXX2222")
    methods.create(user_id, type="email", name="mail", email="mail@example.test")
    renamed = methods.update(user_id, phone.id, name="home", preferred_authentication_method="voice")
    assert (renamed.name, renamed.preferred_authentication_method) == ("home", "voice")
    (other,) = methods.set(
        user_id, request=[SetUserAuthenticationMethods(type="phone", phone_number="+15553334444", name="other")]
    )
    (enrolled,) = management.users.enrollments.get(user_id)
    assert (enrolled.status, enrolled.auth_method, enrolled.name) == ("confirmed", "sms", "other")
    assert management.guardian.enrollments.get(enrolled.id).phone_number == "XXXXXXXX4444"
    management.guardian.enrollments.delete(enrolled.id)
    with pytest.raises(ApiError) as met:
        methods.get(user_id, other.id)
    assert met.value.status_code == 404
    methods.create(user_id, type="totp", name="app", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    management.users.multifactor.delete_provider(user_id, "google-authenticator")
    methods.create(user_id, type="phone", name="last", phone_number="+15555556666")
    management.users.authenticators.delete_all(user_id)
    methods.delete_all(user_id)
    management.users.multifactor.invalidate_remember_browser(user_id)
    assert list(methods.list(user_id)) == []
    ticket = management.guardian.enrollments.create_ticket(user_id=user_id, send_mail=False, factor="otp")
    assert ticket.ticket_url.endswith(ticket.ticket_id)


def test_policies_and_phone_settings_are_read_and_changed(management: ManagementClient) -> None:
    guardian, phone = management.guardian, management.guardian.factors.phone
    assert guardian.policies.set(request=["all-applications"]) == guardian.policies.list() == ["all-applications"]
    assert guardian.policies.set(request=[]) == []
    assert phone.get_message_types().message_types == ["sms"]
    assert phone.set_message_types(message_types=["sms", "voice"]).message_types == ["sms", "voice"]
    phone.set_message_types(message_types=["sms"])
    words = phone.get_templates()
    phone.set_templates(enrollment_message="{{code}} new", verification_message="{{code}} again")
    assert phone.get_templates().verification_message == "{{code}} again"
    assert guardian.factors.sms.get_templates().enrollment_message == "{{code}} new"
    phone.set_templates(enrollment_message=words.enrollment_message, verification_message=words.verification_message)
    phone.set_twilio_provider(sid="AC1", auth_token="x", from_="+15550000000")
    assert phone.get_twilio_provider().from_ == "+15550000000"
    assert phone.set_provider(provider="twilio").provider == phone.get_selected_provider().provider == "twilio"
    assert phone.set_provider(provider="auth0").provider == "auth0"
    assert guardian.factors.push_notification.get_selected_provider().provider is None


def test_an_application_gets_tokens_for_an_api_by_its_client_grant(
    tenant: LocalTenant, management: ManagementClient, web: Application
) -> None:
    made = management.clients.create(name="program", app_type="non_interactive", client_metadata={"team": "a"})
    assert made.client_id not in [one.client_id for one in management.clients.list(app_type="regular_web,spa")]
    assert {one.is_first_party for one in management.clients.list(is_first_party=False, per_page=1)} == {False}
    changed = management.clients.update(made.client_id, description="orders", client_metadata={"kind": "b"})
    assert (changed.description, changed.client_metadata) == ("orders", {"team": "a", "kind": "b"})
    secret = management.clients.rotate_secret(made.client_id).client_secret
    assert secret != made.client_secret
    api = management.resource_servers.create(identifier=API, name="Orders", scopes=[{"value": "read:orders"}])
    assert [one.id for one in management.resource_servers.list(identifiers=API)] == [api.id]
    assert management.resource_servers.update(api.id, token_lifetime=60).token_lifetime == 60
    grant = management.client_grants.create(client_id=made.client_id, audience=API, scope=["read:orders"])
    assert [one.id for one in management.client_grants.list(client_id=made.client_id)] == [grant.id]
    program = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
    token = tenant.token(program | {"audience": API}).json()
    assert (token["scope"], token["expires_in"]) == ("read:orders", 60)
    assert management.client_grants.update(grant.id, scope=[]).scope == []
    management.client_grants.delete(grant.id)
    with pytest.raises(ApiError) as met:
        management.client_grants.get(grant.id)
    assert met.value.body["errorCode"] == "inexistent_client_grant"
    management.resource_servers.delete(api.id)
    management.clients.delete(made.client_id)


def test_the_clients_of_a_connection_are_changed(
    management: ManagementClient, web: Application, spa: Application
) -> None:
    made = management.connections.create(name="partners", strategy="auth0", enabled_clients=[spa.client_id])
    assert [one.id for one in management.connections.list(name="partners", strategy="auth0")] == [made.id]
    status = UpdateEnabledClientConnectionsRequestContentItem
    management.connections.clients.update(
        made.id, request=[status(client_id=web.client_id, status=True), status(client_id=spa.client_id, status=False)]
    )
    assert [one.client_id for one in management.connections.clients.get(made.id)] == [web.client_id]
    changed = management.connections.update(made.id, options={"disable_signup": True})
    assert changed.options["disable_signup"] is True
    management.connections.delete(made.id)
    with pytest.raises(ApiError) as met:
        management.connections.get(made.id)
    assert met.value.body["errorCode"] == "inexistent_connection"


def test_a_log_event_is_read_whole_or_in_part(management: ManagementClient, crowded: User) -> None:
    newest = next(iter(management.logs.list(per_page=1)))
    assert management.logs.get(newest.log_id).type == newest.type == "sapi"
    (part,) = management.logs.list(per_page=1, fields="type,log_id").items or []
    assert (part.type, part.ip) == ("sapi", None)


def test_settings_of_the_tenant_are_read_and_changed(management: ManagementClient, user: User) -> None:
    former = management.tenants.settings.get().friendly_name
    assert management.tenants.settings.update(friendly_name="Other").friendly_name == "Other"
    management.tenants.settings.update(friendly_name=former)
    protection = management.attack_protection
    assert protection.brute_force_protection.get().enabled is True
    assert protection.suspicious_ip_throttling.get().enabled is not None
    assert protection.breached_password_detection.get().enabled is False
    assert protection.bot_detection.get().bot_detection_level == "medium"
    assert protection.captcha.get().active_provider_id == "auth_challenge"
    assert management.prompts.get_settings().universal_login_experience == "new"
    assert list(management.user_grants.list(user_id=user.user_id)) == list(management.actions.list()) == []
