"""Check that customized pages do not stop a sign-in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mfa_verification.core.outcome import Inconclusive, Stop, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.login.credentials import answer_with
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.login.sign_in import SignIn
from tests.driver import builds
from tests.driver.conftest import AVA, Play
from tests.driver.site import CALLBACK, LANDED, Page, Reply, Site

LOGIN = builds.login("newer")
SLOW_STYLE = '<link rel="stylesheet" href="/slow.css">'
NO_STYLE = '<link rel="stylesheet" href="/not-there.css">'
BANNER = '<div style="position: fixed; inset: 0; z-index: 99; background: #000c">We use cookies</div>'
FRAME = '<iframe srcdoc="<form><input name=username><button name=action value=default>No</button></form>"></iframe>'
RENDERED = """<div id="root"></div><script>
  setTimeout(() => {{
    document.getElementById('root').innerHTML = {html!r};
  }}, {after});
</script>"""
MAIN = builds.form(
    builds.field("newer", "username"), builds.field("newer", "password", "password"), builds.submit("newer")
)
DECOYS = (
    '<form method="post" style="display: none"><input name="username"><input name="password" type="password">'
    '<button name="action" value="default">No</button></form>'
)

INPUT_AS_BUTTON = builds.page(
    "newer",
    MAIN.replace("<button type", "<input type").replace(">Weiter</button>", ">").replace(">Copy</button>", ">"),
)


@pytest.mark.parametrize(
    "html",
    [
        builds.login("newer", BANNER),
        builds.login("newer", FRAME),
        builds.login("newer", head='<script defer src="/slow.js"></script>'),
        builds.login("newer", '<img src="/slow.js" width="9" height="9">'),
        builds.login("newer", '<script src="/slow.js"></script>'),
        builds.login("newer", language="ar").replace("<html", '<html dir="rtl"'),
        builds.page("newer", DECOYS, MAIN),
        builds.page("newer", MAIN, BANNER.replace("inset: 0", "bottom: 0"), DECOYS),
        INPUT_AS_BUTTON,
        builds.page("newer", MAIN, style=SLOW_STYLE),
        builds.page("newer", MAIN, style=NO_STYLE),
        builds.notice_in(LOGIN, "Ihre Adresse ist bestaetigt"),
    ],
    ids=["banner", "frame", "slow script", "slow picture", "slow script at the end", "right to left", "decoys before",
         "decoys after", "input as button", "stylesheet late", "stylesheet missing", "notice"],
)  # fmt: skip
def test_a_sign_in_succeeds(play: Play, site: Site, html: str) -> None:
    outcome = play(Page("login", html), seconds=8)
    assert outcome.result()["code"] == Secret("the-code", "code")
    assert [sent["username"] for _, sent in site.sent] == [AVA.email]


@pytest.mark.parametrize("prefix", ["/u/", "/de/u/", "/tenant/one/u/"])
def test_pages_may_have_a_prefix(play: Play, site: Site, prefix: str) -> None:
    site.also["/authorize"] = Reply(status=302, location=f"{prefix}login?state=s&ui_locales=de")
    assert play(Page("login", LOGIN)).value


def test_several_redirects_are_followed(play: Play, site: Site) -> None:
    site.also["/authorize"] = Reply(status=302, location="/continue")
    site.also["/continue"] = Reply(status=303, location="/u/login?state=s")
    assert play(Page("login", LOGIN)).value


def test_a_fragment_is_read(play: Play) -> None:
    assert play(Page("login", LOGIN), end=f"{CALLBACK}#code=c&state=t").result()["state"] == Secret("t", "state")


def test_a_form_that_is_posted_to_the_callback_is_read(play: Play, site: Site) -> None:
    site.also["/posts"] = Reply(
        f'<body onload="document.forms[0].submit()"><form method="post" action="{CALLBACK}">'
        '<input type="hidden" name="code" value="c"><input type="hidden" name="state" value="t"></form></body>'
    )
    landed = play(Page("login", LOGIN), end="/posts").result()
    assert {name: landed[name] for name in ("code", "state")} == {
        "code": Secret("c", "code"), "state": Secret("t", "state")
    }  # fmt: skip


@pytest.mark.parametrize("beside", ["error=access_denied", "access_token=t", "error=login_required&id_token=t"])
def test_a_callback_with_several_results_is_not_valid(play: Play, beside: str) -> None:
    with pytest.raises(TenantFault, match="the callback has") as met:
        play(Page("login", LOGIN), end=f"{LANDED}&{beside}")
    assert met.value.cause is Cause.CALLBACK_NOT_VALID


def test_a_url_that_only_begins_like_the_callback_is_another(play: Play, site: Site) -> None:
    site.also["/callback-of-another"] = Reply("<p>Elsewhere</p>", 404)
    near = f"{site.url}/callback-of-another?code=c"
    with pytest.raises(Inconclusive, match="callback-of-another"):
        play(Page("login", LOGIN), end=near)


def test_requests_over_http_have_the_headers_of_a_browser(site: Site) -> None:
    device = HttpDevices(None).device()
    outcome = SignIn(device, site.plays(Page("login", LOGIN)), CALLBACK, []).run(AVA)
    device.close()
    assert outcome.value
    assert site.asked["Accept"].startswith("text/html,application/xhtml+xml")
    assert site.asked["User-Agent"].startswith("mfa-verification ")


def test_a_callback_with_a_custom_scheme_is_read(site: Site, browser: LoginBrowser) -> None:
    device = browser.device()
    url = site.plays(Page("login", LOGIN), end="com.example.app://callback?code=c&state=t")
    outcome = SignIn(device, url, "com.example.app://callback", []).run(AVA)
    device.close()
    assert outcome.result()["code"] == Secret("c", "code")


class TestScripts:
    """Pages with scripts, in the browser."""

    def play(self, site: Site, browser: LoginBrowser, *pages: Page, seconds: float = 8) -> object:
        device = browser.device()
        try:
            who = replace(AVA, moves=(answer_with("sms", lambda: Secret("135790", "code")),))
            return SignIn(device, site.plays(*pages), CALLBACK, [], seconds=seconds).run(who).value
        finally:
            device.close()

    def test_a_page_rendered_by_script(self, site: Site, browser: LoginBrowser) -> None:
        html = builds.page("newer", RENDERED.format(html=MAIN, after=300))
        assert self.play(site, browser, Page("login", html))

    def test_a_page_rendered_again_while_it_is_filled(self, site: Site, browser: LoginBrowser) -> None:
        again = f"<script>setInterval(() => {{ document.querySelector('section').innerHTML = {MAIN!r} }}, 5)</script>"
        assert self.play(site, browser, Page("login", builds.login("newer", again)))

    def test_a_strict_content_security_policy(self, site: Site, browser: LoginBrowser) -> None:
        policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        assert self.play(site, browser, Page("login", LOGIN, headers=policy))

    def test_a_page_that_leads_on_by_script(self, site: Site, browser: LoginBrowser) -> None:
        site.also["/hop"] = Reply("<script>setTimeout(() => location.replace('/u/login?state=s'), 200)</script>")
        site.also["/authorize"] = Reply("<script>location.href = '/hop'</script>")
        assert self.play(site, browser, Page("login", LOGIN))

    def test_a_button_that_is_switched_off_once_pressed(self, site: Site, browser: LoginBrowser) -> None:
        script = (
            "<script>addEventListener('submit', event => setTimeout(() => event.submitter.disabled = true))</script>"
        )
        assert self.play(site, browser, Page("login", builds.login("newer", script)))

    def test_values_that_a_script_reads_from_input_events(self, site: Site, browser: LoginBrowser) -> None:
        script = """<script>
          const heard = {};
          addEventListener('input', event => { heard[event.target.name] = event.target.value; });
          addEventListener('submit', event => {
            event.preventDefault();
            fetch(location.href, {method: 'POST', body: new URLSearchParams({...heard, action: event.submitter.value})})
              .then(() => location.assign('/authorize/resume?state=s'));
          });
        </script>"""
        pages = Page("login", builds.login("newer", script)), Page("mfa-sms-challenge", builds.challenge("newer"))
        pages[0].after = lambda sent: Reply()
        assert self.play(site, browser, *pages)
        assert site.sent[0][1] == {"username": AVA.email, "password": "the password", "action": "default"}

    def test_an_error_that_the_page_shows_before_it_sends(self, site: Site, browser: LoginBrowser) -> None:
        script = """<script>addEventListener('submit', event => {
          event.preventDefault();
          document.getElementById('error-cs-username-required').classList.add('ulp-validator-error');
        })</script>"""
        device = browser.device()
        url = site.plays(Page("login", builds.login("newer", script)))
        outcome = SignIn(device, url, CALLBACK, [], seconds=8).run(AVA)
        device.close()
        assert outcome.obstacle is not None
        assert (outcome.stop, outcome.obstacle.words) == (Stop.WRONG_ANSWER, "Missing")

    def test_the_capabilities_of_the_browser_may_take_a_second(self, site: Site, browser: LoginBrowser) -> None:
        script = """setTimeout(() => {
          document.querySelector('[name=js-available]').value = 'true';
          document.forms[0].submit();
        }, 1000)"""
        page = Page("mfa-detect-browser-capabilities", builds.capabilities("newer", script))
        assert self.play(site, browser, page)
        assert site.sent[0][1]["js-available"] == "true"

    def test_a_page_that_blocks_the_browser_ends_at_the_deadline(self, site: Site, browser: LoginBrowser) -> None:
        with pytest.raises(Inconclusive) as met:
            self.play(site, browser, Page("login", builds.login("newer", "<script>for (;;);</script>")), seconds=2)
        assert met.value.cause is Cause.SIGN_IN_TOO_SLOW

    def test_a_page_without_an_effect_ends_at_the_deadline(self, site: Site, browser: LoginBrowser) -> None:
        script = "<script>addEventListener('submit', event => event.preventDefault())</script>"
        with pytest.raises(Inconclusive, match="had no effect") as met:
            self.play(site, browser, Page("login", builds.login("newer", script)), seconds=2)
        assert met.value.cause is Cause.SIGN_IN_TOO_SLOW
