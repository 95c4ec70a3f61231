"""/authorize: what it answers, how it gets back, and when it may do so without asking (AF-AUTHZ-01, AF-AUTHZ-13)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest

from tests.tenant.browser import Page
from tests.tenant.client import PASSWORD, Application, LocalTenant, User
from tests.tenant.conftest import Vary

PAPE = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
ORIGIN = "https://app.test"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant of this file's own: its applications are changed."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("own"))
    yield running
    assert running.stop() == 0


def change(tenant: LocalTenant, application: Application, **settings: object) -> None:
    answer = tenant.management("PATCH", f"/clients/{application.client_id}", settings)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def implicit(tenant: LocalTenant, spa: Application) -> Application:
    grants = ["authorization_code", "implicit", "http://auth0.com/oauth/grant-type/mfa-oob"]
    change(tenant, spa, grant_types=grants, web_origins=[ORIGIN])
    return spa


def half_hash(value: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


def handed_on(at: Page) -> dict[str, str]:
    """What a page hands on by itself, in its message."""
    message = re.search(r"response: (\{.*?\}) \}", at.html)
    assert message is not None, at.html
    found: dict[str, str] = json.loads(message[1])
    return found


@pytest.mark.parametrize("asked", ["token", "id_token", "token id_token", "id_token token"])
def test_tokens_from_the_authorization_endpoint(
    tenant: LocalTenant, implicit: Application, user: User, asked: str
) -> None:
    with tenant.browser(implicit) as browser:
        at = browser.give_password(user, response_type=asked, scope="openid profile offline_access")
        answer = at.callback
        assert answer is not None
        assert urlsplit(at.response.headers["Location"]).query == ""
        assert answer["state"] == browser.state
        kinds = set(asked.split())
        assert ("code" in answer, "access_token" in answer, "id_token" in answer) == (
            False, "token" in kinds, "id_token" in kinds,
        )  # fmt: skip
        if "token" in kinds:
            assert (answer["expires_in"], answer["token_type"], answer["scope"]) == ("600", "Bearer", "openid profile")
            assert tenant.claims(answer["access_token"], tenant.mfa_audience)["sub"] == user.user_id
        if "id_token" in kinds:
            claims = tenant.claims(answer["id_token"], implicit.client_id)
            assert claims["nonce"] == browser.nonce
            token = answer.get("access_token")
            assert claims.get("at_hash") == (half_hash(token) if token else None)


def test_tokens_of_a_browser_live_two_hours(tenant: LocalTenant, implicit: Application, user: User) -> None:
    audience = tenant.url("/userinfo")
    with tenant.browser(implicit) as browser:
        answer = browser.give_password(user, response_type="token", audience=audience).callback
        assert answer is not None
        assert answer["expires_in"] == "7200"
        claims: dict[str, Any] = tenant.claims(answer["access_token"], audience)
        assert claims["exp"] - claims["iat"] == 7200


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"response_mode": "query"}, "invalid_request", "response_mode 'query' is not allowed"),
        ({"nonce": None, "response_type": "id_token"}, "invalid_request", "Missing required parameter: nonce"),
        ({"audience": "https://no/"}, "access_denied", "Service not found"),
    ],
)
def test_an_implicit_refusal_is_behind_the_hash(
    tenant: LocalTenant, implicit: Application, changes: dict[str, str | None], error: str, words: str
) -> None:
    with tenant.browser(implicit) as browser:
        at = browser.authorize(**{"response_type": "token", **changes})
    assert at.callback is not None
    assert at.callback["error"] == error
    assert words in at.callback["error_description"]
    assert urlsplit(at.response.headers["Location"]).query == ""


def test_an_answer_behind_the_hash(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        at = browser.give_password(user, response_mode="fragment")
        assert dict(parse_qsl(urlsplit(at.response.headers["Location"]).fragment)) == at.callback


def test_a_message_to_a_page(tenant: LocalTenant, implicit: Application, user: User) -> None:
    silent: dict[str, str | None] = {"response_mode": "web_message", "prompt": "none"}
    with tenant.browser(implicit) as browser:
        refused = browser.authorize(**silent, redirect_uri=ORIGIN)
        assert handed_on(refused) == {
            "error": "login_required", "error_description": "Login required", "state": browser.state,
        }  # fmt: skip
        browser.give_password(user)
        at = browser.authorize(**silent, redirect_uri=ORIGIN)
        assert f'postMessage(message, "{ORIGIN}")' in at.html
        assert not {"X-Frame-Options", "Content-Security-Policy"} & set(at.response.headers)
        assert set(handed_on(at)) == {"code", "state"}
        tokens = handed_on(browser.authorize(**silent, redirect_uri=ORIGIN, response_type="token id_token"))
        assert set(tokens) == {"access_token", "id_token", "expires_in", "token_type", "scope", "state"}
        stranger = browser.authorize(**silent, redirect_uri="https://evil.test")
        assert (stranger.response.status_code, stranger.elements("script")) == (403, [])
        assert "https://evil.test is not in the list of allowed web origins" in stranger.html


def test_silent_requests_may_come_several_at_once(tenant: LocalTenant, spa: Application, user: User) -> None:
    with tenant.browser(spa) as browser:
        browser.give_password(user)
        before = browser.cookies.cookies.get("auth0")
        assert "code" in (browser.authorize(prompt="none").callback or {})
        assert browser.cookies.cookies.get("auth0") == before


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_session_is_not_taken_up_where_somebody_else_may_sign_in(
    tenant: LocalTenant, web: Application, user: User, prompt: str
) -> None:
    other = tenant.user()
    with tenant.browser(web) as browser:
        browser.give_password(user)
        at = browser.authorize(prompt=prompt)
        assert at.path == "/u/login"
        answer = browser.redeem(browser.post(at, username=other.email, password=PASSWORD)).json()
        assert tenant.claims(answer["id_token"], web.client_id)["sub"] == other.user_id


def test_max_age(vary: Vary) -> None:
    tenant = vary("error-announcer")
    user, web = tenant.user(), tenant.application("web")
    with tenant.browser(web) as browser:
        browser.give_password(user)
        tenant.controls("POST", "/clock", {"seconds": 120})
        assert browser.authorize(max_age="300").callback is not None
        assert (browser.authorize(max_age="60", prompt="none").callback or {})["error"] == "login_required"
        at = browser.authorize(max_age="60")
        assert at.path == "/u/login"
        answer = browser.redeem(browser.post(at, username=user.email, password=PASSWORD)).json()
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})  # of a time that is not ours
        assert claims["iat"] - claims["auth_time"] <= 2
        tenant.controls("POST", "/clock", {"seconds": 7 * 86_400})
        assert browser.authorize().path == "/u/login"


def test_hints(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = browser.authorize(screen_hint="signup", login_hint="new@example.test")
        assert at.path == "/u/signup"
        assert at.element("input", id="email")["value"] == "new@example.test"
        german = browser.authorize(ui_locales="xx de-AT en")
        assert german.element("html")["lang"] == "de"
        assert "Willkommen" in german.html


def test_acr_values_ask_for_a_second_factor(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        assert browser.give_password(user, audience=None).callback is not None
        at = browser.authorize(audience=None, acr_values=f"x {PAPE}")
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, code=user.sms_code())
        answer = browser.redeem(at).json()
        assert tenant.claims(answer["id_token"], web.client_id)["amr"] == ["mfa"]
        assert browser.authorize(audience=None, acr_values=PAPE).callback is not None


def test_consent_is_asked_for_by_prompt(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        at = browser.give_password(user, prompt="consent")
        assert at.path == "/u/consent"
        assert [one["value"] for one in at.elements("input") if one["name"] == "scope[]"] == [
            "openid", "enroll", "read:authenticators", "remove:authenticators",
        ]  # fmt: skip
        assert at.element("input", name="audience")["value"] == tenant.mfa_audience
        assert browser.post(at, action="accept").callback is not None
        at = browser.authorize(prompt="consent")
        for action in ("deny", "decline"):
            refused = browser.post(browser.authorize(prompt="consent"), action=action).callback
            assert refused == {
                "error": "access_denied", "error_description": "User did not authorize the request",
                "state": browser.state,
            }  # fmt: skip


def test_consent_that_every_application_needs(vary: Vary) -> None:
    tenant = vary("consent-required")
    user, web = tenant.user(), tenant.application("web")
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/consent"
        silent = browser.authorize(prompt="none").callback
        assert silent is not None and silent["error"] == "login_required"
        assert browser.post(at, action="accept").callback is not None
        assert browser.authorize().callback is not None
        asked_more = browser.authorize(prompt="none", audience=None, scope="openid profile").callback
        assert asked_more == {
            "error": "consent_required", "error_description": "Consent required", "state": browser.state,
        }  # fmt: skip


LOOPBACK = ["http://localhost:3000/callback", "http://127.0.0.1:5000/", "com.example.app://callback"]


@pytest.fixture
def loose(tenant: LocalTenant, web: Application) -> Application:
    change(tenant, web, callbacks=[web.callback, *LOOPBACK])
    return web


@pytest.mark.parametrize("callback", LOOPBACK)
def test_a_callback_that_nobody_can_verify(tenant: LocalTenant, loose: Application, user: User, callback: str) -> None:
    with tenant.browser(replace(loose, callback=callback)) as browser:
        assert browser.give_password(user).callback is not None, "a screen was shown: the password's"
        silent = browser.authorize(prompt="none").callback
        assert silent is not None and silent["error"] == "interaction_required"
        at = browser.authorize()
        assert at.path == "/u/consent"
        assert [one for one in at.elements("input") if one["name"] == "scope[]"] == []
        state = at.element("input", name="state")["value"]
        assert browser.get(f"/authorize/resume?state={state}").path == "/u/consent"
        assert browser.post(at, action="deny").callback is not None
        assert "code" in (browser.post(browser.authorize(), action="accept").callback or {})
    with tenant.browser(loose) as browser:
        browser.give_password(user)
        assert "code" in (browser.authorize(prompt="none").callback or {})


def test_a_callback_of_a_web_page_is_never_one_of_its_beginnings(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        for address in (web.callback + "?x=1", web.callback + "#", web.callback.upper(), web.callback + ".evil.test"):
            assert browser.authorize(redirect_uri=address).response.status_code == 403


def test_the_confirmation_can_be_skipped_by_the_application_or_the_tenant(
    tenant: LocalTenant, loose: Application, user: User
) -> None:
    setting = "skip_non_verifiable_callback_uri_confirmation_prompt"
    with tenant.browser(replace(loose, callback=LOOPBACK[0])) as browser:
        browser.give_password(user)
        change(tenant, loose, **{setting: True})
        assert "code" in (browser.authorize(prompt="none").callback or {})
        change(tenant, loose, **{setting: False})
        tenant.management("PATCH", "/tenants/settings", {setting: True})
        assert browser.authorize().path == "/u/consent", "the application's word goes first"
        tenant.management("PATCH", "/tenants/settings", {setting: False})


def test_an_application_of_a_third_party(tenant: LocalTenant, user: User) -> None:
    other = replace(tenant.application("third_party"), callback="https://spa.test/callback")
    with tenant.browser(other) as browser:
        at = browser.authorize()
        assert at.callback is not None, at.html
        assert at.callback["error"] == "unauthorized_client"
        at = browser.give_password(user, audience=None, scope="openid profile")
        assert at.path == "/u/consent"
        assert browser.post(at, action="accept").callback is not None
        assert browser.authorize(audience=None, scope="openid").callback is not None
        assert (browser.authorize(audience=None, scope="openid email", prompt="none").callback or {})["error"] == (
            "consent_required"
        )


def test_a_connection_that_is_off_for_the_application(tenant: LocalTenant, web: Application, user: User) -> None:
    name = tenant.settings["AUTH0_CONNECTION"]
    (connection,) = tenant.management("GET", f"/connections?name={name}").json()
    with tenant.browser(web) as browser:
        assert browser.authorize(connection=name).path == "/u/login"
        without = [one for one in connection["enabled_clients"] if one != web.client_id]
        tenant.management("PATCH", f"/connections/{connection['id']}", {"enabled_clients": without})
        refused = browser.authorize(connection=name).callback
        tenant.management(
            "PATCH", f"/connections/{connection['id']}", {"enabled_clients": connection["enabled_clients"]}
        )
    assert refused is not None
    assert (refused["error"], refused["error_description"]) == ("invalid_request", "the connection was disabled")


def test_refusals_are_logged(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        browser.authorize(redirect_uri="https://web.test/elsewhere")
    # The administrator's own token may be renewed for the look itself: that is an event of its own.
    events = tenant.management("GET", "/logs?per_page=5&sort=date:-1").json()
    newest = next(event for event in events if event["type"] != "seccft")
    assert newest["type"] == "f"
    assert "Callback URL mismatch" in newest["description"]
