"""What wrong passwords and haste lead to: blocks, slow addresses, rate limits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from tests.tenant.arranged import UNPROTECTED, Arranged
from tests.tenant.browser import Browser, Page
from tests.tenant.client import PASSWORD, Application, LocalTenant, User, refusal

BLOCKED = "Your account has been blocked after multiple consecutive login attempts."


def try_password(browser: Browser, page: Page, user: User, password: str) -> Page:
    return browser.post(page, username=user.email, password=password, action="default")


def fail(browser: Browser, user: User, times: int) -> Page:
    page = browser.authorize()
    for _ in range(times):
        assert try_password(browser, page, user, "wrong").error == "wrong-email-credentials"
    return page


class OtherAddress(HTTPAdapter):
    """Calls from 127.0.0.2."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, source_address=("127.0.0.2", 0), **more
        )


def test_ten_wrong_passwords_block_a_user_at_one_address(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = fail(browser, user, 10)
        at = try_password(browser, page, user, PASSWORD)
        assert (at.path, at.error, at.response.status_code) == ("/u/login", "user-blocked", 400)
        assert BLOCKED in at.html
        other = tenant.user()
        assert try_password(browser, page, other, PASSWORD).callback is not None
    with tenant.browser(web) as browser:
        browser.cookies.mount("https://", OtherAddress())
        assert browser.give_password(user).callback is not None
    with tenant.browser(web) as browser:
        assert browser.give_password(user).error == "user-blocked"


@pytest.mark.parametrize("by", ["identifier", "id"])
def test_the_administrator_sees_a_block_and_lifts_it(
    tenant: LocalTenant, web: Application, user: User, by: str
) -> None:
    path = f"/user-blocks?identifier={user.email}" if by == "identifier" else f"/user-blocks/{user.user_id}"
    with tenant.browser(web) as browser:
        assert tenant.management("GET", path, role="management").json() == {"blocked_for": []}
        page = fail(browser, user, 10)
        seen = tenant.management("GET", path, role="management").json()
        assert seen == {"blocked_for": [{"identifier": user.email, "ip": "127.0.0.1"}]}
        assert tenant.management("DELETE", path, role="management").status_code == 204
        assert tenant.management("GET", path).json() == {"blocked_for": []}
        assert try_password(browser, page, user, PASSWORD).callback is not None


def test_blocks_that_nobody_can_have(tenant: LocalTenant) -> None:
    assert tenant.management("GET", "/user-blocks").json()["errorCode"] == "invalid_query_string"
    assert tenant.management("GET", "/user-blocks?identifier=nobody@example.test").json() == {"blocked_for": []}
    for method in ("GET", "DELETE"):
        assert tenant.management(method, "/user-blocks/auth0%7Cnobody").json()["errorCode"] == "inexistent_user"


def test_only_failures_in_a_row_count(tenant: LocalTenant, web: Application, user: User) -> None:
    for _ in range(2):
        with tenant.browser(web) as browser:
            page = fail(browser, user, 9)
            assert try_password(browser, page, user, PASSWORD).callback is not None


def scene(more: str = "") -> Arranged:
    return Arranged(UNPROTECTED + more)


def enters(it: Arranged) -> bool:
    return it.password().status_code == 200


def fails(it: Arranged, times: int, **given: str) -> None:
    for _ in range(times):
        assert refusal(it.password(password="wrong", **given))[:2] == (403, "invalid_grant")


def test_a_block_ends_after_thirty_days() -> None:
    it = scene()
    fails(it, 10)
    it.later(30 * 86_400 - 1)
    assert refusal(it.password())[:2] == (429, "too_many_attempts")
    assert enters(it.later(1))
    fails(it, 9)
    assert enters(it)


def test_a_tenant_without_brute_force_protection_blocks_nobody() -> None:
    it = scene("\n[attack_protection]\nbrute_force = false\n")
    fails(it, 12)
    assert enters(it)


SLOW = "\n[attack_protection]\nsuspicious_ip_throttling = true\nmax_attempts = 4\n"


def test_an_address_that_fails_too_often_is_slowed_down() -> None:
    it = scene(SLOW)
    fails(it, 2)
    fails(it, 2, username="nobody@example.test")
    assert not enters(it)
    it.address = "127.0.0.9"
    assert enters(it)
    it.address = "127.0.0.1"
    assert not enters(it.later(863))
    assert enters(it.later(2))


def test_an_address_on_the_list_is_never_slowed_down() -> None:
    it = scene(SLOW + 'allowlist = ["127.0.0.1"]\n')
    fails(it, 6)
    assert enters(it)


def test_an_address_signs_fifty_users_up_and_then_one_every_1728_seconds() -> None:
    it = scene(SLOW)

    def sign_up(number: int) -> int:
        return it.sign_up(email=f"p{number}@example.test").status_code

    assert {sign_up(number) for number in range(50)} == {200}
    assert it.sign_up(email="late@example.test").json()["name"] == "TooManyRequestsError"
    it.later(1727)
    assert sign_up(50) == 429
    it.later(1)
    assert (sign_up(50), sign_up(51)) == (200, 429)


def test_one_user_signs_in_twenty_times_a_minute() -> None:
    it = scene("\n[rate_limits]\nenforce = true\n")
    assert all(enters(it) for _ in range(20))
    assert not enters(it)
    assert "limit_sul" in it.mary.events()
    assert enters(it.later(3))
    unhurried = scene()
    assert all(enters(unhurried) for _ in range(30))


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant that keeps to the free plan, and suspects addresses soon."""
    folder = tmp_path_factory.mktemp("hasty")
    running = LocalTenant.serve(folder, text=UNPROTECTED + SLOW + "\n[rate_limits]\nenforce = true\n")
    yield running
    assert running.stop() == 0


def test_the_free_plan_is_enforced_with_its_headers(hasty: LocalTenant) -> None:
    met = hasty.management("GET", "/users")
    assert (met.status_code, met.headers["x-ratelimit-limit"], met.headers["x-ratelimit-remaining"]) == (200, "2", "1")
    deadline = time.monotonic() + 20
    while met.status_code == 200 and time.monotonic() < deadline:
        met = hasty.management("GET", "/users")
    assert (met.status_code, met.headers["x-ratelimit-remaining"]) == (429, "0")
    assert met.json() == {
        "statusCode": 429, "error": "Too Many Requests", "message": "Global limit has been reached",
        "errorCode": "too_many_requests",
    }  # fmt: skip
    assert "Retry-After" not in met.headers
    assert int(met.headers["x-ratelimit-reset"]) > time.time() - 1
    keys = hasty.http.get(hasty.url("/.well-known/jwks.json"))
    assert (keys.status_code, keys.headers["x-ratelimit-limit"]) == (200, "20")
    token = hasty.token({})
    assert (token.status_code, token.headers["x-ratelimit-limit"]) == (400, "30")


def test_a_suspicious_address_is_told_so_on_the_page(hasty: LocalTenant) -> None:
    with hasty.browser(hasty.application("web")) as browser:
        page = browser.authorize()
        for _ in range(4):
            assert browser.post(page, username="a@b.test", password="x").error == "wrong-email-credentials"
        at = browser.post(page, username="c@d.test", password="x")
    assert at.error == "ip-blocked"
    assert "suspicious login behavior" in at.html


def test_without_limits_there_are_no_headers_and_ordered_ones_have_them(tenant: LocalTenant) -> None:
    assert "x-ratelimit-limit" not in tenant.management("GET", "/users").headers
    body = {"path": "/api/v2/user-blocks", "response": 429}
    assert tenant.controls("POST", "/outages", body).status_code == 201
    met = tenant.management("GET", "/user-blocks")
    assert (met.status_code, met.headers["x-ratelimit-remaining"]) == (429, "0")
