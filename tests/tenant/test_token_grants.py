"""Passwords, refresh tokens and application keys at the token endpoint: what they bring, and every refusal."""

from __future__ import annotations

import secrets
import time

import jwt
import pytest
from joserfc.jwk import RSAKey

from local_tenant.clock import Clock
from local_tenant.errors import NO_DEFAULT_DIRECTORY, Refused
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, TenantFileError, parse, read
from phone_inbox import Inbox
from tests.tenant.asking import (
    MFA,
    REALM_GRANT,
    by_password,
    challenge,
    enrol_by,
    mfa_token,
    refusal,
    tokens_of,
)
from tests.tenant.driving import Browser, Person, confirm_phone, create_person, enrol_app, enrol_phone, sign_in
from tests.tenant.running import Application, Running
from tests.tenant.test_journey import claims_of
from tests.tenant.test_refusals import met

BAD_REFRESH_TOKEN = (403, "invalid_grant", "Unknown or invalid refresh token.")


def refresh(tenant: Running, application: Application, token: str, **more: str) -> dict[str, str]:
    return application.body(grant_type="refresh_token", refresh_token=token, **more)


def test_a_password_brings_tokens(tenant: Running, application: Application, person: Person) -> None:
    tokens = tokens_of(by_password(person, application))
    assert (tokens["scope"], tokens["expires_in"]) == ("openid profile email address phone", 86_400)
    assert tokens["access_token"].count(".") == 0
    for_mfa = tokens_of(by_password(person, application, audience=tenant.mfa_audience, scope=MFA))
    assert (for_mfa["scope"], for_mfa["expires_in"], "refresh_token" in for_mfa) == (MFA, 600, False)
    claims = claims_of(tenant, for_mfa["access_token"], tenant.mfa_audience)
    assert (claims["sub"], claims["gty"]) == (person.user_id, "password")
    connection = tenant.settings["AUTH0_CONNECTION"]
    assert by_password(person, application, realm=connection).status_code == 200
    assert by_password(person, application, grant_type=REALM_GRANT, realm=connection).status_code == 200


def test_what_is_wrong_with_a_password_request(tenant: Running, web: Application, person: Person) -> None:
    wrong_password = (403, "invalid_grant", "Wrong email or password.")
    assert met(by_password(person, web, password="Wrong-Horse-9")) == wrong_password
    assert met(by_password(person, web, username="nobody@example.test")) == wrong_password
    assert met(by_password(person, web, password="")) == (
        400, "invalid_request", "Missing required parameter: password",
    )  # fmt: skip
    assert met(by_password(person, web, grant_type=REALM_GRANT)) == (
        400, "invalid_request", "Missing required parameter: realm",
    )  # fmt: skip
    assert met(by_password(person, web, realm="Elsewhere"))[:2] == (400, "invalid_request")
    assert met(by_password(person, web, audience="https://no")) == (
        403, "access_denied", "Service not found: https://no",
    )  # fmt: skip
    tenant.operator("PATCH", f"/users/{person.user_id}", {"blocked": True})
    assert met(by_password(person, web)) == (403, "unauthorized", "user is blocked")
    machine = tenant.application("management").body(grant_type="password", username="x", password="y")
    assert met(tenant.token(machine)) == (
        403, "unauthorized_client", "Grant type 'password' not allowed for the client.",
    )  # fmt: skip


def test_a_password_alone_is_not_enough_for_who_is_enrolled(
    tenant: Running, web: Application, spa: Application, person: Person
) -> None:
    enrol_phone(person, web)
    enrol_app(person, web)
    answer = by_password(person, web, audience=tenant.mfa_audience, scope=MFA)
    assert refusal(answer) == (403, "mfa_required", "Multifactor authentication required")
    assert "WWW-Authenticate" not in answer.headers
    body = answer.json()
    assert body["mfa_token"].startswith("Fe26.2*")
    assert body["mfa_requirements"] == {"challenge": [{"type": "phone"}, {"type": "otp"}]}
    assert mfa_token(person, web, audience=tenant.mfa_audience) != body["mfa_token"]
    assert by_password(person, web).status_code == 200  # the policy is never, and this is another API


def test_the_policy_for_all_applications_asks_everybody(full: Running) -> None:
    web, person = full.application("web"), create_person(full)
    answer = by_password(person, web)
    assert refusal(answer) == (403, "mfa_required", "Multifactor authentication required")
    assert answer.json()["mfa_requirements"] == {
        "enroll": [{"type": "otp"}, {"type": "phone"}, {"type": "push-notification"}, {"type": "email"}]
    }
    enrol_by(person, web, "sms")
    with Browser(full, web) as browser:
        assert browser.give_password(person, audience=None).path == "/u/mfa-sms-challenge"
    policies = full.operator("GET", "/guardian/policies")
    assert policies.json() == ["all-applications"]


def test_refresh_tokens_rotate_and_one_used_twice_ends_the_family(
    tenant: Running, application: Application, person: Person
) -> None:
    first = tokens_of(by_password(person, application, scope="openid profile email offline_access"))
    assert first["scope"] == "openid profile email offline_access"
    second = tokens_of(tenant.token(refresh(tenant, application, first["refresh_token"], scope="openid email more")))
    assert second["scope"] == "openid email offline_access"
    assert claims_of(tenant, second["id_token"], application.client_id)["sub"] == person.user_id
    third = tokens_of(tenant.token(refresh(tenant, application, second["refresh_token"])))
    assert third["scope"] == first["scope"]
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    assert met(tenant.token(refresh(tenant, application, first["refresh_token"]))) == BAD_REFRESH_TOKEN
    assert met(tenant.token(refresh(tenant, application, third["refresh_token"]))) == BAD_REFRESH_TOKEN


def test_what_is_wrong_with_a_refresh_request(
    tenant: Running, web: Application, spa: Application, person: Person
) -> None:
    assert met(tenant.token(web.body(grant_type="refresh_token"))) == (
        400, "invalid_request", "Missing required parameter: refresh_token",
    )  # fmt: skip
    assert met(tenant.token(refresh(tenant, web, "never-issued"))) == BAD_REFRESH_TOKEN
    token = sign_in(person, web, audience=None, scope="openid offline_access")["refresh_token"]
    assert met(tenant.token(refresh(tenant, spa, token))) == BAD_REFRESH_TOKEN
    tenant.operator("PATCH", f"/users/{person.user_id}", {"blocked": True})
    assert met(tenant.token(refresh(tenant, web, token))) == (403, "invalid_grant", "user is blocked")
    tenant.operator("DELETE", f"/users/{person.user_id}")
    assert met(tenant.token(refresh(tenant, web, token))) == BAD_REFRESH_TOKEN


def test_a_refresh_token_without_the_second_factor_does_not_open_the_mfa_api(
    tenant: Running, spa: Application, person: Person
) -> None:
    scope = f"{MFA} offline_access"
    before = sign_in(person, spa, scope=scope)["refresh_token"]
    before = tokens_of(tenant.token(refresh(tenant, spa, before)))["refresh_token"]
    enrol_phone(person, spa)
    answer = tenant.token(refresh(tenant, spa, before))
    assert refusal(answer)[:2] == (403, "mfa_required")
    assert answer.json()["mfa_requirements"] == {"challenge": [{"type": "phone"}]}
    token = answer.json()["mfa_token"]
    oob = challenge(person, spa, token).json()["oob_code"]
    settled = tokens_of(confirm_phone(person, spa, token, oob, person.last_text()))
    assert tenant.token(refresh(tenant, spa, settled["refresh_token"])).status_code == 200
    assert refusal(tenant.token(refresh(tenant, spa, before)))[:2] == (403, "mfa_required")
    after = sign_in(person, spa, scope=scope)["refresh_token"]
    tokens = tokens_of(tenant.token(refresh(tenant, spa, after)))
    assert (tokens["scope"], tokens["expires_in"]) == (scope, 600)
    assert claims_of(tenant, tokens["id_token"], spa.client_id)["amr"] == ["mfa"]


def signed(tenant: Running, application: Application, **changes: object) -> dict[str, str]:
    """A machine's request, proved by its signature."""
    now = int(time.time())
    claims = {
        "iss": application.client_id, "sub": application.client_id, "aud": tenant.url("/"), "iat": now,
        "exp": now + 60, "jti": secrets.token_hex(8),
    } | changes  # fmt: skip
    return {
        "grant_type": "client_credentials", "audience": tenant.url("/api/v2/"),
        "client_assertion": jwt.encode(claims, tenant.settings["AUTH0_JWT_CLIENT_KEY"], algorithm="RS256"),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"}, {"sub": "another"}, {"aud": "https://elsewhere/"}, {"aud": [{}]}, {"exp": 1},
        {"exp": "soon"},
    ],
)  # fmt: skip
def test_an_assertion_must_be_right_in_every_part(full: Running, changes: dict[str, object]) -> None:
    machine = full.application("jwt")
    assert met(full.token(signed(full, machine, **changes) | {"client_id": machine.client_id})) == (
        401, "access_denied", "Unauthorized",
    )  # fmt: skip


def test_an_application_proves_itself_with_its_key(full: Running) -> None:
    machine, refused = full.application("jwt"), (401, "access_denied", "Unauthorized")
    once = signed(full, machine)
    assert tokens_of(full.token(once))["scope"] == "read:users"
    assert met(full.token(once)) == refused
    assert full.token(signed(full, machine, aud=full.url("/oauth/token"))).status_code == 200
    foreign = jwt.encode({"sub": machine.client_id}, "a secret that is long enough for anybody", algorithm="HS256")
    for assertion in (foreign, "x", "a.b.c", ""):
        assert met(full.token(signed(full, machine) | {"client_assertion": assertion})) == refused
    assert met(full.token(machine.body(grant_type="client_credentials", client_secret="x"))) == refused
    shown = full.operator("GET", f"/clients/{machine.client_id}").json()
    assert (shown["token_endpoint_auth_method"], "client_secret" in shown) == (None, False)


def test_a_machine_needs_a_client_grant(full: Running) -> None:
    web = full.application("web")
    grants = ["authorization_code", "client_credentials"]
    before = full.operator("GET", f"/clients/{web.client_id}").json()["grant_types"]
    full.operator("PATCH", f"/clients/{web.client_id}", {"grant_types": grants})
    audience = full.url("/api/v2/")
    assert met(full.token(web.body(grant_type="client_credentials", audience=audience))) == (
        403, "access_denied",
        f'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this API. '
        "See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants",
    )  # fmt: skip
    full.operator("PATCH", f"/clients/{web.client_id}", {"grant_types": before})


def test_without_a_default_directory_a_realm_is_needed() -> None:
    text = read(DEFAULT).replace('default_directory = "Username-Password-Authentication"', "")
    tenant = Tenant(parse(text), "localhost:1", Clock(), Inbox(), [])
    with pytest.raises(Refused) as refused:
        tenant.password_grant.check_realm(None)
    assert refused.value.row is NO_DEFAULT_DIRECTORY
    tenant.password_grant.check_realm("Username-Password-Authentication")


def test_a_tenant_file_can_hold_the_public_half_alone() -> None:
    public = RSAKey.generate_key(2048).as_pem(private=False).decode()
    method = 'token_endpoint_auth_method = "private_key_jwt"\n'
    application = parse(read(DEFAULT).replace(method, f"{method}public_key = '''{public}'''\n")).applications["jwt"]
    assert (application.public_key, application.private_key, application.client_secret) == (public, None, None)
    with pytest.raises(TenantFileError, match=r"applications\.jwt\.public_key: expected an RSA key in PEM"):
        parse(read(DEFAULT).replace(method, f'{method}public_key = "x"\n'))
    with pytest.raises(TenantFileError, match="message_types: 'fax' is not known"):
        parse(read(DEFAULT).replace('["sms"]', '["fax"]'))
