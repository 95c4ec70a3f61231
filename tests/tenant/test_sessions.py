"""Cookies: the browser of a sign-in, single sign-on, remembered devices and logout.

Facts: AF-AUTHZ-36, AF-AUTHZ-40, AF-LIMIT-18.
"""

from __future__ import annotations

import pytest

from tests.tenant.client import PASSWORD, Application, User
from tests.tenant.in_process import InProcess

PAPE = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


@pytest.fixture
def tenant() -> InProcess:
    return InProcess()


def test_a_sign_in_continues_only_in_its_browser(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser, tenant.browser(web) as attacker:
        page = browser.authorize()
        attacker.authorize()
        for path in (f"/u/login?state={page.state}", f"/authorize/resume?state={page.state}"):
            at = attacker.get(path)
            assert (at.response.status_code, "find your session" in at.html) == (400, True)
        assert attacker.post(page, username=user.email, password=PASSWORD).response.status_code == 400
        assert browser.post(page, username=user.email, password=PASSWORD).callback is not None


def test_the_attributes_of_cookies_and_pages(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = browser.authorize()
        first = browser.cookies.cookies.get("auth0")
        at = browser.post(page, username=user.email, password=PASSWORD)
        header = at.response.headers["Set-Cookie"]
        for part in ("auth0=", "Secure", "HttpOnly", "SameSite=None", "Path=/"):
            assert part in header
        assert browser.cookies.cookies.get("auth0") not in (None, first), "a sign-in renews the cookie"
        assert {"X-Frame-Options", "Content-Security-Policy"} <= set(page.response.headers)


def test_two_sign_ins_in_one_browser(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        first, second = browser.authorize(), browser.authorize()
        assert browser.post(first, username=user.email, password=PASSWORD).callback is not None
        assert browser.post(second, username=user.email, password=PASSWORD).callback is not None


def test_one_sign_in_for_two_applications(tenant: InProcess, web: Application, spa: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        browser.give_password(user)
        other = tenant.browser(spa, cookies=browser.cookies)
        assert "code" in (other.authorize().callback or {})


def test_a_remembered_device_needs_no_mfa_for_thirty_days(tenant: InProcess, web: Application, user: User) -> None:
    other = tenant.user()
    user.enroll("sms", web)
    other.enroll("sms", web)
    tenant.manage("PUT", "/guardian/policies", ["all-applications"])
    with tenant.browser(web) as browser:
        at = browser.give_password(user, audience=None)
        assert at.path == "/u/mfa-sms-challenge"
        assert browser.post(at, code=user.sms_code(), rememberBrowser="true").callback is not None

        def path(of: User = user, **changes: str | None) -> str:
            return browser.give_password(of, prompt="login", **changes).path

        assert path(audience=None) == "callback"
        assert path() == "/u/mfa-sms-challenge", "the MFA audience requires MFA"
        assert path(other, audience=None) == "/u/mfa-sms-challenge", "the device is remembered for one user"
        assert path(audience=None, acr_values=PAPE) == "/u/mfa-sms-challenge"
        tenant.move_clock(30 * 86_400)
        assert path(audience=None) == "/u/mfa-sms-challenge"


def test_logout_ends_the_session(tenant: InProcess, web: Application, user: User) -> None:
    tenant.change(web, allowed_logout_urls=["https://web.test/bye"])
    with tenant.browser(web) as browser:
        browser.give_password(user)
        url = tenant.url(f"/v2/logout?client_id={web.client_id}&federated&returnTo=")
        assert browser.cookies.get(url + "https://evil.test/", allow_redirects=False).status_code == 400
        assert "code" in (browser.authorize(prompt="none").callback or {})
        response = browser.cookies.get(url + "https://web.test/bye", allow_redirects=False)
        assert (response.status_code, response.headers["Location"]) == (302, "https://web.test/bye")
        assert (browser.authorize(prompt="none").callback or {})["error"] == "login_required"
    assert "slo" in user.events()


def test_logout_without_an_application_has_the_tenants_own_list_of_urls(tenant: InProcess, web: Application) -> None:
    tenant.change(web, allowed_logout_urls=["https://web.test/bye"])
    with tenant.browser(web) as browser:
        assert browser.cookies.get(tenant.url("/v2/logout")).status_code == 200
        refused = browser.cookies.get(tenant.url("/v2/logout?returnTo=https://web.test/bye"), allow_redirects=False)
        assert refused.status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_of_openid_connect(tenant: InProcess, web: Application, user: User, method: str) -> None:
    tenant.change(web, allowed_logout_urls=["https://web.test/bye"])
    discovery = tenant.http.get(tenant.url("/.well-known/openid-configuration")).json()
    assert discovery["end_session_endpoint"] == tenant.url("/oidc/logout")
    with tenant.browser(web) as browser:
        hint = browser.redeem(browser.give_password(user)).json()["id_token"]
        usual = {"id_token_hint": hint, "post_logout_redirect_uri": "https://web.test/bye", "state": "s 1"}

        def log_out(**changes: str) -> tuple[int, str | None]:
            given = usual | changes
            response = browser.cookies.request(
                method, tenant.url("/oidc/logout"), allow_redirects=False,
                **({"params": given} if method == "GET" else {"data": given}),  # type: ignore[arg-type]
            )  # fmt: skip
            return response.status_code, response.headers.get("Location")

        assert log_out(id_token_hint="x.y.z") == (400, None)
        assert log_out(post_logout_redirect_uri="https://evil.test") == (400, None)
        assert log_out(logout_hint="x") == (302, "https://web.test/bye?state=s+1")
        assert (browser.authorize(prompt="none").callback or {})["error"] == "login_required"
