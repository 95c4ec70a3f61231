"""Refusals of `/authorize`, of the pages of Universal Login and of logout: at the callback, or on an error page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import requests

from tests.tenant.arranged import CONNECTION, Arranged
from tests.tenant.browser import Page
from tests.tenant.client import Browser
from tests.tenant.refusals.table import Case, Table

MISMATCH = "Callback URL mismatch. {url} is not in the list of allowed callback URLs."
NO_SESSION = (
    "You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is some "
    "issue with cookies, since we couldn't find your session. Try logging in again from the application."
)
LOOPBACK = "http://localhost:3000/callback"


def invalid(words: str) -> tuple[int, str, str]:
    return 302, "invalid_request", words


def third_party(it: Arranged) -> Browser:
    return it.browser(it.application("third_party"))


def late_at_the_challenge(it: Arranged) -> Page:
    page = it.enrolled().window.give_password(it.mary)
    return it.later(600).window.post(page, code=it.mary.sms_code())


def unverifiable_callback(it: Arranged) -> Page:
    it.change(it.spa, callbacks=[LOOPBACK])
    with it.browser(replace(it.spa, callback=LOOPBACK)) as browser:
        browser.give_password(it.mary)
        return browser.authorize(prompt="none")


def more_scopes_than_consented(it: Arranged) -> Page:
    with third_party(it) as browser:
        asked = browser.give_password(it.mary, audience=None, scope="openid profile")
        assert browser.post(asked, action="accept").callback is not None
        return browser.authorize(audience=None, scope="openid email", prompt="none")


def declined(it: Arranged) -> Page:
    return it.window.post(it.window.give_password(it.mary, prompt="consent"), action="deny")


def unknown_screen(it: Arranged) -> Page:
    return it.window.get(f"/u/no-such?state={it.authorize().state}")


def logout(it: Arranged, path: str, **given: str) -> requests.Response:
    return it.get(f"{path}?{urlencode(given)}")


PAGES: Table = {
    "UNKNOWN_CLIENT": Case(
        lambda it: it.authorize(client_id="nobody"), 403, "invalid_request", "Unknown client: nobody",
    ),
    "UNKNOWN_CLIENT, at logout": Case(
        lambda it: logout(it, "/v2/logout", client_id="nobody"), 403, "invalid_request", "Unknown client: nobody",
    ),
    "CALLBACK_MISMATCH": Case(
        lambda it: it.authorize(redirect_uri="https://spa.test/callback/"), 403, "invalid_request",
        MISMATCH.format(url="https://spa.test/callback/"),
    ),
    "CALLBACK_MISMATCH, none": Case(
        lambda it: it.authorize(redirect_uri=None), 403, "invalid_request", MISMATCH.format(url=""),
    ),
    "ORIGIN_NOT_ALLOWED": Case(
        lambda it: it.authorize(response_mode="web_message", prompt="none", redirect_uri="https://evil.test"), 403,
        "invalid_request", "The origin https://evil.test is not in the list of allowed web origins.",
    ),
    "NO_SIGN_IN": Case(lambda it: it.get("/u/login?state=nothing"), 400, "invalid_request", NO_SESSION),
    "SCREEN_UNKNOWN": Case(unknown_screen, 404, "not_found", "The screen does not exist."),
    "TRANSACTION_EXPIRED": Case(late_at_the_challenge, 302, "access_denied", "Transaction has expired"),
    "PAGE_RATE_LIMITED": Case(
        lambda it: it.outage("/authorize", 429).authorize(), 429, "invalid_request",
        "The rate limit for endpoint /authorize was reached",
    ),
    "TICKET_INVALID": Case(
        lambda it: it.get("/mfa/enrollment?ticket=nothing"), 403, "invalid_ticket",
        "This enrollment link was already used, or has expired.",
    ),
    "LOGOUT_URL_NOT_ALLOWED": Case(
        lambda it: logout(it, "/v2/logout", client_id=it.spa.client_id, returnTo="https://evil.test/"), 400,
        "invalid_request", "The returnTo address https://evil.test/ is not in the list of allowed logout URLs.",
    ),
    "BAD_ID_TOKEN_HINT": Case(
        lambda it: logout(it, "/oidc/logout", id_token_hint="x.y.z"), 400, "invalid_request",
        "The id_token_hint was not issued by this tenant.",
    ),
}  # fmt: skip

CALLBACK: Table = {
    "NO_SERVICE": Case(
        lambda it: it.authorize(audience="https://no/"), 302, "access_denied", "Service not found: https://no/",
    ),
    "NO_SERVICE, without its slash": Case(
        lambda it: it.authorize(audience="https://localhost:1/mfa"), 302, "access_denied",
        "Service not found: https://localhost:1/mfa",
    ),
    "NO_RESPONSE_TYPE": Case(
        lambda it: it.authorize(response_type=None), *invalid("Missing required parameter: response_type"),
    ),
    "OTHER_RESPONSE_TYPE": Case(
        lambda it: it.authorize(response_type="device"), 302, "unsupported_response_type",
        "Unsupported response type: device",
    ),
    "OTHER_CHALLENGE_METHOD": Case(
        lambda it: it.authorize(code_challenge_method="S512"), *invalid("Unsupported code_challenge_method: S512"),
    ),
    "OTHER_RESPONSE_MODE": Case(
        lambda it: it.authorize(response_mode="pigeon"), *invalid("Unsupported response mode: pigeon"),
    ),
    "RESPONSE_TYPE_NOT_ALLOWED": Case(
        lambda it: it.authorize(response_type="token"), 302, "unauthorized_client",
        "Grant type 'implicit' not allowed for the client.",
    ),
    "NO_CONNECTION": Case(
        lambda it: it.without_connection().authorize(), *invalid("no connections enabled for the client"),
    ),
    "NONCE_MISSING": Case(
        lambda it: it.implicit().authorize(response_type="id_token", nonce=None),
        *invalid("Missing required parameter: nonce"),
    ),
    "QUERY_MODE_UNSAFE": Case(
        lambda it: it.implicit().authorize(response_type="token", response_mode="query"),
        *invalid("response_mode 'query' is not allowed for response_type 'token'"),
    ),
    "BAD_PROMPT": Case(lambda it: it.authorize(prompt="dance"), *invalid("Invalid prompt: dance")),
    "BAD_PROMPT, none and another": Case(
        lambda it: it.authorize(prompt="none login"), *invalid("Invalid prompt: none login"),
    ),
    "BAD_MAX_AGE": Case(lambda it: it.authorize(max_age="-1"), *invalid("Invalid max_age: -1")),
    "CONNECTION_NOT_FOUND": Case(
        lambda it: it.authorize(connection="no-such"), *invalid("The connection was not found"),
    ),
    "CONNECTION_DISABLED_AT_AUTHORIZE": Case(
        lambda it: it.without_connection().authorize(connection=CONNECTION), *invalid("the connection was disabled"),
    ),
    "LOGIN_REQUIRED": Case(lambda it: it.authorize(prompt="none"), 302, "login_required", "Login required"),
    "SECOND_FACTOR_REQUIRED": Case(
        lambda it: it.signed_in().enrolled().authorize(prompt="none"), 302, "login_required",
        "Multifactor authentication required",
    ),
    "INTERACTION_REQUIRED": Case(unverifiable_callback, 302, "interaction_required", "Interaction required"),
    "CONSENT_REQUIRED": Case(more_scopes_than_consented, 302, "consent_required", "Consent required"),
    "CONSENT_DECLINED": Case(declined, 302, "access_denied", "User did not authorize the request"),
    "NO_GRANT_OF_THIRD_PARTY": Case(
        lambda it: third_party(it).authorize(), 302, "unauthorized_client",
        "Client is not authorized to access resource server https://localhost:1/mfa/",
    ),
    "USER_BLOCKED": Case(lambda it: it.blocked().window.give_password(it.mary), 302, "unauthorized", "user is blocked"),
}  # fmt: skip

BROWSERS: Table = PAGES | CALLBACK
