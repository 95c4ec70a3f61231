"""The `mfa_token`: enrolling, answering, listing and removing with it, and what a refusal leaves as it was."""

from __future__ import annotations

import pytest

from tests.tenant.client import RECOVERY, SCOPE, Application, LocalTenant, User, refusal, tokens_of

ASKED = "openid profile offline_access"


@pytest.fixture
def ada(full: LocalTenant) -> User:
    return full.user()


@pytest.fixture
def web(full: LocalTenant) -> Application:
    return full.application("web")


def test_an_app_is_enrolled_and_then_answers_with_what_had_been_asked_for(ada: User, web: Application) -> None:
    token = ada.mfa_token(web, scope=ASKED)
    ada.associate_app(token)
    tokens = tokens_of(ada.confirm_app(web, token, ada.app_code()))
    assert (tokens["scope"], tokens["expires_in"], tokens["token_type"]) == (ASKED, 86_400, "Bearer")
    assert ada.tenant.claims(tokens["id_token"], web.client_id)["amr"] == ["mfa"]
    refreshed = ada.tenant.token(web.body(grant_type="refresh_token", refresh_token=tokens["refresh_token"]))
    assert tokens_of(refreshed)["scope"] == ASKED
    again = ada.password_grant(web, audience=ada.tenant.mfa_audience, scope=SCOPE)
    assert again.json()["mfa_requirements"] == {"challenge": [{"type": "otp"}, {"type": "recovery-code"}]}
    for_mfa = tokens_of(ada.confirm_app(web, again.json()["mfa_token"], ada.app_code()))
    assert (for_mfa["scope"], for_mfa["expires_in"]) == (SCOPE, 600)
    assert ada.tenant.claims(for_mfa["access_token"], ada.tenant.mfa_audience)["gty"] == "password"
    assert len(ada.authenticators(for_mfa["access_token"])) == 2


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


def test_a_user_who_was_blocked_meanwhile_gets_nothing(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    ada.associate_app(token)
    ada.tenant.management("PATCH", f"/users/{ada.user_id}", {"blocked": True})
    assert refusal(ada.confirm_app(web, token, ada.app_code())) == (403, "unauthorized", "user is blocked")
    assert ada.confirmed() == []
