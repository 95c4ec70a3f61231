"""Check what stops a sign-in: an obstacle of the tenant in the outcome, or `Inconclusive`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from mfa_verification.core.outcome import Inconclusive, Stop
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.login.credentials import ActionKind, ChallengeAction, answer_with
from mfa_verification.login.sign_in import Picture, SignIn
from tests.driver import builds
from tests.driver.conftest import AVA, Play
from tests.driver.site import CALLBACK, LANDED, Page, Reply, Site

LOGIN = builds.login("newer")
CAPTCHA = '<div class="ulp-captcha" data-captcha-provider="auth0_v2"><input type="hidden" name="captcha"></div>'


def login_then(html: str, status: int = 400) -> Page:
    return Page("login", LOGIN, after=lambda sent: Reply(html, status))


@pytest.mark.parametrize(
    ("page", "cause"),
    [
        (Page("login", builds.login("newer", CAPTCHA)), Cause.CAPTCHA),
        (login_then(builds.error_in(LOGIN, "captcha", "invalid-captcha", "Loese das Raetsel")), Cause.CAPTCHA),
        (login_then(builds.alert_in(LOGIN, "password-breached", "Gestohlen")), Cause.PASSWORD_BREACHED),
        (login_then(builds.alert_in(LOGIN, "ip-blocked", "Verdaechtig")), Cause.RATE_LIMITED),
        (login_then("<p>Zu viel</p>", 429), Cause.RATE_LIMITED),
        (
            login_then("<p>invalid_request: The rate limit for endpoint /u/login was reached</p>", 400),
            Cause.RATE_LIMITED,
        ),
        (login_then("<p>Kaputt</p>", 503), Cause.TENANT_UNAVAILABLE),
        (Page("something-new", builds.offers("newer", "dance")), Cause.UNKNOWN_SCREEN),
        (Page("login", builds.offers("newer", "dance")), Cause.UNKNOWN_SCREEN),
        (login_then("<h1>403 Forbidden</h1><p>Your request has been blocked</p>", 403), Cause.UNKNOWN_SCREEN),
        (Page("consent", "<h1>Bad gateway of another company</h1>", 400), Cause.UNKNOWN_SCREEN),
    ],
)
def test_an_obstacle_that_is_not_the_tenants_is_inconclusive(play: Play, page: Page, cause: Cause) -> None:
    with pytest.raises(Inconclusive) as met:
        play(page)
    assert met.value.cause is cause
    assert "the password" not in str(met.value)


def test_an_unknown_screen_is_described(play: Play) -> None:
    html = builds.page(
        "newer", builds.form("<input name='shoe'>", builds.submit("newer", "dance")), "<p>Schuh 123456</p>"
    )
    with pytest.raises(Inconclusive) as met:
        play(Page("login", LOGIN), Page("shoe-size", html))
    said = str(met.value)
    for part in (
        "/u/shoe-size",
        "its fields: shoe",
        "its buttons: dance",
        "Schuh •••",
        "screens met: login",
        "sign-in.md",
    ):
        assert part in said
    assert met.value.screens == ("login",)


def test_a_screen_that_returns_without_an_error_is_a_loop(play: Play) -> None:
    page = Page("login", LOGIN, after=lambda sent: Reply(status=302, location="/u/login?state=s"))
    with pytest.raises(Inconclusive, match="login came 3 times without an error") as met:
        play(page)
    assert met.value.cause is Cause.SIGN_IN_LOOPS


def test_endless_redirects_are_inconclusive(play: Play, site: Site) -> None:
    site.also["/round"] = Reply(status=302, location="/round")
    with pytest.raises(Inconclusive) as met:
        play(end="/round")
    assert met.value.cause in (Cause.SIGN_IN_LOOPS, Cause.TENANT_UNREACHABLE)


@pytest.mark.parametrize(
    ("page", "stop"),
    [
        (login_then(builds.error_in(LOGIN, "password", "wrong-email-credentials", "Falsch")), Stop.WRONG_ANSWER),
        (login_then(builds.alert_in(LOGIN, "user-blocked", "Gesperrt")), Stop.ACCOUNT_BLOCKED),
        (login_then(builds.alert_in(LOGIN, "user-blocked", "Gesperrt"), 429), Stop.ACCOUNT_BLOCKED),
        (login_then(builds.alert_in(LOGIN, "transaction-not-found", "Weg")), Stop.TRANSACTION_EXPIRED),
        (Page("reset-password/change", builds.password("newer")), Stop.PASSWORD_CHANGE),
    ],
)
def test_an_error_on_a_page_is_an_obstacle(play: Play, page: Page, stop: Stop) -> None:
    outcome = play(page)
    assert outcome.stop is stop


@pytest.mark.parametrize(
    ("words", "stop"),
    [
        ("Callback URL mismatch. https://x.test is not in the list of allowed callback URLs", Stop.CALLBACK_MISMATCH),
        ("invalid_request: Unknown client: nobody", Stop.UNKNOWN_APPLICATION),
        ("The session is gone. We couldn't find your session.", Stop.TRANSACTION_EXPIRED),
        ("Anders als gedacht", Stop.ERROR_PAGE),
    ],
)
def test_an_error_page_is_an_obstacle(play: Play, site: Site, words: str, stop: Stop) -> None:
    site.also["/authorize"] = Reply(builds.error_page("invalid_request", words), 403)
    outcome = play()
    assert outcome.stop is stop
    assert outcome.obstacle is not None
    assert words in outcome.obstacle.words


@pytest.mark.parametrize("place", ["login", "consent", "mfa-otp-enrollment", "mfa-sms-challenge"])
def test_an_error_page_in_place_of_a_screen_is_an_obstacle(play: Play, place: str) -> None:
    outcome = play(Page(place, builds.error_page("invalid_request", "We couldn't find your session."), 400))
    assert outcome.stop is Stop.TRANSACTION_EXPIRED
    assert outcome.obstacle is not None
    assert outcome.obstacle.words.startswith("invalid_request")


def test_a_custom_error_page_is_recognized_by_auth0s_text(play: Play, site: Site) -> None:
    site.also["/authorize"] = Reply("<h1>Schade</h1><p>Callback URL mismatch.</p>", 403)
    assert play().stop is Stop.CALLBACK_MISMATCH


@pytest.mark.parametrize(
    ("error", "stop"),
    [
        ("access_denied&error_description=Service%20not%20found%3A%20https%3A%2F%2Fx%2F", Stop.SERVICE_NOT_FOUND),
        ("access_denied&error_description=User%20did%20not%20authorize%20the%20request", Stop.CONSENT_REFUSED),
        ("access_denied&error_description=Transaction%20has%20expired", Stop.TRANSACTION_EXPIRED),
        ("login_required&error_description=Login%20required", None),
    ],
)
def test_an_error_on_the_callback_is_a_refusal(play: Play, error: str, stop: Stop | None) -> None:
    outcome = play(end=f"{CALLBACK}&error={error}")
    assert outcome.refusal is not None
    assert outcome.refusal.error == error.partition("&")[0]
    assert outcome.stop is stop


def test_a_challenge_can_be_cancelled(play: Play) -> None:
    page = Page("mfa-sms-challenge", builds.challenge("newer", "back-action"), after=lambda sent: Reply("", 200))
    assert play(page, who=replace(AVA, moves=(ChallengeAction(ActionKind.CANCEL),))).stop is Stop.CANCELLED
    page = Page("mfa-sms-challenge", builds.challenge("newer"))
    assert play(page, who=replace(AVA, moves=(ChallengeAction(ActionKind.CANCEL),))).stop is Stop.ACTION_NOT_OFFERED


def test_a_sign_in_can_stop_at_any_screen(play: Play, site: Site) -> None:
    outcome = play(Page("login", LOGIN), who=replace(AVA, stop_at=frozenset({"login"})))
    assert outcome.stop is Stop.AS_ASKED
    assert site.sent == []


def test_every_stop_leaves_a_picture(site: Site, browser: LoginBrowser) -> None:
    device, pictures = browser.device(), list[Picture]()
    wrong = builds.error_in(builds.challenge("newer"), "code", "invalid-code", "Falsch")
    url = site.plays(Page("mfa-sms-challenge", builds.challenge("newer"), after=lambda sent: Reply(wrong, 400)))
    SignIn(device, url, CALLBACK, [], pictures).run(
        replace(AVA, moves=(answer_with("sms", lambda: Secret("1", "code")),))
    )
    url = site.plays(Page("something-new", builds.offers("newer", "dance")))
    with pytest.raises(Inconclusive):
        SignIn(device, url, CALLBACK, [], pictures).run(AVA)
    url = site.plays(Page("mfa-otp-enrollment-code", builds.app_set_up("newer", "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF")))
    SignIn(device, url, CALLBACK, [], pictures).run(AVA)
    device.close()
    # A page that shows a key is not photographed at all.
    assert [(picture.screen, (picture.png or b"none")[1:4]) for picture in pictures] == [
        ("mfa-sms-challenge", b"PNG"), ("no screen", b"PNG"), ("mfa-otp-enrollment-qr", b"one"),
    ]  # fmt: skip


def test_every_stop_leaves_a_trace_without_typed_values(site: Site, browser: LoginBrowser) -> None:
    device, pictures = browser.device(), list[Picture]()
    told = "<script>addEventListener('input', event => console.log('typed ' + event.target.value))</script>"
    html = builds.challenge("newer", told)
    wrong = builds.error_in(html, "code", "invalid-code", "Falsch 975310")
    typed = replace(AVA, moves=(answer_with("sms", lambda: Secret("975310", "code")),))
    for _ in range(2):
        url = site.plays(Page("mfa-sms-challenge", html, after=lambda sent: Reply(wrong, 400)))
        SignIn(device, f"{url}&state=hush&login_hint=ava", CALLBACK, [], pictures).run(typed)
    device.close()
    for picture in pictures:
        events = events_in(picture.trace)
        [address] = [event["params"]["url"] for event in events if event.get("method") == "goto"]
        assert address == f"{site.url}/authorize?client_id=…&state=…&login_hint=…"
        assert not {"975310", "hush", "ava"} & set(re.findall(r"\w+", json.dumps(events)))


def events_in(trace: bytes | None) -> list[dict[str, Any]]:
    assert trace is not None
    with ZipFile(BytesIO(trace)) as kept:
        assert kept.namelist() == ["trace.trace", "trace.network"]
        assert kept.read("trace.network") == b""
        return [json.loads(line) for line in kept.read("trace.trace").decode().splitlines()]


def test_secrets_are_painted_over(site: Site, browser: LoginBrowser) -> None:
    """Two pages that differ only in a key, a code and a typed value give the same picture."""
    device = browser.device()
    taken = []
    for key, code, typed in (("ABCD EFGH JKLM NPQR", "135790", "hush"), ("MNBV QWER TZUI YXCV", "246801", "rush")):
        html = builds.page(
            "newer", f"<p>{key}</p><p>Code {code}</p>", builds.form(builds.field("newer", "x", value=typed))
        )
        pictures: list[Picture] = []
        with pytest.raises(Inconclusive):
            SignIn(device, site.plays(Page("something-new", html)), CALLBACK, [], pictures).run(AVA)
        taken.append(pictures[0].png)
    device.close()
    assert taken[0] == taken[1]


def test_a_crashed_page_is_inconclusive(site: Site, browser: LoginBrowser) -> None:
    device = browser.device()
    site.plays(end=LANDED)
    with pytest.raises(Inconclusive) as met:
        SignIn(device, "chrome://crash", CALLBACK, []).run(AVA)
    device.close()
    assert met.value.cause is Cause.BROWSER_FAILED
