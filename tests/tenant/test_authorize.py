"""/authorize: responses, response modes, silent authentication and consent (AF-AUTHZ-01, AF-AUTHZ-13)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest

from tests.tenant.browser import Page
from tests.tenant.client import PASSWORD, Application, User
from tests.tenant.in_process import InProcess

PAPE = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
ORIGIN = "https://app.test"
DECLINED = {"error": "access_denied", "error_description": "User did not authorize the request"}


@pytest.fixture
def tenant() -> InProcess:
    return InProcess()


@pytest.fixture
def implicit(tenant: InProcess, spa: Application) -> Application:
    grants = ["authorization_code", "implicit", "http://auth0.com/oauth/grant-type/mfa-oob"]
    tenant.change(spa, grant_types=grants, web_origins=[ORIGIN])
    return spa


def half_hash(value: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


def posted_message(at: Page) -> dict[str, str]:
    """Return the response that a page posts to its opener."""
    message = re.search(r"response: (\{.*?\}) \}", at.html)
    assert message is not None, at.html
    found: dict[str, str] = json.loads(message[1])
    return found


def claims(token: str) -> dict[str, object]:
    """Return the claims of a token, whose times are those of a clock that stands."""
    found: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return found


@pytest.mark.parametrize("response_type", ["token", "id_token", "token id_token", "id_token token"])
def test_tokens_in_the_callback(tenant: InProcess, implicit: Application, user: User, response_type: str) -> None:
    with tenant.browser(implicit) as browser:
        at = browser.give_password(user, response_type=response_type, scope="openid profile offline_access")
    callback = at.callback
    assert callback is not None
    assert urlsplit(at.response.headers["Location"]).query == ""
    assert callback["state"] == browser.state
    kinds = set(response_type.split())
    assert ("code" in callback, "access_token" in callback, "id_token" in callback) == (
        False, "token" in kinds, "id_token" in kinds,
    )  # fmt: skip
    if "token" in kinds:
        assert (callback["expires_in"], callback["token_type"], callback["scope"]) == (
            "600",
            "Bearer",
            "openid profile",
        )
        assert claims(callback["access_token"])["sub"] == user.user_id
    if "id_token" in kinds:
        identity, token = claims(callback["id_token"]), callback.get("access_token")
        assert (identity["nonce"], identity.get("at_hash")) == (browser.nonce, half_hash(token) if token else None)


def test_tokens_in_the_callback_are_valid_for_two_hours(tenant: InProcess, implicit: Application, user: User) -> None:
    with tenant.browser(implicit) as browser:
        callback = browser.give_password(user, response_type="token", audience=tenant.url("/userinfo")).callback
    assert (callback or {})["expires_in"] == "7200"


def test_an_implicit_request_is_refused_in_the_fragment(tenant: InProcess, implicit: Application) -> None:
    with tenant.browser(implicit) as browser:
        at = browser.authorize(response_type="token", response_mode="query")
    assert (at.callback or {})["error"] == "invalid_request"
    assert urlsplit(at.response.headers["Location"]).query == ""


def test_the_response_mode_fragment(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        at = browser.give_password(user, response_mode="fragment")
    assert dict(parse_qsl(urlsplit(at.response.headers["Location"]).fragment)) == at.callback


def test_the_response_mode_web_message(tenant: InProcess, implicit: Application, user: User) -> None:
    silent: dict[str, str | None] = {"response_mode": "web_message", "prompt": "none"}
    with tenant.browser(implicit) as browser:
        assert posted_message(browser.authorize(**silent, redirect_uri=ORIGIN)) == {
            "error": "login_required", "error_description": "Login required", "state": browser.state,
        }  # fmt: skip
        browser.give_password(user)
        at = browser.authorize(**silent, redirect_uri=ORIGIN)
        assert f'postMessage(message, "{ORIGIN}")' in at.html
        assert not {"X-Frame-Options", "Content-Security-Policy"} & set(at.response.headers)
        assert set(posted_message(at)) == {"code", "state"}
        tokens = posted_message(browser.authorize(**silent, redirect_uri=ORIGIN, response_type="token id_token"))
        assert set(tokens) == {"access_token", "id_token", "expires_in", "token_type", "scope", "state"}
        refused = browser.authorize(**silent, redirect_uri="https://evil.test")
        assert (refused.response.status_code, refused.elements("script")) == (403, [])


def test_silent_authentication_keeps_the_session_cookie(tenant: InProcess, spa: Application, user: User) -> None:
    """Several silent requests at once would otherwise invalidate each other's cookie."""
    with tenant.browser(spa) as browser:
        browser.give_password(user)
        before = browser.cookies.cookies.get("auth0")
        assert "code" in (browser.authorize(prompt="none").callback or {})
        assert browser.cookies.cookies.get("auth0") == before


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_prompt_lets_another_user_sign_in(tenant: InProcess, web: Application, user: User, prompt: str) -> None:
    other = tenant.user()
    with tenant.browser(web) as browser:
        browser.give_password(user)
        at = browser.authorize(prompt=prompt)
        assert at.path == "/u/login"
        tokens = browser.redeem(browser.post(at, username=other.email, password=PASSWORD)).json()
    assert claims(tokens["id_token"])["sub"] == other.user_id


def test_max_age_and_the_end_of_a_session(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        browser.give_password(user)
        tenant.move_clock(120)
        assert browser.authorize(max_age="300").callback is not None
        assert (browser.authorize(max_age="60", prompt="none").callback or {})["error"] == "login_required"
        at = browser.authorize(max_age="60")
        assert at.path == "/u/login"
        tokens = browser.redeem(browser.post(at, username=user.email, password=PASSWORD)).json()
        assert claims(tokens["id_token"])["iat"] == claims(tokens["id_token"])["auth_time"]
        tenant.move_clock(7 * 86_400)
        assert browser.authorize().path == "/u/login"


def test_hints(tenant: InProcess, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = browser.authorize(screen_hint="signup", login_hint="new@example.test")
        assert at.path == "/u/signup"
        assert at.element("input", id="email")["value"] == "new@example.test"
        german = browser.authorize(ui_locales="xx de-AT en")
        assert german.element("html")["lang"] == "de"
        assert "Willkommen" in german.html


def test_acr_values_require_mfa(tenant: InProcess, web: Application, user: User) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        assert browser.give_password(user, audience=None).callback is not None
        at = browser.authorize(audience=None, acr_values=f"x {PAPE}")
        assert at.path == "/u/mfa-sms-challenge"
        tokens = browser.redeem(browser.post(at, code=user.sms_code())).json()
        assert claims(tokens["id_token"])["amr"] == ["mfa"]
        assert browser.authorize(audience=None, acr_values=PAPE).callback is not None


def test_consent_by_prompt(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        at = browser.give_password(user, prompt="consent")
        assert at.path == "/u/consent"
        assert [one["value"] for one in at.elements("input") if one["name"] == "scope[]"] == [
            "openid", "enroll", "read:authenticators", "remove:authenticators",
        ]  # fmt: skip
        assert at.element("input", name="audience")["value"] == tenant.mfa_audience
        assert browser.post(at, action="accept").callback is not None
        for action in ("deny", "decline"):
            refused = browser.post(browser.authorize(prompt="consent"), action=action).callback
            assert refused == DECLINED | {"state": browser.state}


def test_consent_that_every_application_needs() -> None:
    tenant = InProcess(vary=["consent-required"])
    with tenant.browser(tenant.web) as browser:
        at = browser.give_password(tenant.user())
        assert at.path == "/u/consent"
        assert (browser.authorize(prompt="none").callback or {})["error"] == "login_required"
        assert browser.post(at, action="accept").callback is not None
        assert browser.authorize().callback is not None
        more = browser.authorize(prompt="none", audience=None, scope="openid profile").callback
        assert (more or {})["error"] == "consent_required"


LOOPBACK = ["http://localhost:3000/callback", "http://127.0.0.1:5000/", "com.example.app://callback"]


@pytest.fixture
def loopback(tenant: InProcess, web: Application) -> Application:
    """An application with callback URLs whose owner cannot be verified."""
    tenant.change(web, callbacks=[web.callback, *LOOPBACK])
    return web


@pytest.mark.parametrize("callback", LOOPBACK)
def test_a_callback_that_cannot_be_verified_needs_a_confirmation(
    tenant: InProcess, loopback: Application, user: User, callback: str
) -> None:
    with tenant.browser(replace(loopback, callback=callback)) as browser:
        assert browser.give_password(user).callback is not None, "the login page counts as a confirmation"
        assert (browser.authorize(prompt="none").callback or {})["error"] == "interaction_required"
        at = browser.authorize()
        assert at.path == "/u/consent"
        assert [one for one in at.elements("input") if one["name"] == "scope[]"] == []
        assert browser.get(f"/authorize/resume?state={at.state}").path == "/u/consent"
        assert browser.post(at, action="deny").callback is not None
        assert "code" in (browser.post(browser.authorize(), action="accept").callback or {})
    with tenant.browser(loopback) as browser:
        browser.give_password(user)
        assert "code" in (browser.authorize(prompt="none").callback or {})


def test_the_application_or_the_tenant_can_skip_the_confirmation(
    tenant: InProcess, loopback: Application, user: User
) -> None:
    setting = "skip_non_verifiable_callback_uri_confirmation_prompt"
    with tenant.browser(replace(loopback, callback=LOOPBACK[0])) as browser:
        browser.give_password(user)
        tenant.change(loopback, **{setting: True})
        assert "code" in (browser.authorize(prompt="none").callback or {})
        tenant.change(loopback, **{setting: False})
        tenant.manage("PATCH", "/tenants/settings", {setting: True})
        assert browser.authorize().path == "/u/consent", "the application's setting has precedence"


def test_a_refusal_is_logged(tenant: InProcess, web: Application) -> None:
    tenant.management_token()  # which is logged too
    with tenant.browser(web) as browser:
        browser.authorize(redirect_uri="https://web.test/elsewhere")
    newest = tenant.manage("GET", "/logs?per_page=1&sort=date:-1")[0]
    assert newest["type"] == "f"
    assert "Callback URL mismatch" in newest["description"]
