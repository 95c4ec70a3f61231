"""Attack protection: blocks after wrong passwords, throttling of suspicious IP addresses, and rate limits."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.tenant.arranged import UNPROTECTED, Arranged
from tests.tenant.browser import Browser, Page
from tests.tenant.client import PASSWORD, LocalTenant, User, refusal
from tests.tenant.conftest import serving
from tests.tenant.in_process import InProcess

BLOCKED = "Your account has been blocked after multiple consecutive login attempts."


def try_password(browser: Browser, page: Page, user: User, password: str = PASSWORD) -> Page:
    return browser.post(page, username=user.email, password=password, action="default")


def fail(browser: Browser, user: User, times: int) -> Page:
    page = browser.authorize()
    for _ in range(times):
        assert try_password(browser, page, user, "wrong").error == "wrong-email-credentials"
    return page


@pytest.fixture
def it() -> Arranged:
    return Arranged(UNPROTECTED)


def test_ten_wrong_passwords_block_a_user_at_one_address(it: Arranged) -> None:
    with it.browser(it.web) as browser:
        page = fail(browser, it.mary, 10)
        at = try_password(browser, page, it.mary)
        assert (at.path, at.error, at.response.status_code) == ("/u/login", "user-blocked", 400)
        assert BLOCKED in at.html
        assert try_password(browser, page, it.user()).callback is not None
    it.address = "127.0.0.2"
    with it.browser(it.web) as browser:
        assert browser.give_password(it.mary).callback is not None
    it.address = "127.0.0.1"
    with it.browser(it.web) as browser:
        assert browser.give_password(it.mary).error == "user-blocked"


@pytest.mark.parametrize("path", ["/user-blocks?identifier={email}", "/user-blocks/{id}"])
def test_the_administrator_sees_and_lifts_a_block(it: Arranged, path: str) -> None:
    path = path.format(email=it.mary.email, id=it.mary.user_id)
    assert it.manage("GET", path, role="management") == {"blocked_for": []}
    fails(it, 10)
    blocked = {"blocked_for": [{"identifier": it.mary.email, "ip": "127.0.0.1"}]}
    assert it.manage("GET", path, role="management") == blocked
    assert it.management("DELETE", path, role="management").status_code == 204
    assert it.manage("GET", path) == {"blocked_for": []}
    assert signs_in(it)


def test_blocks_of_an_unknown_user(it: Arranged) -> None:
    assert it.manage("GET", "/user-blocks?identifier=nobody@example.test") == {"blocked_for": []}


def signs_in(it: Arranged) -> bool:
    return it.password().status_code == 200


def fails(it: Arranged, times: int, **given: str) -> None:
    for _ in range(times):
        assert refusal(it.password(password="wrong", **given))[:2] == (403, "invalid_grant")


def test_a_block_ends_after_thirty_days_and_only_consecutive_failures_count(it: Arranged) -> None:
    fails(it, 10)
    it.later(30 * 86_400 - 1)
    assert refusal(it.password())[:2] == (429, "too_many_attempts")
    assert signs_in(it.later(1))
    for _ in range(2):
        fails(it, 9)
        assert signs_in(it)


def test_without_brute_force_protection_no_user_is_blocked() -> None:
    it = Arranged(UNPROTECTED + "\n[attack_protection]\nbrute_force = false\n")
    fails(it, 12)
    assert signs_in(it)


SLOW = "\n[attack_protection]\nsuspicious_ip_throttling = true\nmax_attempts = 4\n"


def test_an_address_with_too_many_failures_is_throttled() -> None:
    it = Arranged(UNPROTECTED + SLOW)
    fails(it, 2)
    fails(it, 2, username="nobody@example.test")
    assert not signs_in(it)
    it.address = "127.0.0.9"
    assert signs_in(it)
    it.address = "127.0.0.1"
    assert not signs_in(it.later(863))
    assert signs_in(it.later(2))


def test_an_address_on_the_allowlist_is_not_throttled() -> None:
    it = Arranged(UNPROTECTED + SLOW + 'allowlist = ["127.0.0.1"]\n')
    fails(it, 6)
    assert signs_in(it)


def test_an_address_may_sign_up_fifty_users_and_then_one_every_1728_seconds() -> None:
    it = Arranged(UNPROTECTED + SLOW)

    def sign_up(number: int) -> int:
        return it.sign_up(email=f"p{number}@example.test").status_code

    assert {sign_up(number) for number in range(50)} == {200}
    assert it.sign_up(email="late@example.test").json()["name"] == "TooManyRequestsError"
    it.later(1727)
    assert sign_up(50) == 429
    it.later(1)
    assert (sign_up(50), sign_up(51)) == (200, 429)


def test_one_user_may_sign_in_twenty_times_a_minute() -> None:
    it = Arranged(UNPROTECTED + "\n[rate_limits]\nenforce = true\n")
    assert all(signs_in(it) for _ in range(20))
    assert not signs_in(it)
    assert "limit_sul" in it.mary.events()
    assert signs_in(it.later(3))
    unlimited = Arranged(UNPROTECTED)
    assert all(signs_in(unlimited) for _ in range(30))


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant with the rate limits of the free plan."""
    with serving(tmp_path_factory.mktemp("limited"), text=UNPROTECTED + "\n[rate_limits]\nenforce = true\n") as served:
        yield served


def test_the_free_plan_is_enforced_with_its_headers(limited: LocalTenant) -> None:
    met = limited.management("GET", "/users")
    assert (met.status_code, met.headers["x-ratelimit-limit"], met.headers["x-ratelimit-remaining"]) == (200, "2", "1")
    deadline = time.monotonic() + 20
    while met.status_code == 200 and time.monotonic() < deadline:
        met = limited.management("GET", "/users")
    assert (met.status_code, met.headers["x-ratelimit-remaining"]) == (429, "0")
    assert met.json() == {
        "statusCode": 429, "error": "Too Many Requests", "message": "Global limit has been reached",
        "errorCode": "too_many_requests",
    }  # fmt: skip
    assert "Retry-After" not in met.headers
    assert int(met.headers["x-ratelimit-reset"]) > time.time() - 1
    keys = limited.http.get(limited.url("/.well-known/jwks.json"))
    assert (keys.status_code, keys.headers["x-ratelimit-limit"]) == (200, "20")
    token = limited.token({})
    assert (token.status_code, token.headers["x-ratelimit-limit"]) == (400, "30")


def test_the_page_shows_a_throttled_address_an_error() -> None:
    tenant = InProcess(UNPROTECTED + SLOW)
    with tenant.browser(tenant.web) as browser:
        page = browser.authorize()
        for _ in range(4):
            assert browser.post(page, username="a@b.test", password="x").error == "wrong-email-credentials"
        at = browser.post(page, username="c@d.test", password="x")
    assert at.error == "ip-blocked"
    assert "suspicious login behavior" in at.html


def test_only_limits_have_headers(it: Arranged) -> None:
    assert "x-ratelimit-limit" not in it.management("GET", "/users").headers
    met = it.outage("/api/v2/user-blocks", 429).management("GET", "/user-blocks")
    assert (met.status_code, met.headers["x-ratelimit-remaining"]) == (429, "0")
