"""Passwords, refresh tokens and application keys at the token endpoint: what they bring, and every refusal."""

from __future__ import annotations

import secrets
import time

import jwt
import pytest
from joserfc.jwk import RSAKey

from local_tenant.tenant_file import DEFAULT, TenantFileError, parse, read
from tests.tenant.client import REALM_GRANT, SCOPE, Application, LocalTenant, User, refusal, tokens_of

BAD_REFRESH_TOKEN = (403, "invalid_grant", "Unknown or invalid refresh token.")


def refresh(tenant: LocalTenant, application: Application, token: str, **more: str) -> dict[str, str]:
    return application.body(grant_type="refresh_token", refresh_token=token, **more)


def test_a_password_brings_tokens(tenant: LocalTenant, application: Application, user: User) -> None:
    tokens = tokens_of(user.password_grant(application))
    assert (tokens["scope"], tokens["expires_in"]) == ("openid profile email address phone", 86_400)
    assert tokens["access_token"].count(".") == 0
    for_mfa = tokens_of(user.password_grant(application, audience=tenant.mfa_audience, scope=SCOPE))
    assert (for_mfa["scope"], for_mfa["expires_in"], "refresh_token" in for_mfa) == (SCOPE, 600, False)
    claims = tenant.claims(for_mfa["access_token"], tenant.mfa_audience)
    assert (claims["sub"], claims["gty"]) == (user.user_id, "password")
    connection = tenant.settings["AUTH0_CONNECTION"]
    assert user.password_grant(application, realm=connection).status_code == 200
    assert user.password_grant(application, grant_type=REALM_GRANT, realm=connection).status_code == 200


def test_a_password_alone_is_not_enough_for_who_is_enrolled(
    tenant: LocalTenant, web: Application, spa: Application, user: User
) -> None:
    user.enroll("sms", web)
    user.enroll("otp", web)
    answer = user.password_grant(web, audience=tenant.mfa_audience, scope=SCOPE)
    assert refusal(answer) == (403, "mfa_required", "Multifactor authentication required")
    assert "WWW-Authenticate" not in answer.headers
    body = answer.json()
    assert body["mfa_token"].startswith("Fe26.2*")
    assert body["mfa_requirements"] == {"challenge": [{"type": "phone"}, {"type": "otp"}]}
    assert user.mfa_token(web, audience=tenant.mfa_audience) != body["mfa_token"]
    assert user.password_grant(web).status_code == 200  # the policy is never, and this is another API


def test_the_policy_for_all_applications_asks_everybody(full: LocalTenant) -> None:
    web, user = full.application("web"), full.user()
    answer = user.password_grant(web)
    assert refusal(answer) == (403, "mfa_required", "Multifactor authentication required")
    assert answer.json()["mfa_requirements"] == {
        "enroll": [{"type": "otp"}, {"type": "phone"}, {"type": "push-notification"}, {"type": "email"}]
    }
    user.enroll_first("sms", web)
    with full.browser(web) as browser:
        assert browser.give_password(user, audience=None).path == "/u/mfa-sms-challenge"
    policies = full.management("GET", "/guardian/policies")
    assert policies.json() == ["all-applications"]


def test_refresh_tokens_rotate_and_one_used_twice_ends_the_family(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    first = tokens_of(user.password_grant(application, scope="openid profile email offline_access"))
    assert first["scope"] == "openid profile email offline_access"
    second = tokens_of(tenant.token(refresh(tenant, application, first["refresh_token"], scope="openid email more")))
    assert second["scope"] == "openid email offline_access"
    assert tenant.claims(second["id_token"], application.client_id)["sub"] == user.user_id
    third = tokens_of(tenant.token(refresh(tenant, application, second["refresh_token"])))
    assert third["scope"] == first["scope"]
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    assert refusal(tenant.token(refresh(tenant, application, first["refresh_token"]))) == BAD_REFRESH_TOKEN
    assert refusal(tenant.token(refresh(tenant, application, third["refresh_token"]))) == BAD_REFRESH_TOKEN


def test_a_refresh_token_without_the_second_factor_does_not_open_the_mfa_api(
    tenant: LocalTenant, spa: Application, user: User
) -> None:
    scope = f"{SCOPE} offline_access"
    before = user.sign_in(spa, scope=scope)["refresh_token"]
    before = tokens_of(tenant.token(refresh(tenant, spa, before)))["refresh_token"]
    user.enroll("sms", spa)
    answer = tenant.token(refresh(tenant, spa, before))
    assert refusal(answer)[:2] == (403, "mfa_required")
    assert answer.json()["mfa_requirements"] == {"challenge": [{"type": "phone"}]}
    token = answer.json()["mfa_token"]
    oob = user.challenge(spa, token).json()["oob_code"]
    settled = tokens_of(user.confirm(spa, token, oob, user.sms_code()))
    assert tenant.token(refresh(tenant, spa, settled["refresh_token"])).status_code == 200
    assert refusal(tenant.token(refresh(tenant, spa, before)))[:2] == (403, "mfa_required")
    after = user.sign_in(spa, scope=scope)["refresh_token"]
    tokens = tokens_of(tenant.token(refresh(tenant, spa, after)))
    assert (tokens["scope"], tokens["expires_in"]) == (scope, 600)
    assert tenant.claims(tokens["id_token"], spa.client_id)["amr"] == ["mfa"]


def signed(tenant: LocalTenant, application: Application, **changes: object) -> dict[str, str]:
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
def test_an_assertion_must_be_right_in_every_part(full: LocalTenant, changes: dict[str, object]) -> None:
    machine = full.application("jwt")
    assert refusal(full.token(signed(full, machine, **changes) | {"client_id": machine.client_id})) == (
        401, "access_denied", "Unauthorized",
    )  # fmt: skip


def test_an_application_proves_itself_with_its_key(full: LocalTenant) -> None:
    machine, refused = full.application("jwt"), (401, "access_denied", "Unauthorized")
    once = signed(full, machine)
    assert tokens_of(full.token(once))["scope"] == "read:users"
    assert refusal(full.token(once)) == refused
    assert full.token(signed(full, machine, aud=full.url("/oauth/token"))).status_code == 200
    foreign = jwt.encode({"sub": machine.client_id}, "a secret that is long enough for anybody", algorithm="HS256")
    for assertion in (foreign, "x", "a.b.c", ""):
        assert refusal(full.token(signed(full, machine) | {"client_assertion": assertion})) == refused
    assert refusal(full.token(machine.body(grant_type="client_credentials", client_secret="x"))) == refused
    shown = full.management("GET", f"/clients/{machine.client_id}").json()
    assert (shown["token_endpoint_auth_method"], "client_secret" in shown) == (None, False)


def test_a_tenant_file_can_hold_the_public_half_alone() -> None:
    public = RSAKey.generate_key(2048).as_pem(private=False).decode()
    method = 'token_endpoint_auth_method = "private_key_jwt"\n'
    application = parse(read(DEFAULT).replace(method, f"{method}public_key = '''{public}'''\n")).applications["jwt"]
    assert (application.public_key, application.private_key, application.client_secret) == (public, None, None)
    with pytest.raises(TenantFileError, match=r"applications\.jwt\.public_key: expected an RSA key in PEM"):
        parse(read(DEFAULT).replace(method, f'{method}public_key = "x"\n'))
    with pytest.raises(TenantFileError, match="message_types: 'fax' is not known"):
        parse(read(DEFAULT).replace('["sms"]', '["fax"]'))
