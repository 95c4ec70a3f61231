"""Cookies: whose a sign-in is, single sign-on, remembered devices, and the ways out.

Facts: AF-AUTHZ-36, AF-AUTHZ-40, AF-LIMIT-18.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tenant.client import PASSWORD, Application, LocalTenant, User
from tests.tenant.conftest import Vary

EVERYBODY = "all-applications"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant of this file's own: its applications are changed."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("own"))
    yield running
    assert running.stop() == 0


def types(user: User) -> list[str]:
    logs = user.tenant.management("GET", f"/users/{user.user_id}/logs").json()
    return [entry["type"] for entry in logs]


def test_a_state_is_worth_nothing_in_another_browser(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as victim, tenant.browser(web) as thief:
        page = victim.authorize()
        state = page.element("input", name="state")["value"]
        thief.authorize()
        for path in (f"/u/login?state={state}", f"/authorize/resume?state={state}"):
            at = thief.get(path)
            assert (at.response.status_code, "find your session" in at.html) == (400, True)
        data = {"state": state, "username": user.email, "password": PASSWORD}
        refused = thief.cookies.post(page.response.url, data=data, allow_redirects=False)
        assert refused.status_code == 400
        assert victim.post(page, username=user.email, password=PASSWORD).callback is not None


def test_cookies_are_for_tls_alone_and_unseen_by_scripts(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = browser.authorize()
        first = browser.cookies.cookies.get("auth0")
        at = browser.post(page, username=user.email, password=PASSWORD)
        said = at.response.headers["Set-Cookie"]
        for part in ("auth0=", "Secure", "HttpOnly", "SameSite=None", "Path=/"):
            assert part in said
        assert browser.cookies.cookies.get("auth0") not in (None, first), "a new one for who signed in"
        assert {"X-Frame-Options", "Content-Security-Policy"} <= set(page.response.headers)


def test_what_is_going_on_in_another_tab_goes_on(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        first, second = browser.authorize(), browser.authorize()
        assert browser.post(first, username=user.email, password=PASSWORD).callback is not None
        assert browser.post(second, username=user.email, password=PASSWORD).callback is not None


def test_one_sign_in_for_two_applications(tenant: LocalTenant, web: Application, spa: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        browser.give_password(user)
        other = tenant.browser(spa, cookies=browser.cookies)
        assert "code" in (other.authorize().callback or {})


def test_a_remembered_device_is_not_asked_for_thirty_days(vary: Vary) -> None:
    tenant = vary("error-announcer")
    user, other, web = tenant.user(), tenant.user(), tenant.application("web")
    user.enroll("sms", web)
    other.enroll("sms", web)
    tenant.management("PUT", "/guardian/policies", [EVERYBODY])
    with tenant.browser(web) as browser:
        at = browser.give_password(user, audience=None)
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, code=user.sms_code(), rememberBrowser="true")
        assert at.callback is not None
        assert browser.give_password(user, audience=None, prompt="login").callback is not None
        assert browser.give_password(user, prompt="login").path == "/u/mfa-sms-challenge", "the MFA audience asks"
        somebody_else = browser.give_password(other, audience=None, prompt="login")
        assert somebody_else.path == "/u/mfa-sms-challenge", "it is the other's device"
        pape = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
        forced = browser.give_password(user, audience=None, prompt="login", acr_values=pape)
        assert forced.path == "/u/mfa-sms-challenge"
        tenant.controls("POST", "/clock", {"seconds": 30 * 86_400 + 1})
        assert browser.give_password(user, audience=None, prompt="login").path == "/u/mfa-sms-challenge"


def test_logout_ends_the_session(tenant: LocalTenant, web: Application, user: User) -> None:
    tenant.change(web, allowed_logout_urls=["https://web.test/bye"])
    with tenant.browser(web) as browser:
        browser.give_password(user)
        url = f"/v2/logout?client_id={web.client_id}&federated&returnTo="
        refused = browser.cookies.get(tenant.url(url + "https://evil.test/"), allow_redirects=False)
        assert refused.status_code == 400
        assert "https://evil.test/ is not in the list" in refused.text
        assert "code" in (browser.authorize(prompt="none").callback or {})
        answer = browser.cookies.get(tenant.url(url + "https://web.test/bye"), allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://web.test/bye")
        assert (browser.authorize(prompt="none").callback or {})["error"] == "login_required"
    assert "slo" in types(user)


def test_logout_without_an_address_or_an_application(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        assert browser.cookies.get(tenant.url("/v2/logout")).status_code == 200
        assert browser.cookies.get(tenant.url("/v2/logout?client_id=nobody")).status_code == 403
        other = browser.cookies.get(tenant.url("/v2/logout?returnTo=https://web.test/bye"), allow_redirects=False)
        assert other.status_code == 400, "only the tenant's own list counts where no application is named"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_of_openid_connect(tenant: LocalTenant, web: Application, user: User, method: str) -> None:
    tenant.change(web, allowed_logout_urls=["https://web.test/bye"])
    assert tenant.http.get(tenant.url("/.well-known/openid-configuration")).json()["end_session_endpoint"] == (
        tenant.url("/oidc/logout")
    )
    with tenant.browser(web) as browser:
        hint = browser.redeem(browser.give_password(user)).json()["id_token"]
        asked = {"id_token_hint": hint, "post_logout_redirect_uri": "https://web.test/bye", "state": "s 1"}

        def leave(**changes: str) -> tuple[int, str | None]:
            given = asked | changes
            answer = browser.cookies.request(
                method, tenant.url("/oidc/logout"), allow_redirects=False,
                **({"params": given} if method == "GET" else {"data": given}),  # type: ignore[arg-type]
            )  # fmt: skip
            return answer.status_code, answer.headers.get("Location")

        assert leave(id_token_hint="x.y.z") == (400, None)
        assert leave(post_logout_redirect_uri="https://evil.test") == (400, None)
        assert leave(logout_hint="x") == (302, "https://web.test/bye?state=s+1")
        assert (browser.authorize(prompt="none").callback or {})["error"] == "login_required"
