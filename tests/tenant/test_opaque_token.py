"""The opaque `mfa_token`: enrolling, answering, listing and removing with it, and every refusal on the way."""

from __future__ import annotations

import pytest

from local_tenant.errors import BEARER_INVALID, MFA_TOKEN_EXPIRED, Refused
from tests.tenant.client import OOB, OTP, RECOVERY, SCOPE, Application, Tenant, User, bearer, refusal, tokens_of, wrong
from tests.tenant.test_time import Scene, refused

SCOPE = "openid profile offline_access"
ALREADY = (403, "access_denied", "User is already enrolled.")


@pytest.fixture
def ada(full: Tenant) -> User:
    return full.user()


@pytest.fixture
def web(full: Tenant) -> Application:
    return full.application("web")


def test_an_app_is_enrolled_and_then_answers_with_what_had_been_asked_for(ada: User, web: Application) -> None:
    token = ada.mfa_token(web, scope=SCOPE)
    ada.associate_app(token)
    tokens = tokens_of(ada.confirm_app(web, token, ada.app_code()))
    assert (tokens["scope"], tokens["expires_in"], tokens["token_type"]) == (SCOPE, 86_400, "Bearer")
    assert ada.tenant.claims(tokens["id_token"], web.client_id)["amr"] == ["mfa"]
    refreshed = ada.tenant.token(web.body(grant_type="refresh_token", refresh_token=tokens["refresh_token"]))
    assert tokens_of(refreshed)["scope"] == SCOPE
    again = ada.by_password(web, audience=ada.tenant.mfa_audience, scope=SCOPE)
    assert again.json()["mfa_requirements"] == {"challenge": [{"type": "otp"}, {"type": "recovery-code"}]}
    for_mfa = tokens_of(ada.confirm_app(web, again.json()["mfa_token"], ada.app_code()))
    assert (for_mfa["scope"], for_mfa["expires_in"]) == (SCOPE, 600)
    assert ada.tenant.claims(for_mfa["access_token"], ada.tenant.mfa_audience)["gty"] == "password"
    assert len(ada.authenticators(for_mfa["access_token"])) == 2


def test_who_is_enrolled_needs_more_than_the_opaque_token(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    begun = ada.associate(token, "sms").json()["oob_code"]
    text = ada.sms_code()
    ada.associate_app(token)
    assert ada.confirm_app(web, token, ada.app_code()).status_code == 200
    assert refusal(ada.tenant.mfa("POST", "/associate", token, {"authenticator_types": ["otp"]})) == ALREADY
    assert refusal(ada.associate(ada.mfa_token(web), "sms")) == ALREADY
    assert refusal(ada.confirm(web, token, begun, text)) == ALREADY
    assert ada.confirmed() == ["recovery-code", "totp"]


def test_an_unconfirmed_app_does_not_pass_for_a_confirmed_one(ada: User, web: Application) -> None:
    ada.enroll_first("sms", web)
    jwt = ada.sign_in(web)["access_token"]
    ada.associate_app(jwt)
    assert refusal(ada.confirm_app(web, ada.mfa_token(web), ada.app_code())) == (
        401, "unsupported_challenge_type", "User is not enrolled with google-authenticator",
    )  # fmt: skip
    assert ada.confirm_app(web, jwt, ada.app_code()).status_code == 200


def test_what_an_opaque_token_may_remove(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    ada.associate_app(token)
    (app, recovery) = [one["id"] for one in ada.authenticators(token)]
    assert refusal(ada.remove(token, recovery)) == (403, "access_denied", "This authenticator cannot be removed here.")
    assert ada.remove(token, app).status_code == 204
    assert ada.authenticators(token) == []
    assert refusal(ada.remove(token, app)) == (404, "not_found", "Authenticator not found.")
    ada.associate_app(token)
    assert ada.confirm_app(web, token, ada.app_code()).status_code == 200
    (app, _) = [one["id"] for one in ada.authenticators(token)]
    other = ada.mfa_token(web)
    assert refusal(ada.remove(other, app)) == (
        403, "insufficient_scope", "Insufficient scope, expected any of: remove:authenticators",
    )  # fmt: skip
    assert ada.remove(token, app).status_code == 204


def test_tokens_that_do_not_belong_together(ada: User, web: Application) -> None:
    ada.enroll_first("sms", web)
    first, second = ada.mfa_token(web), ada.mfa_token(web)
    oob = ada.challenge(web, first, challenge_type="oob").json()["oob_code"]
    code = ada.sms_code()
    assert refusal(ada.confirm(web, second, oob, code)) == (
        400, "invalid_request", "The oob_code doesn't match the mfa_token",
    )  # fmt: skip
    spa = ada.tenant.application("spa")
    assert refusal(ada.confirm(spa, first, oob, code)) == (
        400, "invalid_request", "mfa_token not issued to this client",
    )  # fmt: skip
    body = web.body(grant_type=OOB, mfa_token=first, oob_code=oob, binding_code=code)
    assert refusal(ada.tenant.token(body, headers=bearer(second))) == (
        400, "invalid_request", "The bearer token doesn't match the mfa_token",
    )  # fmt: skip
    assert refusal(ada.confirm(web, first, "Fe26.2*x", code)) == (403, "invalid_grant", "Malformed oob_code")
    assert refusal(ada.confirm(web, "Fe26.2*x", oob, code)) == (403, "invalid_grant", "Malformed mfa_token")
    refused_code = (403, "invalid_grant", "Invalid binding_code.")
    assert refusal(ada.confirm(web, first, oob, wrong(code))) == refused_code
    assert ada.confirm(web, first, oob, code).status_code == 200
    assert refusal(ada.confirm(web, first, oob, code)) == refused_code


def test_one_time_passwords_with_the_opaque_token(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    ada.associate_app(token)
    code = ada.app_code()
    invalid = (403, "invalid_grant", "Invalid otp_code.")
    assert refusal(ada.confirm_app(web, token, wrong(code))) == invalid
    assert refusal(ada.confirm_app(web, token, "")) == (400, "invalid_request", "Missing required parameter: otp")
    assert ada.confirm_app(web, token, code).status_code == 200
    assert refusal(ada.confirm_app(web, ada.mfa_token(web), code)) == invalid


def test_a_recovery_code_lets_in_once_and_brings_the_next(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    grant = web.body(grant_type=RECOVERY, mfa_token=token)
    none = (403, "unsupported_challenge_type", "User does not have a recovery-code.")
    assert refusal(ada.tenant.token(grant | {"recovery_code": "X" * 24})) == none
    first = ada.associate_app(token)["recovery_codes"][0]
    assert len(first) == 24 and first.isalnum() and first.isupper()
    assert "recovery_codes" not in ada.associate_app(token)
    assert refusal(ada.tenant.token(grant | {"recovery_code": first})) == none  # nothing is confirmed yet
    assert ada.confirm_app(web, token, ada.app_code()).status_code == 200
    grant |= {"mfa_token": ada.mfa_token(web, scope="openid profile")}
    assert refusal(ada.tenant.token(grant)) == (400, "invalid_request", "Missing required parameter: recovery_code")
    rejected = (403, "invalid_grant", "MFA Authorization rejected.")
    assert refusal(ada.tenant.token(grant | {"recovery_code": "X" * 24})) == rejected
    tokens = tokens_of(ada.tenant.token(grant | {"recovery_code": first}))
    assert (tokens["scope"], tokens["expires_in"]) == ("openid profile", 86_400)
    second = tokens["recovery_code"]
    assert second != first and len(second) == 24
    assert refusal(ada.tenant.token(grant | {"recovery_code": first})) == rejected
    assert ada.tenant.token(grant | {"recovery_code": second}).status_code == 200


@pytest.mark.parametrize("grant", [OOB, OTP, RECOVERY])
def test_an_application_without_the_grant(full: Tenant, web: Application, grant: str) -> None:
    other = full.application("other")
    answer = full.token(other.body(grant_type=grant, mfa_token="x", oob_code="x", otp="x", recovery_code="x"))
    assert refusal(answer) == (403, "unauthorized_client", f"Grant type '{grant}' not allowed for the client.")


def test_an_opaque_token_lives_ten_minutes() -> None:
    scene = Scene()
    scene.tenant.store.policy = "all-applications"
    order = scene.tenant.password_grant.redeem(
        scene.application, scene.user.email, scene.user.password, None, None, ["openid"]
    )
    with pytest.raises(Refused) as asked:
        scene.tenant.mfa_required.check(order)
    token, access = str(asked.value.more["mfa_token"]), scene.tenant.mfa_access
    scene.clock.offset += 599
    assert access.enter(token, "enroll").user is scene.user
    assert access.present(token, None, scene.application).user is scene.user
    scene.clock.offset += 1
    refused(BEARER_INVALID, access.enter, token, "enroll")
    refused(MFA_TOKEN_EXPIRED, access.present, token, None, scene.application)
    refused(MFA_TOKEN_EXPIRED, scene.tenant.challenges.enter, token, scene.application)
    scene.tenant.people.delete(scene.user.user_id)
    store = scene.tenant.store
    assert not any((store.mfa_transactions, store.refresh_tokens, store.opaque_tokens))


def test_a_person_who_was_blocked_meanwhile_gets_nothing(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    ada.associate_app(token)
    ada.tenant.api("PATCH", f"/users/{ada.user_id}", {"blocked": True})
    assert refusal(ada.confirm_app(web, token, ada.app_code())) == (403, "unauthorized", "user is blocked")
    assert ada.confirmed() == []


def test_the_answers_carry_nothing_more(ada: User, web: Application) -> None:
    answer = ada.by_password(web)
    assert set(answer.json()) == {"error", "error_description", "mfa_token", "mfa_requirements"}
    assert refusal(answer)[0] == 403
