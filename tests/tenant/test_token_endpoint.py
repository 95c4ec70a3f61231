"""The token endpoint: passwords, refresh tokens, keys of applications, the `mfa_token`, and further applications."""

from __future__ import annotations

import secrets
import time
from typing import Any

import jwt
import pytest
from joserfc.jwk import RSAKey

from local_tenant.tenant_file import TenantFileError, parse
from tests.tenant.client import (
    OTP,
    PASSWORD,
    REALM_GRANT,
    RECOVERY,
    SCOPE,
    Application,
    LocalTenant,
    User,
    refusal,
    tokens_of,
)  # fmt: skip
from tests.tenant.in_process import DEFAULT

SCOPES = "openid profile offline_access"
UNAUTHORIZED = (401, "access_denied", "Unauthorized")


@pytest.fixture
def ada(full: LocalTenant) -> User:
    return full.user()


def refresh(tenant: LocalTenant, application: Application, token: str, **more: str) -> dict[str, Any]:
    """Renew tokens, which must succeed, and return them."""
    return tokens_of(tenant.token(application.body(grant_type="refresh_token", refresh_token=token, **more)))


def test_the_password_grant_issues_tokens(tenant: LocalTenant, application: Application, user: User) -> None:
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


def test_mfa_required_for_an_enrolled_user(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("sms", web)
    user.enroll("otp", web)
    response = user.password_grant(web, audience=tenant.mfa_audience, scope=SCOPE)
    assert "WWW-Authenticate" not in response.headers
    assert response.json()["mfa_requirements"] == {"challenge": [{"type": "phone"}, {"type": "otp"}]}
    assert user.mfa_token(web, audience=tenant.mfa_audience) != response.json()["mfa_token"]
    assert user.password_grant(web).status_code == 200  # another API, and the policy is never


def test_mfa_required_by_the_policy_for_all_applications(full: LocalTenant, ada: User) -> None:
    assert ada.password_grant(full.web).json()["mfa_requirements"] == {
        "enroll": [{"type": "otp"}, {"type": "phone"}, {"type": "push-notification"}, {"type": "email"}]
    }
    ada.enroll_first("sms", full.web)
    with full.browser(full.web) as browser:
        assert browser.give_password(ada, audience=None).path == "/u/mfa-sms-challenge"
    assert full.manage("GET", "/guardian/policies") == ["all-applications"]


def test_refresh_tokens_rotate(tenant: LocalTenant, application: Application, user: User) -> None:
    first = tokens_of(user.password_grant(application, scope="openid profile email offline_access"))
    assert first["scope"] == "openid profile email offline_access"
    second = refresh(tenant, application, first["refresh_token"], scope="openid email more")
    assert second["scope"] == "openid email offline_access"
    assert tenant.claims(second["id_token"], application.client_id)["sub"] == user.user_id
    third = refresh(tenant, application, second["refresh_token"])
    assert third["scope"] == first["scope"]
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3


def test_a_refresh_token_from_before_mfa_gets_no_token_for_the_mfa_api(
    tenant: LocalTenant, spa: Application, user: User
) -> None:
    scope = f"{SCOPE} offline_access"
    before = user.sign_in(spa, scope=scope)["refresh_token"]
    before = refresh(tenant, spa, before)["refresh_token"]
    user.enroll("sms", spa)
    grant = spa.body(grant_type="refresh_token", refresh_token=before)
    refused = tenant.token(grant)
    assert refusal(refused)[:2] == (403, "mfa_required")
    assert refused.json()["mfa_requirements"] == {"challenge": [{"type": "phone"}]}
    token = refused.json()["mfa_token"]
    oob_code = user.challenge(spa, token).json()["oob_code"]
    answered = tokens_of(user.confirm(spa, token, oob_code, user.sms_code()))
    refresh(tenant, spa, answered["refresh_token"])
    assert refusal(tenant.token(grant))[:2] == (403, "mfa_required")
    tokens = refresh(tenant, spa, user.sign_in(spa, scope=scope)["refresh_token"])
    assert (tokens["scope"], tokens["expires_in"]) == (scope, 600)
    assert tenant.claims(tokens["id_token"], spa.client_id)["amr"] == ["mfa"]


def signed(tenant: LocalTenant, application: Application, **changes: object) -> dict[str, str]:
    """Return a token request of a machine, which is authenticated by a signed assertion."""
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
def test_an_assertion_with_a_wrong_claim_is_refused(full: LocalTenant, changes: dict[str, object]) -> None:
    machine = full.application("jwt")
    body = signed(full, machine, **changes) | {"client_id": machine.client_id}
    assert refusal(full.token(body)) == UNAUTHORIZED


def test_an_application_is_authenticated_by_its_key(full: LocalTenant) -> None:
    machine = full.application("jwt")
    once = signed(full, machine)
    assert tokens_of(full.token(once))["scope"] == "read:users"
    assert refusal(full.token(once)) == UNAUTHORIZED
    assert full.token(signed(full, machine, aud=full.url("/oauth/token"))).status_code == 200
    foreign = jwt.encode({"sub": machine.client_id}, "a secret that is long enough for HS256", algorithm="HS256")
    for assertion in (foreign, "x", "a.b.c", ""):
        assert refusal(full.token(signed(full, machine) | {"client_assertion": assertion})) == UNAUTHORIZED
    assert refusal(full.token(machine.body(grant_type="client_credentials", client_secret="x"))) == UNAUTHORIZED
    shown = full.manage("GET", f"/clients/{machine.client_id}")
    assert (shown["token_endpoint_auth_method"], "client_secret" in shown) == (None, False)


def test_a_tenant_file_can_have_the_public_key_only() -> None:
    public = RSAKey.generate_key(2048).as_pem(private=False).decode()
    method = 'token_endpoint_auth_method = "private_key_jwt"\n'
    application = parse(DEFAULT.replace(method, f"{method}public_key = '''{public}'''\n")).applications["jwt"]
    assert (application.public_key, application.private_key, application.client_secret) == (public, None, None)
    with pytest.raises(TenantFileError, match=r"applications\.jwt\.public_key: expected an RSA key in PEM"):
        parse(DEFAULT.replace(method, f'{method}public_key = "x"\n'))
    with pytest.raises(TenantFileError, match="message_types: 'fax' is not known"):
        parse(DEFAULT.replace('["sms"]', '["fax"]'))


def test_an_app_is_enrolled_with_the_mfa_token(full: LocalTenant, ada: User) -> None:
    web = full.web
    tokens = ada.enroll_first("otp", web, scope=SCOPES)
    assert (tokens["scope"], tokens["expires_in"], tokens["token_type"]) == (SCOPES, 86_400, "Bearer")
    assert full.claims(tokens["id_token"], web.client_id)["amr"] == ["mfa"]
    assert refresh(full, web, tokens["refresh_token"])["scope"] == SCOPES
    again = ada.password_grant(web, audience=full.mfa_audience, scope=SCOPE)
    assert again.json()["mfa_requirements"] == {"challenge": [{"type": "otp"}, {"type": "recovery-code"}]}
    for_mfa = tokens_of(ada.confirm_app(web, again.json()["mfa_token"], ada.app_code()))
    assert (for_mfa["scope"], for_mfa["expires_in"]) == (SCOPE, 600)
    assert full.claims(for_mfa["access_token"], full.mfa_audience)["gty"] == "password"
    assert len(ada.authenticators(for_mfa["access_token"])) == 2


def test_an_unconfirmed_app_answers_no_challenge(full: LocalTenant, ada: User) -> None:
    ada.enroll_first("sms", full.web)
    access_token = ada.mfa_access_token(full.web)
    ada.associate_app(access_token)
    assert refusal(ada.confirm_app(full.web, ada.mfa_token(full.web), ada.app_code())) == (
        401, "unsupported_challenge_type", "User is not enrolled with google-authenticator",
    )  # fmt: skip
    assert ada.confirm_app(full.web, access_token, ada.app_code()).status_code == 200


def test_what_an_mfa_token_may_remove(full: LocalTenant, ada: User) -> None:
    token = ada.mfa_token(full.web)
    ada.associate_app(token)
    (app, recovery) = [one["id"] for one in ada.authenticators(token)]
    assert refusal(ada.remove(token, recovery)) == (403, "access_denied", "This authenticator cannot be removed here.")
    assert ada.remove(token, app).status_code == 204
    assert ada.authenticators(token) == []
    ada.enroll_with(token, "otp", full.web)
    app = ada.authenticators(token)[0]["id"]
    assert refusal(ada.remove(ada.mfa_token(full.web), app)) == (
        403, "insufficient_scope", "Insufficient scope, expected any of: remove:authenticators",
    )  # fmt: skip
    assert ada.remove(token, app).status_code == 204


def test_a_recovery_code_answers_the_challenge_once_and_is_replaced(full: LocalTenant, ada: User) -> None:
    token = ada.mfa_token(full.web)
    first = ada.associate_app(token)["recovery_codes"][0]
    assert len(first) == 24 and first.isalnum() and first.isupper()
    assert "recovery_codes" not in ada.associate_app(token)
    assert ada.confirm_app(full.web, token, ada.app_code()).status_code == 200
    grant = full.web.body(grant_type=RECOVERY, mfa_token=ada.mfa_token(full.web, scope="openid profile"))
    tokens = tokens_of(full.token(grant | {"recovery_code": first}))
    assert (tokens["scope"], tokens["expires_in"]) == ("openid profile", 86_400)
    second = tokens["recovery_code"]
    assert second != first and len(second) == 24
    assert refusal(full.token(grant | {"recovery_code": first})) == (
        403,
        "invalid_grant",
        "MFA Authorization rejected.",
    )
    assert full.token(grant | {"recovery_code": second}).status_code == 200


def test_a_third_party_application_has_no_mfa_grant_whatever_its_settings(tenant: LocalTenant, user: User) -> None:
    third = tenant.application("third_party")
    path = f"/clients/{third.client_id}"
    shown = tenant.manage("GET", path)
    assert (shown["is_first_party"], shown["app_type"]) == (False, "spa")
    tenant.manage("PATCH", path, {"grant_types": [*shown["grant_types"], OTP]})
    response = tenant.token(third.body(grant_type=OTP, mfa_token="x", otp="x"))
    tenant.manage("PATCH", path, {"grant_types": shown["grant_types"]})
    assert refusal(response) == (403, "unauthorized_client", f"Grant type '{OTP}' not allowed for the client.")


def test_users_of_another_connection_are_other_users(tenant: LocalTenant, web: Application, user: User) -> None:
    connection, other_password = tenant.settings["AUTH0_OTHER_CONNECTION"], f"{PASSWORD}-too"
    body = {"email": user.email, "password": other_password, "connection": connection}
    made = tenant.manage("POST", "/users", body)
    assert made["identities"][0]["connection"] == connection
    assert tenant.refused("POST", "/users", body)[0] == 409
    realm = {"grant_type": REALM_GRANT, "realm": connection, "audience": tenant.mfa_audience, "scope": SCOPE}
    assert user.password_grant(web, **realm).status_code == 403
    assert user.password_grant(web).status_code == 200
    assert user.password_grant(web, password=other_password).status_code == 403
    assert tokens_of(user.password_grant(web, password=other_password, **realm))["scope"] == SCOPE
    logged = tenant.manage("GET", f"/users/{made['user_id']}/logs")[0]
    assert (logged["type"], logged["connection"]) == ("sepft", connection)
    alone = f"{secrets.token_hex(6)}@example.test"
    tenant.manage("POST", "/users", body | {"email": alone})
    with tenant.browser(web) as browser:
        at = browser.authorize()
        assert browser.post(at, username=alone, password=other_password).callback is not None
