"""Every refusal of the token endpoint and the MFA API that is in reach: status, body, and nothing enrolled."""

from __future__ import annotations

import threading

import pytest
import requests

from tests.tenant.driving import (
    OOB,
    OTP,
    Browser,
    Person,
    associate,
    associate_app,
    associate_phone,
    bearer,
    confirm_app,
    confirm_phone,
    create_person,
    listed,
    sign_in,
    wrong,
)
from tests.tenant.running import Application, Running


def met(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"error", "error_description"}, body
    return answer.status_code, body["error"], body["error_description"]


CODE = {"grant_type": "authorization_code", "code": "never-issued"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid_request", "Missing required parameter: grant_type")),
        ({"grant_type": "urn:no"}, (403, "unsupported_grant_type", "Unsupported grant type: urn:no")),
        ({"grant_type": "authorization_code"}, (400, "invalid_request", "Missing required parameter: code")),
        (CODE, (403, "invalid_grant", "Invalid authorization code")),
        ({"grant_type": OOB}, (400, "invalid_request", "Missing required parameter: mfa_token")),
        ({"grant_type": OOB, "mfa_token": "x"}, (400, "invalid_request", "Missing required parameter: oob_code")),
        ({"grant_type": OTP, "mfa_token": "x"}, (400, "invalid_request", "Missing required parameter: otp")),
        ({"grant_type": OTP, "mfa_token": "x", "otp": "123456"}, (403, "invalid_grant", "Malformed mfa_token")),
        ({"grant_type": 7}, (400, "invalid_request", "The body is neither a form nor a JSON object of texts.")),
    ],
)
def test_what_is_wrong_with_a_request_alone(
    tenant: Running, spa: Application, body: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert met(tenant.token(spa.body() | body)) == expected


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "null", "\ud83d".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_not_an_object_is_refused(tenant: Running, content: str | bytes) -> None:
    answer = tenant.http.post(tenant.url("/oauth/token"), data=content, headers={"Content-Type": "application/json"})
    assert met(answer)[:2] == (400, "invalid_request")


def test_client_authentication(tenant: Running, web: Application) -> None:
    refused = (401, "access_denied", "Unauthorized")
    assert web.client_secret is not None
    assert met(tenant.token(CODE)) == refused
    assert met(tenant.token(CODE | {"client_id": "nobody"})) == refused
    assert met(tenant.token(CODE | {"client_id": web.client_id})) == refused
    assert met(tenant.token(CODE | {"client_id": web.client_id, "client_secret": "wrong"})) == refused
    known = (403, "invalid_grant", "Invalid authorization code")
    assert met(tenant.token(web.body() | CODE)) == known
    basic = tenant.http.post(tenant.url("/oauth/token"), data=CODE, auth=(web.client_id, web.client_secret))
    assert met(basic) == known
    wrong_basic = tenant.http.post(tenant.url("/oauth/token"), data=CODE, auth=(web.client_id, "wrong"))
    assert met(wrong_basic) == refused


def test_json_null_means_absent_and_forms_are_read(tenant: Running) -> None:
    grant = tenant.application("management").body(
        grant_type="client_credentials", audience=tenant.url("/api/v2/"), scope="read:users read:nothing"
    )
    answer = tenant.http.post(tenant.url("/oauth/token"), json=grant | {"organization": None, "scope": None})
    assert "create:users" in answer.json()["scope"].split()
    form = tenant.http.post(tenant.url("/oauth/token"), data=grant)
    assert (form.json()["scope"], form.json()["expires_in"]) == ("read:users", 86_400)


def test_client_credentials_refusals(tenant: Running, web: Application) -> None:
    machine = tenant.application("management").body(grant_type="client_credentials")
    assert met(tenant.token(machine)) == (400, "invalid_request", "Missing required parameter: audience")
    assert met(tenant.token(machine | {"audience": "https://no"})) == (
        403, "access_denied", "Service not enabled within domain: https://no",
    )  # fmt: skip
    grant = web.body(grant_type="client_credentials", audience=tenant.url("/api/v2/"))
    assert met(tenant.token(grant)) == (
        403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.",
    )  # fmt: skip


def test_the_code_exchange(tenant: Running, web: Application, spa: Application) -> None:
    person = create_person(tenant)
    invalid = (403, "invalid_grant", "Invalid authorization code")

    def visit(application: Application, **changes: str) -> tuple[int, str, str]:
        with Browser(tenant, application) as browser:
            return met(browser.redeem(browser.give_password(person), **changes))

    assert visit(spa, code_verifier="another") == (403, "invalid_grant", "Failed to verify code verifier")
    assert visit(spa, code_verifier="") == (403, "invalid_grant", "Parameter 'code_verifier' is required")
    assert visit(spa, redirect_uri="https://other.test/")[:2] == (403, "invalid_grant")
    assert visit(spa, **web.body()) == invalid
    with Browser(tenant, web) as browser:
        at = browser.give_password(person)
        assert browser.redeem(at).status_code == 200
        assert met(browser.redeem(at)) == invalid


def test_a_code_is_good_once_however_many_use_it_at_once(tenant: Running, web: Application, person: Person) -> None:
    with Browser(tenant, web) as browser:
        at = browser.give_password(person)
        assert at.callback is not None
        body = web.body(
            grant_type="authorization_code", code=at.callback["code"], redirect_uri=web.callback,
            code_verifier=browser.verifier,
        )  # fmt: skip
    statuses: list[int] = []
    together = threading.Barrier(16)

    def use() -> None:
        together.wait(10)
        with requests.Session() as own:
            answer = own.post(tenant.url("/oauth/token"), json=body, verify=tenant.settings["AUTH0_CA_BUNDLE"])
            statuses.append(answer.status_code)

    users = [threading.Thread(target=use) for _ in range(16)]
    for user in users:
        user.start()
    for user in users:
        user.join(20)
    assert sorted(statuses) == [200] + [403] * 15


def test_associate_at_the_door(tenant: Running, web: Application, person: Person) -> None:
    invalid = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
    url = tenant.url("/mfa/associate")
    assert met(tenant.http.post(url, json={})) == (401, "unauthorized", "No authorization token was found")
    assert met(associate(tenant, "not.a.token", {})) == invalid
    in_the_body = {"authenticator_types": ["otp"], "mfa_token": sign_in(person, web)["access_token"]}
    assert met(tenant.http.post(url, json=in_the_body)) == (
        400, "invalid_request", "mfa_token: expected in the Authorization header, as a bearer token",
    )  # fmt: skip
    other_audience = sign_in(person, web, audience=tenant.url("/api/v2/"))["access_token"]
    assert met(associate(tenant, other_audience, {})) == invalid
    listing_only = sign_in(person, web, scope="read:authenticators")["access_token"]
    assert met(associate(tenant, listing_only, {})) == (
        403, "insufficient_scope", "Insufficient scope, expected any of: enroll",
    )  # fmt: skip
    enrol_only = sign_in(person, web, scope="enroll")["access_token"]
    listing = tenant.http.get(tenant.url("/mfa/authenticators"), headers=bearer(enrol_only))
    assert met(listing)[:2] == (403, "insufficient_scope")
    assert listed(person, listing_only) == []
    removal = tenant.http.delete(tenant.url("/mfa/authenticators/x"), headers=bearer(listing_only))
    assert met(removal)[:2] == (403, "insufficient_scope")
    token = sign_in(person, web)["access_token"]
    assert tenant.operator("DELETE", f"/users/{person.user_id}").status_code == 204
    assert met(associate(tenant, token, {"authenticator_types": ["otp"]})) == invalid


SMS = {"authenticator_types": ["oob"], "oob_channels": ["sms"]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "The body must be a JSON object."),
        ({}, "authenticator_types"),
        ({"authenticator_types": "otp"}, "authenticator_types"),
        ({"authenticator_types": ["otp", "oob"]}, "authenticator_types"),
        ({"authenticator_types": ["oob"]}, "oob_channels"),
        (SMS | {"oob_channels": "sms"}, "oob_channels"),
        (SMS | {"oob_channels": ["fax"]}, "oob_channels"),
        (SMS, "The phone number is invalid."),
        (SMS | {"phone_number": 5}, "The phone number is invalid."),
        (SMS | {"phone_number": "+1555"}, "The phone number is invalid."),
        (SMS | {"phone_number": "15551234567"}, "The phone number is invalid."),
    ],
)
def test_associate_bodies(tenant: Running, web: Application, person: Person, body: object, words: str) -> None:
    token = sign_in(person, web)["access_token"]
    status, error, description = met(associate(tenant, token, body))
    assert (status, error) == (400, "invalid_request")
    assert words in description
    assert listed(person, token) == []


def test_confirming_a_phone_wrongly_enrols_nothing(tenant: Running, web: Application, person: Person) -> None:
    token = sign_in(person, web)["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    code = person.last_text()
    missing = tenant.token(web.body(grant_type=OOB, mfa_token=token, oob_code=oob))
    assert met(missing) == (400, "invalid_request", "Missing required parameter: binding_code")
    refused = (403, "invalid_grant", "Invalid binding_code.")
    assert met(confirm_phone(person, web, token, oob, wrong(code))) == refused
    assert met(confirm_phone(person, web, token, "Fe26.2*x", code)) == (403, "invalid_grant", "Malformed oob_code")
    assert person.confirmed() == []
    assert confirm_phone(person, web, token, oob, code).status_code == 200
    assert met(confirm_phone(person, web, token, oob, code)) == refused


def test_tokens_that_do_not_belong_together(
    tenant: Running, web: Application, spa: Application, person: Person
) -> None:
    token = sign_in(person, web)["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    code = person.last_text()
    other = create_person(tenant)
    others_token = sign_in(other, web)["access_token"]
    assert met(confirm_phone(other, web, others_token, oob, code)) == (
        400, "invalid_request", "The oob_code doesn't match the mfa_token",
    )  # fmt: skip
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=code)
    assert met(tenant.token(body, headers=bearer(others_token))) == (
        400, "invalid_request", "The bearer token doesn't match the mfa_token",
    )  # fmt: skip
    assert met(confirm_phone(person, spa, token, oob, code)) == (
        400, "invalid_request", "mfa_token not issued to this client",
    )  # fmt: skip
    assert (person.confirmed(), other.confirmed()) == ([], [])
    assert tenant.token(body).status_code == 200


def test_the_newest_text_wins(web: Application, person: Person) -> None:
    token = sign_in(person, web)["access_token"]
    first = associate_phone(person, token).json()["oob_code"]
    old = person.last_text()
    second = associate_phone(person, token).json()["oob_code"]
    assert met(confirm_phone(person, web, token, first, old)) == (403, "invalid_grant", "Invalid binding_code.")
    assert confirm_phone(person, web, token, second, person.last_text()).status_code == 200
    assert [one["active"] for one in listed(person, token)] == [False, True]


def test_one_time_passwords(web: Application, person: Person) -> None:
    token = sign_in(person, web)["access_token"]
    assert met(confirm_app(person, web, token, "123456")) == (
        401, "unsupported_challenge_type", "User is not enrolled with google-authenticator",
    )  # fmt: skip
    associate_app(person, token)
    code = person.app_code()
    invalid = (403, "invalid_grant", "Invalid otp_code.")
    assert met(confirm_app(person, web, token, wrong(code))) == invalid
    assert confirm_app(person, web, token, code).status_code == 200
    assert met(confirm_app(person, web, token, code)) == invalid


def test_ten_wrong_codes_lock_and_the_words_stay_the_same(web: Application, person: Person) -> None:
    token = sign_in(person, web)["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    code = person.last_text()
    for _ in range(10):
        assert confirm_phone(person, web, token, oob, wrong(code)).status_code == 403
    assert met(confirm_phone(person, web, token, oob, code)) == (403, "invalid_grant", "Invalid binding_code.")
    assert person.confirmed() == []


def test_the_eleventh_text_of_an_hour_is_not_sent(tenant: Running, web: Application, person: Person) -> None:
    token = sign_in(person, web)["access_token"]
    for _ in range(10):
        assert associate_phone(person, token).status_code == 200
    assert met(associate_phone(person, token))[:2] == (429, "too_many_requests")
    assert len(tenant.texts(person.phone)) == 10
    assert len(listed(person, token)) == 10


def test_unknown_paths_and_methods_are_answered_in_json(tenant: Running) -> None:
    assert met(tenant.http.get(tenant.url("/oauth/token")))[:2] == (405, "method_not_allowed")
    assert met(tenant.http.get(tenant.url("/mfa/nothing")))[:2] == (404, "not_found")
