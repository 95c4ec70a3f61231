"""The applications and the connection that a few requirements need."""

from __future__ import annotations

import secrets

from tests.tenant.client import OTP, PASSWORD, REALM_GRANT, SCOPE, Application, LocalTenant, User, refusal, tokens_of


def further(tenant: LocalTenant, role: str) -> Application:
    """One of the applications that send users to the single-page application's callback."""
    return Application(tenant.settings[f"AUTH0_{role}_CLIENT_ID"], tenant.settings["AUTH0_SPA_CALLBACK"])


def test_a_native_application_enrolls(tenant: LocalTenant, user: User) -> None:
    native = further(tenant, "NATIVE")
    token = user.sign_in(native)["access_token"]
    user.associate_app(token)
    assert user.confirm_app(native, token, user.app_code()).status_code == 200


def test_without_the_mfa_grant_nothing_is_confirmed(tenant: LocalTenant, user: User) -> None:
    other = further(tenant, "OTHER")
    token = user.sign_in(other)["access_token"]
    user.associate_app(token)
    assert refusal(user.confirm_app(other, token, user.app_code())) == (
        403, "unauthorized_client", f"Grant type '{OTP}' not allowed for the client.",
    )  # fmt: skip
    assert user.confirmed() == []


def test_a_third_party_has_no_mfa_grant_whatever_its_list_says(tenant: LocalTenant, user: User) -> None:
    third = further(tenant, "THIRD_PARTY")
    path = f"/clients/{third.client_id}"
    shown = tenant.management("GET", path).json()
    assert (shown["is_first_party"], shown["app_type"]) == (False, "spa")
    tenant.management("PATCH", path, {"grant_types": [*shown["grant_types"], OTP]})
    answer = tenant.token(third.body(grant_type=OTP, mfa_token="x", otp="x"))
    tenant.management("PATCH", path, {"grant_types": shown["grant_types"]})
    assert refusal(answer) == (403, "unauthorized_client", f"Grant type '{OTP}' not allowed for the client.")


def test_users_of_the_other_connection_are_others(tenant: LocalTenant, web: Application, user: User) -> None:
    connection = tenant.settings["AUTH0_OTHER_CONNECTION"]
    body = {"email": user.email, "password": f"{PASSWORD}-too", "connection": connection}
    made = tenant.management("POST", "/users", body)
    assert (made.status_code, made.json()["identities"][0]["connection"]) == (201, connection)
    assert tenant.management("POST", "/users", body).status_code == 409
    realm = {"grant_type": REALM_GRANT, "realm": connection, "audience": tenant.mfa_audience, "scope": SCOPE}
    assert refusal(user.password_grant(web, **realm)) == (403, "invalid_grant", "Wrong email or password.")
    assert user.password_grant(web).status_code == 200
    assert user.password_grant(web, password=body["password"]).status_code == 403
    assert tokens_of(user.password_grant(web, password=body["password"], **realm))["scope"] == SCOPE
    logged = tenant.management("GET", f"/users/{made.json()['user_id']}/logs").json()[0]
    assert (logged["type"], logged["connection"]) == ("sepft", connection)
    alone = f"{secrets.token_hex(6)}@example.test"
    tenant.management("POST", "/users", body | {"email": alone})
    with tenant.browser(web) as browser:
        at = browser.authorize()
        assert browser.post(at, username=alone, password=body["password"]).callback is not None
    assert tenant.user().email != alone
