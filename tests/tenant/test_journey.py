"""The whole enrollment journey: a phone, then an authenticator app, at both kinds of application."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from tests.tenant.client import SCOPE, Application, LocalTenant, User, refusal, tokens_of, wrong


def test_the_first_sign_in_for_the_mfa_api_needs_the_password_only(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    with tenant.browser(application) as browser:
        at = browser.give_password(user)
        assert at.callback is not None
        assert at.callback["state"] == browser.state
        tokens, nonce = tokens_of(browser.redeem(at)), browser.nonce
    assert (tokens["scope"], tokens["expires_in"], tokens["token_type"]) == (SCOPE, 600, "Bearer")
    claims = tenant.claims(tokens["access_token"], tenant.mfa_audience)
    assert claims["aud"] == [tenant.mfa_audience, tenant.url("/userinfo")]
    assert (claims["sub"], claims["azp"], claims["scope"]) == (user.user_id, application.client_id, SCOPE)
    assert claims["exp"] - claims["iat"] == 600
    identity = tenant.claims(tokens["id_token"], application.client_id)
    assert (identity["nonce"], identity["sub"], "amr" in identity) == (nonce, user.user_id, False)


def test_without_openid_there_is_one_audience_and_no_id_token(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    tokens = user.sign_in(web, scope="enroll")
    assert "id_token" not in tokens
    assert tenant.claims(tokens["access_token"], tenant.mfa_audience)["aud"] == tenant.mfa_audience


def test_a_phone_is_enrolled_with_the_sms_code(tenant: LocalTenant, application: Application, user: User) -> None:
    token, masked = user.mfa_access_token(application), f"XXXXXXXX{user.phone[-4:]}"
    started = tokens_of(user.associate(token))
    oob_code = started.pop("oob_code")
    assert oob_code.startswith("Fe26.2*SERVER_")
    assert started == {"authenticator_type": "oob", "binding_method": "prompt", "oob_channel": "sms"}
    (message,) = tenant.messages(user.phone)
    words = "is your verification code for Local Tenant. Please enter this code to verify your enrollment."
    assert message["body"] == f"{message['code']} {words}"
    assert user.confirmed() == []
    assert [(one["active"], one["name"]) for one in user.authenticators(token)] == [(False, masked)]

    tokens = tokens_of(user.confirm(application, token, oob_code, user.sms_code()))
    assert set(tokens["scope"].split()) == set(SCOPE.split()[1:])
    assert (tokens["expires_in"], tokens["token_type"]) == (600, "Bearer")
    assert tenant.claims(tokens["access_token"], tenant.mfa_audience)["sub"] == user.user_id
    assert tenant.claims(tokens["id_token"], application.client_id)["amr"] == ["mfa"]
    (phone,) = user.methods()
    assert phone["phone_number"] == masked
    assert (phone["type"], phone["confirmed"], phone["preferred_authentication_method"]) == ("phone", True, "sms")
    (own,) = user.authenticators(token)
    assert (own["id"], own["active"]) == (str(phone["id"]).replace("phone|", "sms|"), True)


def test_then_an_app_is_enrolled_after_an_sms_challenge(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    user.enroll("sms", application)
    with tenant.browser(application) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/mfa-sms-challenge"
        tokens = tokens_of(browser.redeem(browser.post(at, code=user.sms_code(), action="default")))
    assert tenant.claims(tokens["id_token"], application.client_id)["amr"] == ["mfa"]
    token = tokens["access_token"]
    started = user.associate_app(token)
    assert (started["authenticator_type"], len(started["secret"])) == ("otp", 32)
    uri = urlsplit(started["barcode_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/Local Tenant:{user.email}")
    assert parse_qs(uri.query) == {
        "secret": [started["secret"]], "issuer": ["Local Tenant"], "algorithm": ["SHA1"], "digits": ["6"],
        "period": ["30"],
    }  # fmt: skip
    code = user.app_code()
    assert refusal(user.confirm_app(application, token, wrong(code)))[2] == "Invalid otp_code."
    assert user.confirmed() == ["phone"]
    assert user.confirm_app(application, token, code).status_code == 200
    assert user.confirmed() == ["phone", "totp"]
    own = {str(one["id"]).split("|")[0]: one["active"] for one in user.authenticators(token)}
    assert own == {"sms": True, "totp": True}


def test_removing_the_only_factor_ends_the_challenge(tenant: LocalTenant, web: Application, user: User) -> None:
    token = user.enroll("sms", web)
    (phone,) = user.authenticators(token)
    assert user.remove(token, phone["id"]).status_code == 204
    assert (user.authenticators(token), user.methods()) == ([], [])
    with tenant.browser(web) as browser:
        assert browser.give_password(user).callback is not None
