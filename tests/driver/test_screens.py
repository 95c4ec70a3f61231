"""Check every screen of the table in two builds of the pages, in a browser and over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from mfa_verification.core.outcome import Stop
from mfa_verification.core.secret import Secret
from mfa_verification.login.credentials import ActionKind, ChallengeAction, Credentials, answer_with
from mfa_verification.login.screens import SCREENS, Does
from tests.driver import builds
from tests.driver.builds import Build, form, page, submit
from tests.driver.conftest import AVA, Play
from tests.driver.site import LANDED, Page, Reply, Site

CODE = Secret("135790", "code")
BUILDS: tuple[Build, ...] = ("2022", "newer")
TRIED = [pytest.param("2022", marks=pytest.mark.soak), "newer"]
"""Only `make soak` runs the older build."""


def answering(factor: str | None, **more: bool) -> Credentials:
    return replace(AVA, moves=(answer_with(factor, lambda: CODE, **more),))


KEY = "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"
SETTING_UP = replace(AVA, app=lambda key: CODE if key.reveal() == KEY else Secret("a wrong key", "code"))
ENROLLING = replace(AVA, phone="+15550100", code=lambda: CODE)
CHALLENGES = {
    "mfa-sms-challenge": "sms",
    "mfa-voice-challenge": "voice",
    "mfa-email-challenge": "email",
    "mfa-otp-challenge": "otp",
    "mfa-recovery-code-challenge": "recovery-code",
}


@dataclass
class Met:
    """A screen, its page, and the values that must be sent."""

    screen: str
    place: str
    html: dict[Build, str]
    sends: dict[str, str] = field(default_factory=dict)
    who: Credentials = AVA


def both(make: object, *more: str) -> dict[Build, str]:
    return {build: make(build, *more) for build in BUILDS}  # type: ignore[operator]


GOES_ON = [
    Met("login", "login", both(builds.login), {"username": AVA.email, "password": "the password", "action": "default"}),
    Met("login-id", "login/identifier", both(builds.identifier), {"username": AVA.email, "js-available": "false"}),
    Met("login-id", "login", both(builds.identifier), {"username": AVA.email}),
    Met("login-password", "login/password", both(builds.password), {"username": AVA.email, "password": "the password"}),
    *(
        Met(screen, screen, both(builds.challenge, "resend-code"), {"code": "135790", "action": "default"},
            answering(factor))
        for screen, factor in CHALLENGES.items()
    ),
    Met("mfa-sms-challenge", "mfa-phone-challenge", both(builds.challenge), {"code": "135790"}, answering("sms")),
    Met("mfa-phone-challenge", "mfa-phone-challenge", both(builds.phone_challenge),
        {"type": "sms", "action": "default"}),
    Met("mfa-login-options", "mfa-login-options", both(builds.options, "otp", "phone"), {}, answering("sms")),
    Met("mfa-sms-list", "mfa-sms-list", both(builds.offers, "selection-action::0", "selection-action::1"),
        {"action": "selection-action::0"}),
    Met("mfa-email-list", "mfa-email-list", both(builds.offers, "selection-action::0"),
        {"action": "selection-action::0"}),
    Met("mfa-recovery-code-challenge-new-code", "mfa-recovery-code-challenge-new-code", both(builds.saved),
        {"saved": "true"}),
    Met("mfa-recovery-code-enrollment", "mfa-recovery-code-enrollment", both(builds.saved), {"saved": "true"}),
    Met("mfa-detect-browser-capabilities", "mfa-detect-browser-capabilities",
        {build: page(build, form(builds.CAPABILITIES, submit(build))) for build in BUILDS}, {"js-available": "false"}),
    Met("mfa-webauthn-platform-enrollment", "mfa-webauthn-platform-enrollment",
        both(builds.offers, "snooze-enrollment", "refuse-add-device"), {"action": "snooze-enrollment"}),
    Met("mfa-webauthn-platform-enrollment", "mfa-webauthn-platform-enrollment",
        both(builds.offers, "refuse-add-device"), {"action": "refuse-add-device"}),
    Met("mfa-enroll-result", "mfa-enroll-result", both(builds.offers, "default"), {"action": "default"}),
    Met("passkey-enrollment", "passkey-enrollment", both(builds.offers, "default", "abort-passkey-enrollment"),
        {"action": "abort-passkey-enrollment"}),
    Met("login-confirmation", "login-confirmation", both(builds.offers, "accept", "deny"), {"action": "accept"}),
    Met("consent", "consent", both(builds.offers, "accept", "decline"), {"action": "accept"},
        replace(AVA, consent="accept")),
    Met("customized-consent", "customized-consent", both(builds.offers, "accept", "deny"), {"action": "deny"},
        replace(AVA, consent="refuse")),
    Met("mfa-begin-enroll-options", "mfa-enroll-options", both(builds.options, "otp", "phone"), {}, ENROLLING),
    Met("mfa-otp-enrollment-qr", "mfa-otp-enrollment", both(builds.app_set_up, KEY),
        {"code": "135790", "action": "default"}, SETTING_UP),
    Met("mfa-otp-enrollment-qr", "mfa-otp-enrollment-code", both(builds.app_set_up, KEY), {"code": "135790"},
        SETTING_UP),
    Met("mfa-sms-enrollment", "mfa-sms-enrollment", both(builds.enrollment),
        {"phone": "+15550100", "action": "default"}, ENROLLING),
    Met("mfa-voice-enrollment", "mfa-voice-enrollment", both(builds.enrollment), {"phone": "+15550100"}, ENROLLING),
    Met("mfa-phone-enrollment", "mfa-phone-enrollment",
        both(builds.enrollment, *(f'<input type="radio" name="type" value="{kind}">' for kind in ("sms", "voice"))),
        {"phone": "+15550100", "type": "sms"}, ENROLLING),
    Met("mfa-sms-enrollment-verify", "mfa-sms-enrollment-verify", both(builds.challenge), {"code": "135790"},
        ENROLLING),
    Met("mfa-voice-enrollment-verify", "mfa-voice-enrollment-verify", both(builds.challenge), {"code": "135790"},
        ENROLLING),
]  # fmt: skip
STOPS = {
    "mfa-push-challenge-push": Stop.FACTOR_ASKED,
    "mfa-webauthn-roaming-challenge": Stop.FACTOR_ASKED,
    "mfa-webauthn-platform-challenge": Stop.FACTOR_ASKED,
    "mfa-push-list": Stop.FACTOR_ASKED,
    "mfa-begin-enroll-options": Stop.ENROLLMENT_ASKED,
    "mfa-sms-enrollment": Stop.ENROLLMENT_ASKED,
    "mfa-otp-enrollment-qr": Stop.ENROLLMENT_ASKED,
    "mfa-otp-enrollment-code": Stop.ENROLLMENT_ASKED,
    "mfa-country-codes": Stop.ENROLLMENT_ASKED,
    "mfa-push-welcome": Stop.ENROLLMENT_ASKED,
    "mfa-push-enrollment-qr": Stop.ENROLLMENT_ASKED,
    "mfa-webauthn-roaming-enrollment": Stop.ENROLLMENT_ASKED,
    "consent": Stop.CONSENT_ASKED,
    "signup/identifier": Stop.SIGN_UP_ASKED,
    "reset-password/change": Stop.PASSWORD_CHANGE,
    "email-verification": Stop.EMAIL_VERIFICATION,
    "login-passwordless/sms-otp": Stop.OTHER_SIGN_IN,
    "organization/picker": Stop.OTHER_SIGN_IN,
}


@pytest.mark.parametrize("build", TRIED)
@pytest.mark.parametrize("met", GOES_ON, ids=lambda met: f"{met.screen} at {met.place}")
def test_a_known_screen_is_passed(play: Play, site: Site, build: Build, met: Met) -> None:
    outcome = play(Page(met.place, met.html[build]), who=met.who)
    assert outcome.screens == (met.screen,)
    assert outcome.result()["code"] == Secret("the-code", "code")
    [(place, sent)] = site.sent
    assert place == met.place
    assert sent == sent | met.sends | {"state": "s"}
    assert "connection" not in sent


@pytest.mark.parametrize("build", TRIED)
@pytest.mark.parametrize(("place", "stop"), STOPS.items())
def test_a_screen_that_cannot_be_passed_stops_the_sign_in(play: Play, build: Build, place: str, stop: Stop) -> None:
    content = builds.options(build, "phone") if "options" in place else builds.enrollment(build)
    content = builds.app_set_up(build) if "otp" in place and "mfa" in place else content
    html = builds.offers(build, "accept", "decline") if place == "consent" else content
    outcome = play(Page(place, html), who=answering(None))
    assert outcome.stop is stop
    assert outcome.obstacle is not None


def test_every_screen_of_the_table_is_tested() -> None:
    tried = {met.screen for met in GOES_ON} | set(STOPS)
    untried = [
        screen.name
        for screen in SCREENS
        if screen.name not in tried and not any(place.startswith(screen.places[0].rstrip("*")) for place in STOPS)
    ]
    assert untried == []


@pytest.mark.parametrize("build", TRIED)
def test_another_method_can_be_chosen(play: Play, site: Site, build: Build) -> None:
    pages = [
        Page("mfa-sms-challenge", builds.challenge(build, "resend-code")),
        Page("mfa-login-options", builds.options(build, "sms", "otp")),
        Page("mfa-otp-challenge", builds.challenge(build)),
    ]
    outcome = play(*pages, who=answering("otp", remember=True))
    assert outcome.screens == ("mfa-sms-challenge", "mfa-login-options", "mfa-otp-challenge")
    assert outcome.value
    assert site.sent[0][1]["action"].startswith("pick-authenticator")
    assert site.sent[1][1]["action"].partition("::")[0] == "otp"
    assert site.sent[2][1] == {"state": "s", "code": "135790", "rememberBrowser": "true", "action": "default"}


def test_the_capabilities_of_the_browser_are_sent_without_a_button(play: Play, site: Site) -> None:
    script = "document.querySelector('[name=js-available]').value = 'true'; document.forms[0].submit()"
    outcome = play(
        Page("mfa-detect-browser-capabilities", builds.capabilities("newer", script)),
        Page("mfa-otp-challenge", builds.challenge("newer")),
        who=answering("otp"),
    )
    assert outcome.value
    assert site.sent[0][1]["js-available"] == "true"
    assert "action" not in site.sent[0][1]


def test_a_user_with_a_phone_chooses_another_method_than_the_app(play: Play, site: Site) -> None:
    app = builds.app_set_up("newer", None, builds.link("pick-authenticator"))
    outcome = play(
        Page("mfa-otp-enrollment-qr", app),
        Page("mfa-enroll-options", builds.options("newer", "phone", "otp")),
        Page("mfa-phone-enrollment", builds.enrollment("newer")),
        who=ENROLLING,
    )
    assert outcome.value
    assert [sent["action"] for _, sent in site.sent] == ["pick-authenticator", "phone", "default"]


def test_an_app_is_set_up_with_the_key_behind_its_qr_code(play: Play, site: Site) -> None:
    outcome = play(
        Page("mfa-sms-enrollment", builds.enrollment("newer") + builds.link("pick-authenticator")),
        Page("mfa-enroll-options", builds.options("newer", "phone", "otp")),
        Page("mfa-otp-enrollment-qr", builds.app_set_up("newer")),
        Page("mfa-otp-enrollment-code", builds.app_set_up("newer", KEY)),
        Page("mfa-recovery-code-enrollment", builds.saved("newer")),
        who=SETTING_UP,
    )
    assert outcome.value
    assert [sent["action"] for _, sent in site.sent] == [
        "pick-authenticator", "otp", "toggle-view", "default", "default"
    ]  # fmt: skip
    assert site.sent[3][1]["code"] == "135790"


def test_an_app_without_a_key_is_an_obstacle(play: Play) -> None:
    html = builds.app_set_up("newer").replace("toggle-view", "something-else")
    assert play(Page("mfa-otp-enrollment", html), who=SETTING_UP).stop is Stop.ACTION_NOT_OFFERED


@pytest.mark.parametrize("resend", ["resend-code", "resend-sms-sms"])
def test_a_code_is_resent_and_then_entered(play: Play, site: Site, resend: str) -> None:
    again = Page("mfa-sms-challenge", builds.challenge("newer", resend))
    moves = (ChallengeAction(ActionKind.RESEND), ChallengeAction(ActionKind.RESEND), answer_with("sms", lambda: CODE))
    outcome = play(again, replace_after(again), who=replace(AVA, moves=moves))
    assert outcome.value
    assert [sent["action"] for _, sent in site.sent] == [resend, resend, "default"]


def replace_after(page: Page) -> Page:
    """Let the page return until a code is entered."""

    page.after = lambda sent: (
        Reply(status=302, location=f"/u/{page.place}?state=s")
        if sent["action"] != "default"
        else Reply(status=302, location=LANDED)
    )
    return page


def test_a_wrong_code_and_then_the_right_one(play: Play, site: Site) -> None:

    html = builds.challenge("newer", "resend-code")
    wrong = builds.error_in(html, "code", "invalid-code", "Der Code ist falsch")
    page = Page("mfa-sms-challenge", html, after=lambda sent: Reply(wrong, 400) if sent["code"] == "000000" else None)
    moves = (answer_with("sms", lambda: Secret("000000", "code")), answer_with("sms", lambda: CODE))
    outcome = play(page, who=replace(AVA, moves=moves))
    assert outcome.value
    assert outcome.screens == ("mfa-sms-challenge",)
    assert [sent["code"] for _, sent in site.sent] == ["000000", "135790"]


def test_a_wrong_code_is_an_obstacle_with_the_tenants_text(play: Play) -> None:

    html = builds.challenge("newer", "resend-code")
    wrong = Reply(builds.error_in(html, "code", "invalid-code", "Der Code ist falsch"), 400)
    outcome = play(Page("mfa-sms-challenge", html, after=lambda sent: wrong), who=answering("sms"))
    assert outcome.obstacle is not None
    assert (outcome.stop, outcome.obstacle.words) == (Stop.WRONG_ANSWER, "Der Code ist falsch")


def test_looking_at_a_challenge_returns_its_factor_and_the_offers(play: Play, site: Site) -> None:
    asked = play(
        Page("mfa-sms-challenge", builds.challenge("2022")), who=replace(AVA, moves=(ChallengeAction(ActionKind.LOOK),))
    )
    assert asked.obstacle is not None
    assert (asked.stop, asked.obstacle.factor) == (Stop.AS_ASKED, "sms")
    listed = play(
        Page("mfa-sms-challenge", builds.challenge("2022")),
        Page("mfa-login-options", builds.options("2022", "sms", "otp")),
        who=replace(AVA, moves=(ChallengeAction(ActionKind.OTHER), ChallengeAction(ActionKind.LOOK))),
    )
    assert listed.obstacle is not None
    assert listed.obstacle.offers == ("sms", "otp")


def test_a_factor_that_is_not_offered_is_an_obstacle(play: Play) -> None:
    outcome = play(
        Page("mfa-sms-challenge", builds.challenge("2022")),
        Page("mfa-login-options", builds.options("2022", "sms", "otp")),
        who=answering("email"),
    )
    assert outcome.stop is Stop.FACTOR_NOT_OFFERED
    assert Does.PICKS is next(screen for screen in SCREENS if screen.name == outcome.screens[-1]).does


def test_without_an_answer_the_challenge_stops_the_sign_in(play: Play) -> None:
    outcome = play(Page("mfa-sms-challenge", builds.challenge("2022")))
    assert outcome.stop is Stop.FACTOR_ASKED
    assert outcome.screens == ("mfa-sms-challenge", "mfa-sms-challenge")


def test_the_history_has_times_and_requests(play: Play) -> None:
    outcome = play(Page("login", builds.login("newer")), Page("mfa-otp-challenge", builds.challenge("newer")),
                   who=answering("otp"))  # fmt: skip
    assert [(visit.screen, visit.path, visit.status) for visit in outcome.history] == [
        ("login", "/u/login", 200),
        ("mfa-otp-challenge", "/u/mfa-otp-challenge", 200),
    ]
    assert [(one.method, one.path, one.status) for one in outcome.history[1].exchanges] == [
        ("POST", "/u/login", 302),
        ("GET", "/u/mfa-otp-challenge", 200),
    ]
    assert "password" in outcome.history[1].exchanges[0].parameters
    assert 0 < outcome.history[0].seconds <= outcome.history[1].seconds
