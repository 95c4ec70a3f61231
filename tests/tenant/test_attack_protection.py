"""What wrong passwords and haste lead to: blocks, slow addresses, rate limits."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from local_tenant.calling import Caller, called_by
from local_tenant.errors import SUSPICIOUS_ADDRESS, TOO_MANY_ATTEMPTS, TOO_MANY_LOGINS
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from local_tenant.web.app import tenant_app
from phone_inbox import Inbox
from tests.tenant.driving import PASSWORD, Browser, Person, Stop, create_person
from tests.tenant.running import Application, Running, start
from tests.tenant.test_time import Still, refused

UNPROTECTED = re.sub(r"\[attack_protection\]\n(.+\n)+", "", read(DEFAULT))
"""Without the default's trust in this machine."""
BLOCKED = "Your account has been blocked after multiple consecutive login attempts."


def try_password(browser: Browser, page: Stop, person: Person, password: str) -> Stop:
    return browser.post(page, username=person.email, password=password, action="default")


def fail(browser: Browser, person: Person, times: int) -> Stop:
    page = browser.authorize()
    for _ in range(times):
        assert try_password(browser, page, person, "wrong").error == "wrong-email-credentials"
    return page


class OtherAddress(HTTPAdapter):
    """Calls from 127.0.0.2."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, source_address=("127.0.0.2", 0), **more
        )


def test_ten_wrong_passwords_block_a_person_at_one_address(tenant: Running, web: Application, person: Person) -> None:
    with Browser(tenant, web) as browser:
        page = fail(browser, person, 10)
        at = try_password(browser, page, person, PASSWORD)
        assert (at.path, at.error, at.response.status_code) == ("/u/login", "user-blocked", 400)
        assert BLOCKED in at.html
        other = create_person(tenant)
        assert try_password(browser, page, other, PASSWORD).callback is not None
    with Browser(tenant, web) as browser:
        browser.cookies.mount("https://", OtherAddress())
        assert browser.give_password(person).callback is not None
    with Browser(tenant, web) as browser:
        assert browser.give_password(person).error == "user-blocked"


@pytest.mark.parametrize("by", ["identifier", "id"])
def test_the_operator_sees_a_block_and_lifts_it(tenant: Running, web: Application, person: Person, by: str) -> None:
    path = f"/user-blocks?identifier={person.email}" if by == "identifier" else f"/user-blocks/{person.user_id}"
    with Browser(tenant, web) as browser:
        assert tenant.operator("GET", path, role="management").json() == {"blocked_for": []}
        page = fail(browser, person, 10)
        seen = tenant.operator("GET", path, role="management").json()
        assert seen == {"blocked_for": [{"identifier": person.email, "ip": "127.0.0.1"}]}
        assert tenant.operator("DELETE", path, role="management").status_code == 204
        assert tenant.operator("GET", path).json() == {"blocked_for": []}
        assert try_password(browser, page, person, PASSWORD).callback is not None


def test_blocks_that_nobody_can_have(tenant: Running) -> None:
    assert tenant.operator("GET", "/user-blocks").json()["errorCode"] == "invalid_query_string"
    assert tenant.operator("GET", "/user-blocks?identifier=nobody@example.test").json() == {"blocked_for": []}
    for method in ("GET", "DELETE"):
        assert tenant.operator(method, "/user-blocks/auth0%7Cnobody").json()["errorCode"] == "inexistent_user"


def test_only_failures_in_a_row_count(tenant: Running, web: Application, person: Person) -> None:
    for _ in range(2):
        with Browser(tenant, web) as browser:
            page = fail(browser, person, 9)
            assert try_password(browser, page, person, PASSWORD).callback is not None


class Scene:
    """A tenant on a still clock, and a person of it."""

    def __init__(self, more: str = "") -> None:
        self.clock = Still()
        self.tenant = Tenant(parse(UNPROTECTED + more), "localhost:1", self.clock, Inbox(), [])
        self.person = self.tenant.people.create("mary@example.test", PASSWORD)

    def fails(self, times: int, email: str = "mary@example.test") -> None:
        for _ in range(times):
            assert self.tenant.people.sign_in(email, "wrong") is None

    def enters(self) -> bool:
        return self.tenant.people.sign_in("mary@example.test", PASSWORD) is self.person


def test_a_block_ends_after_thirty_days() -> None:
    scene = Scene()
    scene.fails(10)
    scene.clock.offset += 30 * 86_400 - 1
    refused(TOO_MANY_ATTEMPTS, scene.enters)
    scene.clock.offset += 1
    assert scene.enters()
    scene.fails(9)
    assert scene.enters()


def test_a_tenant_without_brute_force_protection_blocks_nobody() -> None:
    scene = Scene("\n[attack_protection]\nbrute_force = false\n")
    scene.fails(12)
    assert scene.enters()


SLOW = "\n[attack_protection]\nsuspicious_ip_throttling = true\nmax_attempts = 4\n"


def test_an_address_that_fails_too_often_is_slowed_down() -> None:
    scene = Scene(SLOW)
    scene.fails(2)
    scene.fails(2, "nobody@example.test")
    refused(SUSPICIOUS_ADDRESS, scene.enters)
    with called_by(Caller("127.0.0.9", "", "", "")):
        assert scene.enters()
    scene.clock.offset += 863
    refused(SUSPICIOUS_ADDRESS, scene.enters)
    scene.clock.offset += 2
    assert scene.enters()
    assert Scene().tenant.attack_protection.address_is_suspicious("127.0.0.1") is False


def test_an_address_on_the_list_is_never_slowed_down() -> None:
    scene = Scene(SLOW + 'allowlist = ["127.0.0.1"]\n')
    scene.fails(6)
    assert scene.enters()


def test_an_address_signs_fifty_people_up_and_then_one_every_1728_seconds() -> None:
    scene = Scene(SLOW)
    browser = tenant_app(scene.tenant).test_client()
    body = {"client_id": scene.tenant.configuration.applications["spa"].client_id, "password": PASSWORD}
    body["connection"] = scene.tenant.configuration.connection

    def sign_up(number: int) -> int:
        return browser.post("/dbconnections/signup", json=body | {"email": f"p{number}@example.test"}).status_code

    assert {sign_up(number) for number in range(50)} == {200}
    refused_there = browser.post("/dbconnections/signup", json=body | {"email": "late@example.test"})
    assert (refused_there.status_code, refused_there.get_json()) == (
        429,
        {
            "name": "TooManyRequestsError", "code": "too_many_attempts", "statusCode": 429,
            "description": "We have detected suspicious sign-up behavior and further attempts will be blocked.",
        },
    )  # fmt: skip
    scene.clock.offset += 1727
    assert sign_up(50) == 429
    scene.clock.offset += 1
    assert (sign_up(50), sign_up(51)) == (200, 429)
    unhurried = tenant_app(Scene().tenant).test_client()
    assert unhurried.post("/dbconnections/signup", json=body).status_code == 400


def test_one_person_signs_in_twenty_times_a_minute() -> None:
    scene = Scene("\n[rate_limits]\nenforce = true\n")
    assert all(scene.enters() for _ in range(20))
    refused(TOO_MANY_LOGINS, scene.enters)
    assert [entry.type for entry in scene.tenant.log.entries] == ["limit_sul"]
    scene.clock.offset += 3
    assert scene.enters()
    unhurried = Scene()
    assert all(unhurried.enters() for _ in range(30))


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A tenant that keeps to the free plan, and suspects addresses soon."""
    folder = tmp_path_factory.mktemp("hasty")
    file = Path(folder) / "tenant.toml"
    file.write_text(UNPROTECTED + SLOW + "\n[rate_limits]\nenforce = true\n", encoding="utf-8")
    running = start(folder, "--tenant-file", str(file))
    yield running
    assert running.stop() == 0


def test_the_free_plan_is_enforced_with_its_headers(hasty: Running) -> None:
    met = hasty.operator("GET", "/users")
    assert (met.status_code, met.headers["x-ratelimit-limit"], met.headers["x-ratelimit-remaining"]) == (200, "2", "1")
    deadline = time.monotonic() + 20
    while met.status_code == 200 and time.monotonic() < deadline:
        met = hasty.operator("GET", "/users")
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


def test_a_suspicious_address_is_told_so_on_the_page(hasty: Running) -> None:
    with Browser(hasty, hasty.application("web")) as browser:
        page = browser.authorize()
        for _ in range(4):
            assert browser.post(page, username="a@b.test", password="x").error == "wrong-email-credentials"
        at = browser.post(page, username="c@d.test", password="x")
    assert at.error == "ip-blocked"
    assert "suspicious login behavior" in at.html


def test_without_limits_there_are_no_headers_and_ordered_ones_have_them(tenant: Running) -> None:
    assert "x-ratelimit-limit" not in tenant.operator("GET", "/users").headers
    body = {"path": "/api/v2/user-blocks", "answer": 429}
    assert tenant.control("POST", "/trouble", body).status_code == 201, json.dumps(body)
    met = tenant.operator("GET", "/user-blocks")
    assert (met.status_code, met.headers["x-ratelimit-remaining"]) == (429, "0")
