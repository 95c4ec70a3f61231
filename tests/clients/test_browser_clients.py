"""Use the local tenant with @auth0/auth0-spa-js and auth0-js on a page of the application in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mfa_verification.auth0.spa_js import SCRIPT
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from tests.tenant.client import PASSWORD, SCOPE, Application, LocalTenant, User, wrong

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

PACKAGES = Path(__file__).with_name("node") / "node_modules"
AUTH0_JS = PACKAGES / "auth0-js" / "dist" / "auth0.min.js"
ORIGIN = "https://spa.test"
pytestmark = pytest.mark.skipif(
    not (SCRIPT.is_file() and AUTH0_JS.is_file()), reason="`make test` installs the Node packages; it needs Node.js"
)


@pytest.fixture(scope="module")
def browser(tenant: LocalTenant) -> Iterator[LoginBrowser]:
    hosts, ca_bundle = [tenant.settings["AUTH0_DOMAIN"]], Path(tenant.settings["AUTH0_CA_BUNDLE"])
    started = LoginBrowser(None, None, launch_arguments(hosts, ca_bundle, [f"{ORIGIN}/callback"]))
    yield started
    started.close()


@dataclass
class Site:
    """A page of the application in one window. The test opens the callback URL itself, because no server has it."""

    page: Page
    callback: str

    def run(self, program: str, *known: str) -> Any:
        """Run the body of an async function on the page; `known` is in scope."""
        return self.page.evaluate(f"async (known) => {{ {program} }}", list(known))

    def refusal(self, program: str, *known: str) -> tuple[str, str]:
        """Run a program that must fail; return the error and the description that the client throws."""
        met = self.run(
            f"""try {{ {program} }} catch (met) {{ return [met.error, met.error_description || met.message] }}
            return null""",
            *known,
        )
        assert met is not None, "the tenant did not refuse"
        return met[0], met[1]

    def sign_in(self, program: str, user: User) -> None:
        """Let the client open the tenant's pages, sign in there, and return to the application's page."""
        self.page.evaluate(f"() => {{ {program} }}")
        self.page.wait_for_url("**/u/login**")
        self.page.locator("#username").fill(user.email)
        self.page.locator("#password").fill(PASSWORD)
        self.come_back("main button[name=action]")

    def come_back(self, button: str) -> None:
        """Press the button that leads to the callback URL, and open that URL on the page."""
        with self.page.expect_event("requestfailed", lambda one: one.url.startswith(self.callback)) as met:
            self.page.locator(button).first.click()
        self.page.wait_for_url("chrome-error://**")
        sent = met.value.redirected_from.response()  # the URL of a request has no fragment
        self.page.goto(sent.header_value("location"))


@pytest.fixture
def site(tenant: LocalTenant, spa: Application, browser: LoginBrowser) -> Iterator[Site]:
    tenant.management("PATCH", f"/clients/{spa.client_id}", {"web_origins": [ORIGIN]})
    context = browser.context()
    context.grant_permissions(["local-network-access"], origin=ORIGIN)  # Chromium treats the page as public
    page = context.new_page()
    page.route(f"{ORIGIN}/**", lambda route: serve(route, tenant, spa))
    yield Site(page, spa.callback)
    context.close()


def serve(route: Route, tenant: LocalTenant, spa: Application) -> None:
    """Answer for the application: the page with both clients, or a script."""
    path = route.request.url.removeprefix(ORIGIN).partition("?")[0].partition("#")[0]
    if path.endswith(".js"):
        route.fulfill(path=SCRIPT if path == "/spa.js" else AUTH0_JS, content_type="text/javascript")
        return
    known = {
        "domain": tenant.settings["AUTH0_DOMAIN"], "client_id": spa.client_id, "callback": spa.callback,
        "audience": tenant.mfa_audience, "scope": SCOPE,
    }  # fmt: skip
    body = f"""<!DOCTYPE html><title>Application</title><script src="/spa.js"></script><script>
        const it = {json.dumps(known)}
        const asked = {{audience: it.audience, scope: it.scope}}
        const client = new auth0.Auth0Client({{
            domain: it.domain, clientId: it.client_id, authorizationParams: {{...asked, redirect_uri: it.callback}}
        }})
    </script><script>const spa = auth0</script><script src="/auth0.js"></script>"""
    route.fulfill(body=body, content_type="text/html")


def signed_in(site: Site, user: User) -> str:
    """Sign in with spa-js, and return the MFA API token."""
    site.page.goto(f"{ORIGIN}/")
    site.sign_in("client.loginWithRedirect()", user)
    site.run("await client.handleRedirectCallback()")
    token: str = site.run("return await client.getTokenSilently()")
    return token


SILENTLY = "return await client.getTokenSilently({cacheMode: 'off', detailedResponse: true})"
ENROLL = """client.mfa.setMFAAuthDetails(known[0], it.scope, it.audience)
    return await client.mfa.enroll({mfaToken: known[0], """


def enroll_phone(site: Site, user: User, token: str) -> None:
    phone = site.run(ENROLL + "factorType: 'sms', phoneNumber: known[1]})", token, user.phone)
    assert (phone["authenticatorType"], phone["oobChannel"], phone["bindingMethod"]) == ("oob", "sms", "prompt")
    confirm = "return await client.mfa.verify({mfaToken: known[0], oobCode: known[1], bindingCode: known[2]})"
    code = user.sms_code()
    assert site.refusal(confirm, token, phone["oobCode"], wrong(code)) == ("invalid_grant", "Invalid binding_code.")
    confirmed = site.run(confirm, token, phone["oobCode"], code)
    assert (confirmed["token_type"], confirmed["expires_in"]) == ("Bearer", 600)


def test_spa_js_signs_in_enrolls_and_must_answer_a_challenge_then(
    tenant: LocalTenant, site: Site, spa: Application, user: User
) -> None:
    token = signed_in(site, user)
    assert site.run("return (await client.getUser()).sub") == user.user_id
    asked = tenant.controls("GET", "/requests").json()[-1]["seq"]
    assert site.run(SILENTLY)["expires_in"] == 600
    asked = [one["path"] for one in tenant.controls("GET", f"/requests?after={asked}").json()]
    assert [path for path in asked if path in ("/authorize", "/oauth/token")] == ["/authorize", "/oauth/token"]
    enroll_phone(site, user, token)
    app = site.run(ENROLL + "factorType: 'otp'})", token)
    user.secret = app["secret"]
    assert app["barcodeUri"].startswith("otpauth://totp/")
    site.run("await client.mfa.verify({mfaToken: known[0], otp: known[1]})", token, user.app_code())
    listing = "client.mfa.setMFAAuthDetails(known[0]); return await client.mfa.getAuthenticators(known[0])"
    listed = [(one["authenticatorType"], one["active"], one["type"]) for one in site.run(listing, token)]
    assert listed == [("oob", True, "phone"), ("otp", True, "otp")]
    assert site.refusal(SILENTLY) == ("login_required", "Multifactor authentication required")


def test_spa_js_answers_a_challenge_with_an_mfa_token(site: Site, spa: Application, user: User) -> None:
    enroll_phone(site, user, signed_in(site, user))
    token = user.mfa_token(spa, audience=user.tenant.mfa_audience, scope=SCOPE)
    (phone,) = site.run(
        """client.mfa.setMFAAuthDetails(known[0], it.scope, it.audience, {challenge: [{type: 'phone'}]})
        return await client.mfa.getAuthenticators(known[0])""",
        token,
    )
    asked = site.run(
        "return await client.mfa.challenge({mfaToken: known[0], challengeType: 'oob', authenticatorId: known[1]})",
        token, phone["id"],
    )  # fmt: skip
    assert (asked["challengeType"], asked["bindingMethod"]) == ("oob", "prompt")
    verified = site.run(
        "return await client.mfa.verify({mfaToken: known[0], oobCode: known[1], bindingCode: known[2]})",
        token, asked["oobCode"], user.sms_code(),
    )  # fmt: skip
    assert set(SCOPE.split()) <= set(verified["scope"].split())
    refused = site.refusal("await client.mfa.challenge({mfaToken: 'nothing', challengeType: 'otp'})")
    assert refused[1] == "Malformed mfa_token"


def test_spa_js_refreshes_in_its_worker(tenant: LocalTenant, site: Site, user: User) -> None:
    """With refresh tokens in memory, only its worker has them; the page never sees one."""
    made = """const keeper = new spa.Auth0Client({
        domain: it.domain, clientId: it.client_id, useRefreshTokens: true, cacheLocation: 'memory',
        authorizationParams: {...asked, redirect_uri: it.callback}
    })
    const refreshed = () => keeper.getTokenSilently({cacheMode: 'off', detailedResponse: true});"""
    site.page.goto(f"{ORIGIN}/")
    site.sign_in(f"{made} keeper.loginWithRedirect()", user)
    seen = tenant.controls("GET", "/requests").json()[-1]["seq"]
    first, second = site.run(f"""{made} window.refreshed = refreshed
        await keeper.handleRedirectCallback()
        return [await refreshed(), await refreshed()]""")
    assert len(site.page.workers) == 1
    assert (first["expires_in"], "refresh_token" in first | second) == (600, False)
    asked = [one["path"] for one in tenant.controls("GET", f"/requests?after={seen}").json()]
    assert [path for path in asked if path in ("/authorize", "/oauth/token")] == ["/oauth/token"] * 3
    enroll_phone(site, user, second["access_token"])
    assert site.refusal("await window.refreshed()") == ("mfa_required", "Multifactor authentication required")


def test_spa_js_without_a_session_gets_login_required(site: Site) -> None:
    site.page.goto(f"{ORIGIN}/")
    assert site.refusal(SILENTLY) == ("login_required", "Login required")


@pytest.fixture
def implicit(tenant: LocalTenant, spa: Application) -> Iterator[None]:
    """Allow the application the implicit grant."""
    path = f"/clients/{spa.client_id}"
    grants = tenant.management("GET", path).json()["grant_types"]
    tenant.management("PATCH", path, {"grant_types": [*grants, "implicit"]})
    yield
    tenant.management("PATCH", path, {"grant_types": grants})


@pytest.mark.usefixtures("implicit")
def test_auth0_js_signs_in(site: Site, user: User) -> None:
    """It uses the implicit grant: tokens come in the fragment, or silently by `web_message`."""
    made = """const older = new auth0.WebAuth({
        domain: it.domain, clientID: it.client_id, redirectUri: it.callback, responseType: 'token id_token',
        audience: it.audience, scope: it.scope
    })
    const told = (call) => new Promise((done, fail) =>
        call((met, found) => met ? fail(JSON.stringify(met)) : done(found)));"""
    site.page.goto(f"{ORIGIN}/")
    site.sign_in(f"{made} older.authorize()", user)
    found = site.run(f"{made} return await told((back) => older.parseHash(back))")
    assert (found["idTokenPayload"]["sub"], found["tokenType"], found["expiresIn"]) == (user.user_id, "Bearer", 600)
    again = site.run(f"{made} return await told((back) => older.checkSession({{}}, back))")
    assert (again["idTokenPayload"]["sub"], again["expiresIn"]) == (user.user_id, 600)
