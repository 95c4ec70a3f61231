"""The applications and the connection that a few requirements need."""

from __future__ import annotations

import secrets

from tests.tenant.asking import MFA, REALM_GRANT, by_password, tokens_of
from tests.tenant.driving import (
    OTP,
    PASSWORD,
    Browser,
    Person,
    associate_app,
    confirm_app,
    create_person,
    sign_in,
)
from tests.tenant.running import Application, Running
from tests.tenant.test_refusals import met


def further(tenant: Running, role: str) -> Application:
    """One of the applications that send people to the single-page application's callback."""
    return Application(tenant.settings[f"AUTH0_{role}_CLIENT_ID"], tenant.settings["AUTH0_SPA_CALLBACK"])


def test_a_native_application_enrols(tenant: Running, person: Person) -> None:
    native = further(tenant, "NATIVE")
    token = sign_in(person, native)["access_token"]
    associate_app(person, token)
    assert confirm_app(person, native, token, person.app_code()).status_code == 200


def test_without_the_mfa_grant_nothing_is_confirmed(tenant: Running, person: Person) -> None:
    other = further(tenant, "OTHER")
    token = sign_in(person, other)["access_token"]
    associate_app(person, token)
    assert met(confirm_app(person, other, token, person.app_code())) == (
        403, "unauthorized_client", f"Grant type '{OTP}' not allowed for the client.",
    )  # fmt: skip
    assert person.confirmed() == []


def test_a_third_party_has_no_mfa_grant_whatever_its_list_says(tenant: Running, person: Person) -> None:
    third = further(tenant, "THIRD_PARTY")
    path = f"/clients/{third.client_id}"
    shown = tenant.operator("GET", path).json()
    assert (shown["is_first_party"], shown["app_type"]) == (False, "spa")
    tenant.operator("PATCH", path, {"grant_types": [*shown["grant_types"], OTP]})
    answer = tenant.token(third.body(grant_type=OTP, mfa_token="x", otp="x"))
    tenant.operator("PATCH", path, {"grant_types": shown["grant_types"]})
    assert met(answer) == (403, "unauthorized_client", f"Grant type '{OTP}' not allowed for the client.")


def test_people_of_the_other_connection_are_others(tenant: Running, web: Application, person: Person) -> None:
    connection = tenant.settings["AUTH0_OTHER_CONNECTION"]
    body = {"email": person.email, "password": f"{PASSWORD}-too", "connection": connection}
    made = tenant.operator("POST", "/users", body)
    assert (made.status_code, made.json()["identities"][0]["connection"]) == (201, connection)
    assert tenant.operator("POST", "/users", body).status_code == 409
    realm = {"grant_type": REALM_GRANT, "realm": connection, "audience": tenant.mfa_audience, "scope": MFA}
    assert met(by_password(person, web, **realm)) == (403, "invalid_grant", "Wrong email or password.")
    assert by_password(person, web).status_code == 200
    assert by_password(person, web, password=body["password"]).status_code == 403
    assert tokens_of(by_password(person, web, password=body["password"], **realm))["scope"] == MFA
    logged = tenant.operator("GET", f"/users/{made.json()['user_id']}/logs").json()[0]
    assert (logged["type"], logged["connection"]) == ("sepft", connection)
    alone = f"{secrets.token_hex(6)}@example.test"
    tenant.operator("POST", "/users", body | {"email": alone})
    with Browser(tenant, web) as browser:
        at = browser.authorize()
        assert browser.post(at, username=alone, password=body["password"]).callback is not None
    assert create_person(tenant).email != alone
