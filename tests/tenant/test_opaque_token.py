"""The opaque `mfa_token`: enrolling, answering, listing and removing with it, and every refusal on the way."""

from __future__ import annotations

import pytest

from local_tenant.errors import BEARER_INVALID, MFA_TOKEN_EXPIRED, Refused
from tests.tenant.asking import (
    MFA,
    RECOVERY,
    associate_by,
    by_password,
    challenge,
    enrol_by,
    mfa_token,
    refusal,
    remove,
    sent_code,
    tokens_of,
)
from tests.tenant.driving import (
    OOB,
    OTP,
    Person,
    associate,
    associate_app,
    bearer,
    confirm_app,
    confirm_phone,
    create_person,
    listed,
    sign_in,
    wrong,
)
from tests.tenant.running import Application, Running
from tests.tenant.test_journey import claims_of
from tests.tenant.test_refusals import met
from tests.tenant.test_time import Scene, refused

SCOPE = "openid profile offline_access"
ALREADY = (403, "access_denied", "User is already enrolled.")


@pytest.fixture
def ada(full: Running) -> Person:
    return create_person(full)


@pytest.fixture
def web(full: Running) -> Application:
    return full.application("web")


def test_an_app_is_enrolled_and_then_answers_with_what_had_been_asked_for(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web, scope=SCOPE)
    associate_app(ada, token)
    tokens = tokens_of(confirm_app(ada, web, token, ada.app_code()))
    assert (tokens["scope"], tokens["expires_in"], tokens["token_type"]) == (SCOPE, 86_400, "Bearer")
    assert claims_of(ada.tenant, tokens["id_token"], web.client_id)["amr"] == ["mfa"]
    refreshed = ada.tenant.token(web.body(grant_type="refresh_token", refresh_token=tokens["refresh_token"]))
    assert tokens_of(refreshed)["scope"] == SCOPE
    again = by_password(ada, web, audience=ada.tenant.mfa_audience, scope=MFA)
    assert again.json()["mfa_requirements"] == {"challenge": [{"type": "otp"}, {"type": "recovery-code"}]}
    for_mfa = tokens_of(confirm_app(ada, web, again.json()["mfa_token"], ada.app_code()))
    assert (for_mfa["scope"], for_mfa["expires_in"]) == (MFA, 600)
    assert claims_of(ada.tenant, for_mfa["access_token"], ada.tenant.mfa_audience)["gty"] == "password"
    assert len(listed(ada, for_mfa["access_token"])) == 2


def test_who_is_enrolled_needs_more_than_the_opaque_token(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web)
    begun = associate_by(ada, token, "sms").json()["oob_code"]
    text = sent_code(ada, ada.phone)
    associate_app(ada, token)
    assert confirm_app(ada, web, token, ada.app_code()).status_code == 200
    assert met(associate(ada.tenant, token, {"authenticator_types": ["otp"]})) == ALREADY
    assert met(associate_by(ada, mfa_token(ada, web), "sms")) == ALREADY
    assert met(confirm_phone(ada, web, token, begun, text)) == ALREADY
    assert ada.confirmed() == ["recovery-code", "totp"]


def test_an_unconfirmed_app_does_not_pass_for_a_confirmed_one(ada: Person, web: Application) -> None:
    enrol_by(ada, web, "sms")
    jwt = sign_in(ada, web)["access_token"]
    associate_app(ada, jwt)
    assert met(confirm_app(ada, web, mfa_token(ada, web), ada.app_code())) == (
        401, "unsupported_challenge_type", "User is not enrolled with google-authenticator",
    )  # fmt: skip
    assert confirm_app(ada, web, jwt, ada.app_code()).status_code == 200


def test_what_an_opaque_token_may_remove(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web)
    associate_app(ada, token)
    (app, recovery) = [one["id"] for one in listed(ada, token)]
    assert met(remove(ada, token, recovery)) == (403, "access_denied", "This authenticator cannot be removed here.")
    assert remove(ada, token, app).status_code == 204
    assert listed(ada, token) == []
    assert met(remove(ada, token, app)) == (404, "not_found", "Authenticator not found.")
    associate_app(ada, token)
    assert confirm_app(ada, web, token, ada.app_code()).status_code == 200
    (app, _) = [one["id"] for one in listed(ada, token)]
    other = mfa_token(ada, web)
    assert met(remove(ada, other, app)) == (
        403, "insufficient_scope", "Insufficient scope, expected any of: remove:authenticators",
    )  # fmt: skip
    assert remove(ada, token, app).status_code == 204


def test_tokens_that_do_not_belong_together(ada: Person, web: Application) -> None:
    enrol_by(ada, web, "sms")
    first, second = mfa_token(ada, web), mfa_token(ada, web)
    oob = challenge(ada, web, first, challenge_type="oob").json()["oob_code"]
    code = sent_code(ada, ada.phone)
    assert met(confirm_phone(ada, web, second, oob, code)) == (
        400, "invalid_request", "The oob_code doesn't match the mfa_token",
    )  # fmt: skip
    spa = ada.tenant.application("spa")
    assert met(confirm_phone(ada, spa, first, oob, code)) == (
        400, "invalid_request", "mfa_token not issued to this client",
    )  # fmt: skip
    body = web.body(grant_type=OOB, mfa_token=first, oob_code=oob, binding_code=code)
    assert met(ada.tenant.token(body, headers=bearer(second))) == (
        400, "invalid_request", "The bearer token doesn't match the mfa_token",
    )  # fmt: skip
    assert met(confirm_phone(ada, web, first, "Fe26.2*x", code)) == (403, "invalid_grant", "Malformed oob_code")
    assert met(confirm_phone(ada, web, "Fe26.2*x", oob, code)) == (403, "invalid_grant", "Malformed mfa_token")
    refused_code = (403, "invalid_grant", "Invalid binding_code.")
    assert met(confirm_phone(ada, web, first, oob, wrong(code))) == refused_code
    assert confirm_phone(ada, web, first, oob, code).status_code == 200
    assert met(confirm_phone(ada, web, first, oob, code)) == refused_code


def test_one_time_passwords_with_the_opaque_token(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web)
    associate_app(ada, token)
    code = ada.app_code()
    invalid = (403, "invalid_grant", "Invalid otp_code.")
    assert met(confirm_app(ada, web, token, wrong(code))) == invalid
    assert met(confirm_app(ada, web, token, "")) == (400, "invalid_request", "Missing required parameter: otp")
    assert confirm_app(ada, web, token, code).status_code == 200
    assert met(confirm_app(ada, web, mfa_token(ada, web), code)) == invalid


def test_a_recovery_code_lets_in_once_and_brings_the_next(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web)
    grant = web.body(grant_type=RECOVERY, mfa_token=token)
    none = (403, "unsupported_challenge_type", "User does not have a recovery-code.")
    assert met(ada.tenant.token(grant | {"recovery_code": "X" * 24})) == none
    first = associate_app(ada, token)["recovery_codes"][0]
    assert len(first) == 24 and first.isalnum() and first.isupper()
    assert "recovery_codes" not in associate_app(ada, token)
    assert met(ada.tenant.token(grant | {"recovery_code": first})) == none  # nothing is confirmed yet
    assert confirm_app(ada, web, token, ada.app_code()).status_code == 200
    grant |= {"mfa_token": mfa_token(ada, web, scope="openid profile")}
    assert met(ada.tenant.token(grant)) == (400, "invalid_request", "Missing required parameter: recovery_code")
    rejected = (403, "invalid_grant", "MFA Authorization rejected.")
    assert met(ada.tenant.token(grant | {"recovery_code": "X" * 24})) == rejected
    tokens = tokens_of(ada.tenant.token(grant | {"recovery_code": first}))
    assert (tokens["scope"], tokens["expires_in"]) == ("openid profile", 86_400)
    second = tokens["recovery_code"]
    assert second != first and len(second) == 24
    assert met(ada.tenant.token(grant | {"recovery_code": first})) == rejected
    assert ada.tenant.token(grant | {"recovery_code": second}).status_code == 200


@pytest.mark.parametrize("grant", [OOB, OTP, RECOVERY])
def test_an_application_without_the_grant(full: Running, web: Application, grant: str) -> None:
    other = full.application("other")
    answer = full.token(other.body(grant_type=grant, mfa_token="x", oob_code="x", otp="x", recovery_code="x"))
    assert met(answer) == (403, "unauthorized_client", f"Grant type '{grant}' not allowed for the client.")


def test_an_opaque_token_lives_ten_minutes() -> None:
    scene = Scene()
    scene.tenant.store.policy = "all-applications"
    order = scene.tenant.password_grant.redeem(
        scene.application, scene.person.email, scene.person.password, None, None, ["openid"]
    )
    with pytest.raises(Refused) as asked:
        scene.tenant.mfa_required.check(order)
    token, access = str(asked.value.more["mfa_token"]), scene.tenant.mfa_access
    scene.clock.offset += 599
    assert access.enter(token, "enroll").person is scene.person
    assert access.present(token, None, scene.application).person is scene.person
    scene.clock.offset += 1
    refused(BEARER_INVALID, access.enter, token, "enroll")
    refused(MFA_TOKEN_EXPIRED, access.present, token, None, scene.application)
    refused(MFA_TOKEN_EXPIRED, scene.tenant.challenges.enter, token, scene.application)
    scene.tenant.people.delete(scene.person.user_id)
    store = scene.tenant.store
    assert not any((store.mfa_transactions, store.refresh_tokens, store.opaque_tokens))


def test_a_person_who_was_blocked_meanwhile_gets_nothing(ada: Person, web: Application) -> None:
    token = mfa_token(ada, web)
    associate_app(ada, token)
    ada.tenant.operator("PATCH", f"/users/{ada.user_id}", {"blocked": True})
    assert met(confirm_app(ada, web, token, ada.app_code())) == (403, "unauthorized", "user is blocked")
    assert ada.confirmed() == []


def test_the_answers_carry_nothing_more(ada: Person, web: Application) -> None:
    answer = by_password(ada, web)
    assert set(answer.json()) == {"error", "error_description", "mfa_token", "mfa_requirements"}
    assert refusal(answer)[0] == 403
