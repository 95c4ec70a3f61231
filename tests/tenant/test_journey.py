"""The whole enrollment journey: a phone, then an authenticator app, for both kinds of application."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import jwt

from tests.tenant.client import SCOPE, Application, LocalTenant, User, wrong


def claims_of(tenant: LocalTenant, token: str, audience: str) -> dict[str, object]:
    """Verify a token as a client does: with the key set, the issuer and the audience."""
    keys = tenant.http.get(tenant.url("/.well-known/jwks.json")).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, object] = jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=tenant.url("/"))
    return claims


def test_first_sign_in_for_the_mfa_api_asks_for_the_password_alone(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    with tenant.browser(application) as browser:
        at = browser.give_password(user)
        assert at.callback is not None
        assert at.callback["state"] == browser.state
        answer = browser.redeem(at)
        nonce = browser.nonce
    tokens = answer.json()
    assert {name: tokens[name] for name in ("scope", "expires_in", "token_type")} == {
        "scope": SCOPE, "expires_in": 600, "token_type": "Bearer",
    }  # fmt: skip
    claims = claims_of(tenant, tokens["access_token"], tenant.mfa_audience)
    assert claims["aud"] == [tenant.mfa_audience, tenant.url("/userinfo")]
    assert (claims["sub"], claims["azp"], claims["scope"]) == (user.user_id, application.client_id, SCOPE)
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 600
    identity = claims_of(tenant, tokens["id_token"], application.client_id)
    assert (identity["nonce"], identity["sub"]) == (nonce, user.user_id)
    assert "amr" not in identity


def test_without_openid_the_audience_is_a_text_and_there_is_no_id_token(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    tokens = user.sign_in(web, scope="enroll")
    assert "id_token" not in tokens
    assert claims_of(tenant, tokens["access_token"], tenant.mfa_audience)["aud"] == tenant.mfa_audience


def test_a_phone_is_enrolled_with_the_texted_code(tenant: LocalTenant, application: Application, user: User) -> None:
    token = user.sign_in(application)["access_token"]
    begun = user.associate(token)
    assert begun.status_code == 200
    answer = begun.json()
    assert answer.pop("oob_code").startswith("Fe26.2*SERVER_")
    assert answer == {"authenticator_type": "oob", "binding_method": "prompt", "oob_channel": "sms"}
    texts = tenant.messages(user.phone)
    assert len(texts) == 1
    words = "is your verification code for Local Tenant. Please enter this code to verify your enrollment."
    assert texts[0]["body"] == f"{texts[0]['code']} {words}"
    assert user.confirmed() == []
    assert [(one["active"], one["name"]) for one in user.authenticators(token)] == [
        (False, f"XXXXXXXX{user.phone[-4:]}")
    ]

    done = user.confirm(application, token, begun.json()["oob_code"], user.sms_code())
    assert done.status_code == 200, done.text
    body = done.json()
    assert set(body["scope"].split()) == set(SCOPE.split()[1:])
    assert (body["expires_in"], body["token_type"]) == (600, "Bearer")
    assert claims_of(tenant, body["access_token"], tenant.mfa_audience)["sub"] == user.user_id
    assert claims_of(tenant, body["id_token"], application.client_id)["amr"] == ["mfa"]
    (phone,) = user.methods()
    assert phone["phone_number"] == f"XXXXXXXX{user.phone[-4:]}"
    assert (phone["type"], phone["confirmed"], phone["preferred_authentication_method"]) == ("phone", True, "sms")
    assert str(phone["id"]).replace("phone|", "sms|") == user.authenticators(token)[0]["id"]
    assert [one["active"] for one in user.authenticators(token)] == [True]


def test_then_an_app_is_enrolled_past_the_texted_challenge(
    tenant: LocalTenant, application: Application, user: User
) -> None:
    user.enroll("sms", application)
    with tenant.browser(application) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, code=user.sms_code(), action="default")
        tokens = browser.redeem(at).json()
    assert claims_of(tenant, tokens["id_token"], application.client_id)["amr"] == ["mfa"]
    token = tokens["access_token"]
    begun = user.associate_app(token)
    assert begun["authenticator_type"] == "otp"
    assert len(begun["secret"]) == 32
    uri = urlsplit(begun["barcode_uri"])
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/Local Tenant:{user.email}")
    assert parse_qs(uri.query) == {
        "secret": [begun["secret"]], "issuer": ["Local Tenant"], "algorithm": ["SHA1"], "digits": ["6"],
        "period": ["30"],
    }  # fmt: skip
    code = user.app_code()
    assert user.confirm_app(application, token, wrong(code)).json()["error_description"] == "Invalid otp_code."
    assert user.confirmed() == ["phone"]
    done = user.confirm_app(application, token, code)
    assert done.status_code == 200, done.text
    assert user.confirmed() == ["phone", "totp"]
    assert {str(one["id"]).split("|")[0]: one["active"] for one in user.authenticators(token)} == {
        "sms": True,
        "totp": True,
    }


def test_each_factor_opens_the_door_and_the_picker_leads_to_the_other(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    user.enroll("sms", web)
    token = user.sign_in(web)["access_token"]
    user.associate_app(token)
    assert user.confirm_app(web, token, user.app_code()).status_code == 200
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/mfa-otp-challenge"
        at = browser.post(at, action="pick-authenticator")
        assert at.path == "/u/mfa-login-options"
        assert [one["value"] for one in at.elements("button")] == ["otp::0", "sms::1"]
        at = browser.post(at, action="sms::1")
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, code=user.sms_code(), action="default")
        assert browser.redeem(at).status_code == 200
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        at = browser.post(at, action="pick-authenticator")
        at = browser.post(at, action="otp::0")
        at = browser.post(at, code=user.app_code(), action="default")
        assert browser.redeem(at).status_code == 200


def test_an_app_can_be_the_first_factor(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("otp", web)
    assert user.confirmed() == ["totp"]
    with tenant.browser(web) as browser:
        assert browser.give_password(user).path == "/u/mfa-otp-challenge"


def test_two_factors_with_the_token_of_one_sign_in(tenant: LocalTenant, spa: Application, user: User) -> None:
    token = user.enroll("sms", spa)
    user.associate_app(token)
    assert user.confirm_app(spa, token, user.app_code()).status_code == 200
    assert user.confirmed() == ["phone", "totp"]


def test_removing_a_factor_ends_its_challenge(tenant: LocalTenant, web: Application, user: User) -> None:
    token = user.enroll("sms", web)
    (phone,) = user.authenticators(token)
    url = tenant.url(f"/mfa/authenticators/{str(phone['id']).replace('|', '%7C')}")
    assert tenant.http.delete(url, headers={"Authorization": f"Bearer {token}"}).status_code == 204
    assert user.authenticators(token) == []
    assert user.methods() == []
    with tenant.browser(web) as browser:
        assert browser.give_password(user).callback is not None
    gone = tenant.http.delete(url, headers={"Authorization": f"Bearer {token}"})
    assert (gone.status_code, gone.json()["error"]) == (404, "not_found")


def test_with_a_factor_but_another_audience_only_the_password_is_asked_for(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        at = browser.give_password(user, audience=None)
        tokens = browser.redeem(at).json()
    assert tokens["scope"] == "openid"
    assert tokens["access_token"].count(".") == 0
