"""The control API: time, keys, the post, trouble, and what it tells of requests."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import jwt
import pytest
import requests

from tests.tenant.client import LocalTenant


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant of its own: what is ordered here would trouble the other tests."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("control"))
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def without_trouble(tenant: LocalTenant) -> Iterator[None]:
    yield
    assert tenant.controls("DELETE", "/outages").status_code == 204
    tenant.controls("PUT", "/messages/delivery", {"mode": "normal"})
    tenant.controls("POST", "/clock", {"seconds": -tenant.controls("GET", "/clock").json()["offset"]})


def move(tenant: LocalTenant, seconds: float) -> None:
    answer = tenant.controls("POST", "/clock", {"seconds": seconds})
    assert answer.status_code == 200, answer.text


def order(tenant: LocalTenant, **outage: object) -> None:
    answer = tenant.controls("POST", "/outages", outage)
    assert answer.status_code == 201, answer.text


def deliver(tenant: LocalTenant, **delivery: object) -> None:
    answer = tenant.controls("PUT", "/messages/delivery", delivery)
    assert (answer.status_code, answer.json()) == (200, delivery)


def keys(tenant: LocalTenant, **more: float) -> requests.Response:
    return tenant.http.get(tenant.url("/.well-known/jwks.json"), **more)  # type: ignore[arg-type]


def test_the_clock_moves_forward_and_back_and_date_follows(tenant: LocalTenant) -> None:
    before = tenant.now()
    move(tenant, 3600)
    assert 3600 <= tenant.now() - before <= 3610
    move(tenant, -7200)
    assert -3600 <= tenant.now() - before <= -3590
    moved = tenant.controls("POST", "/clock", {"to": "2031-05-06T07:08:09+00:00"}).json()
    assert moved["now"].startswith("2031-05-06T07:08:09.")
    met = tenant.http.post(tenant.url("/oauth/token"), json={})
    assert parsedate_to_datetime(met.headers["Date"]).year == 2031
    assert tenant.controls("GET", "/clock").json()["offset"] == pytest.approx(moved["offset"])


def test_a_new_key_signs_and_tokens_of_the_old_one_stay_good(tenant: LocalTenant) -> None:
    user, web = tenant.user(), tenant.application("web")
    old = user.sign_in(web)
    before = [key["kid"] for key in keys(tenant).json()["keys"]]
    kid = tenant.controls("POST", "/keys/rotation").json()["kid"]
    shown = keys(tenant).json()["keys"]
    assert [key["kid"] for key in shown] == [kid, *before]
    new = user.sign_in(web)
    assert jwt.get_unverified_header(new["access_token"])["kid"] == kid
    for tokens in (old, new):
        name = jwt.get_unverified_header(tokens["id_token"])["kid"]
        (key,) = [jwt.PyJWK(key) for key in shown if key["kid"] == name]
        jwt.decode(tokens["id_token"], key, algorithms=["RS256"], audience=web.client_id)
        assert user.authenticators(tokens["access_token"]) == []


class Phone:
    """A user's phone, and a token to have it texted with."""

    def __init__(self, tenant: LocalTenant) -> None:
        self.tenant, self.user = tenant, tenant.user()
        self.token = self.user.sign_in(tenant.application("web"))["access_token"]

    def text(self) -> None:
        assert self.user.associate(self.token).status_code == 200

    def has(self, wait: float = 0) -> list[dict[str, str]]:
        return self.tenant.messages(self.user.phone, wait=wait)


def test_texts_arrive_twice_or_not_at_all(tenant: LocalTenant) -> None:
    phone = Phone(tenant)
    deliver(tenant, mode="twice", count=1)
    phone.text()
    assert len({text["body"] for text in phone.has()}) == 1
    assert len(phone.has()) == 2
    phone.text()
    assert len(phone.has()) == 3
    deliver(tenant, mode="lost")
    phone.text()
    phone.text()
    assert len(phone.has()) == 3


def test_a_late_text_arrives_when_the_clock_says_so_with_the_time_it_was_sent(tenant: LocalTenant) -> None:
    phone = Phone(tenant)
    deliver(tenant, mode="late", seconds=120)
    sent_at = tenant.now()
    phone.text()
    move(tenant, 60)
    assert phone.has() == []
    move(tenant, 61)
    (text,) = phone.has(wait=5)
    sent = (
        time.strftime("%Y-%m-%dT%H:%M", time.gmtime(sent_at)),
        time.strftime("%Y-%m-%dT%H:%M", time.gmtime(sent_at + 5)),
    )
    assert text["sent_at"].startswith(sent)


def test_texts_are_turned_round_phone_by_phone(tenant: LocalTenant) -> None:
    one, other = Phone(tenant), Phone(tenant)
    deliver(tenant, mode="out-of-order", count=2)
    one.text()
    other.text()
    assert (one.has(), other.has()) == ([], [])
    one.text()
    first, second = one.has()
    assert first["sent_at"] > second["sent_at"]
    assert one.user.sms_code() in second["body"]
    assert other.has() == []
    deliver(tenant, mode="normal")
    assert len(other.has()) == 1


def test_requests_meet_429_and_503_as_often_as_ordered(tenant: LocalTenant) -> None:
    order(tenant, path="/oauth/token", count=2, response=503)
    order(tenant, path="/api/v2/", response=429)
    met = [tenant.token({}) for _ in range(3)]
    assert [one.status_code for one in met] == [503, 503, 400]
    assert met[0].json()["error"] == "temporarily_unavailable"
    limited = tenant.http.get(tenant.url("/api/v2/users"))
    assert (limited.status_code, limited.json()["errorCode"]) == (429, "too_many_requests")
    order(tenant, path="/oauth/", response=429)
    limited = tenant.token({})
    assert (limited.status_code, limited.json()["error"]) == (429, "too_many_requests")
    assert keys(tenant).status_code == 200


def test_a_cut_connection_has_no_answer(tenant: LocalTenant) -> None:
    order(tenant, path="/.well-known/jwks", response="cut")
    with pytest.raises(requests.ConnectionError):
        keys(tenant)
    assert keys(tenant).status_code == 200
    seen = tenant.controls("GET", "/requests").json()
    assert [one["status"] for one in seen if one["path"] == "/.well-known/jwks.json"][-2:] == [None, 200]


def test_a_delay_holds_one_request_and_nobody_else(tenant: LocalTenant) -> None:
    order(tenant, path="/.well-known/jwks", response="delay", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        keys(tenant, timeout=0.3)
    started = time.monotonic()
    assert tenant.management("GET", "/users").status_code == 200
    assert keys(tenant).status_code == 200
    assert time.monotonic() - started < 20


def test_the_end_of_the_tenant_lets_a_held_request_go(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = LocalTenant.serve(tmp_path_factory.mktemp("ending"))
    order(own, path="/.well-known/jwks", response="delay", seconds=50)

    def ask() -> None:
        with requests.Session() as session, contextlib.suppress(requests.RequestException):
            session.get(own.url("/.well-known/jwks.json"), verify=own.settings["AUTH0_CA_BUNDLE"])

    held = threading.Thread(target=ask)
    held.start()
    while own.controls("GET", "/outages").json()["requests"]:
        pass
    started = time.monotonic()
    assert own.stop() == 0
    held.join(30)
    assert time.monotonic() - started < 30


def test_the_inbox_can_be_down_and_keeps_what_arrives(tenant: LocalTenant) -> None:
    phone = Phone(tenant)
    order(tenant, inbox="down")
    phone.text()
    headers = {"Authorization": f"Bearer {tenant.settings['PHONE_INBOX_TOKEN']}"}
    met = tenant.http.get(tenant.settings["PHONE_INBOX_URL"], params={"to": phone.user.phone}, headers=headers)
    assert (met.status_code, met.json()) == (503, {"error": "the inbox is down: an injected outage"})
    order(tenant, inbox="up")
    assert len(phone.has()) == 1


def test_searching_users_can_lag_and_asking_for_one_does_not(tenant: LocalTenant) -> None:
    order(tenant, search_lag=60)
    user = tenant.user()

    def searched() -> bool:
        return user.email in tenant.management("GET", "/users?per_page=100").text

    assert not searched()
    assert tenant.management("GET", f"/users/{user.user_id}").status_code == 200
    assert tenant.management("GET", f"/users-by-email?email={user.email}").json() != []
    move(tenant, 61)
    assert searched()


def test_the_log_can_lag_and_then_shows_everything(tenant: LocalTenant) -> None:
    order(tenant, log_lag=60)
    user = tenant.user()
    user.sign_in(tenant.application("web"))
    path = f"/users/{user.user_id}/logs"
    assert tenant.management("GET", path).json() == []
    assert user.user_id not in tenant.management("GET", "/logs?from=0&take=100").text
    move(tenant, 61)
    assert [one["type"] for one in tenant.management("GET", path).json()] == ["seacft", "s"]


def test_requests_are_told_with_names_and_without_values(tenant: LocalTenant) -> None:
    last = max((one["seq"] for one in tenant.controls("GET", "/requests").json()), default=0)
    secret = "Hush-Hush-9"
    tenant.token({"grant_type": "authorization_code", "code": secret})
    tenant.http.post(tenant.url(f"/oauth/token?x={secret}"), data={"client_secret": secret})
    tenant.http.post(
        tenant.url("/oauth/token"), data=secret, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    answer = tenant.controls("GET", f"/requests?after={last}")
    assert secret not in answer.text
    assert [(one["method"], one["path"], one["status"], one["parameters"]) for one in answer.json()] == [
        ("POST", "/oauth/token", 401, ["code", "grant_type"]),
        ("POST", "/oauth/token", 400, ["client_secret", "x"]),
        ("POST", "/oauth/token", 400, []),
    ]


def test_what_stands_is_shown(tenant: LocalTenant) -> None:
    order(tenant, path="/u/", response="delay", seconds=2, count=3, log_lag=5)
    assert tenant.controls("GET", "/outages").json() == {
        "requests": [{"path": "/u/", "count": 3, "response": "delay", "seconds": 2}],
        "inbox": "up", "log_lag": 5, "search_lag": 0,
    }  # fmt: skip
    assert tenant.controls("GET", "/messages/delivery").json() == {"mode": "normal"}


WRONG: list[tuple[str, str, object, str]] = [
    ("POST", "/clock", {}, "expected either 'seconds'"),
    ("POST", "/clock", {"seconds": 1, "to": "2031-01-01T00:00:00Z"}, "expected either 'seconds'"),
    ("POST", "/clock", {"seconds": "1"}, "seconds: expected a number"),
    ("POST", "/clock", {"seconds": True}, "seconds: expected a number"),
    ("POST", "/clock", {"seconds": 1e300}, "seconds: expected -3"),
    ("POST", "/clock", {"seconds": float("nan")}, "seconds: expected a number"),
    ("POST", "/clock", {"seconds": 3e9}, "the clock stays between 2000-01-01"),
    ("POST", "/clock", {"to": "2031-01-01T00:00:00"}, "to: expected a date and time"),
    ("POST", "/clock", {"to": "9999-12-31T23:59:59-23:00"}, "the clock stays between"),
    ("POST", "/clock", {"to": [1]}, "to: expected a date and time"),
    ("POST", "/clock", {"second": 1}, "'second' is not known; the keys are 'seconds', 'to'"),
    ("POST", "/clock", [], "expected a JSON object"),
    ("POST", "/keys/rotation", {"kid": "x"}, "'kid' is not known"),
    ("PUT", "/messages/delivery", {}, "mode: expected one of normal, late"),
    ("PUT", "/messages/delivery", {"mode": []}, "mode: expected one of normal, late"),
    ("PUT", "/messages/delivery", {"mode": "late"}, "seconds: required for late delivery"),
    ("PUT", "/messages/delivery", {"mode": "lost", "seconds": 1}, "seconds: required for late delivery"),
    ("PUT", "/messages/delivery", {"mode": "lost", "count": 0}, "count: expected a whole number from 1"),
    ("PUT", "/messages/delivery", {"mode": "out-of-order", "count": 1}, "count: expected a whole number from 2"),
    ("PUT", "/messages/delivery", {"mode": "normal", "count": 1}, "count: not allowed for normal delivery"),
    ("POST", "/outages", {}, "expected 'path' and 'response'"),
    ("POST", "/outages", {"path": "oauth", "response": 429}, "path: expected the beginning of paths"),
    ("POST", "/outages", {"path": "/oauth", "response": 418}, "response: expected 429, 503, delay or cut"),
    ("POST", "/outages", {"path": "/oauth", "response": "delay"}, "seconds: required for a delay"),
    ("POST", "/outages", {"path": "/oauth", "response": "delay", "seconds": 61}, "seconds: expected 0 to 60"),
    ("POST", "/outages", {"path": "/oauth", "response": 429, "count": 1.5}, "count: expected a whole number"),
    ("POST", "/outages", {"inbox": "away"}, "inbox: expected up or down"),
    ("POST", "/outages", {"path": "/oauth", "response": 429, "log_lag": -1}, "log_lag: expected 0 to 86400"),
    ("GET", "/requests?after=x", None, "after: expected a request's seq"),
]


@pytest.mark.parametrize(("method", "path", "body", "words"), WRONG)
def test_what_is_asked_wrongly_is_told_in_one_line(
    tenant: LocalTenant, method: str, path: str, body: object, words: str
) -> None:
    address, token = tenant.settings["TEST_CONTROLS_URL"], tenant.settings["TEST_CONTROLS_TOKEN"]
    answer = tenant.http.request(
        method, address + path, data=None if body is None else json.dumps(body),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert answer.json()["error"].startswith(words)
    assert "\n" not in answer.json()["error"]
    assert tenant.controls("GET", "/outages").json()["requests"] == []


PATHS = ["/clock", "/keys/rotation", "/messages/delivery", "/outages", "/requests", "/tenants"]


@pytest.mark.parametrize("path", PATHS)
def test_the_token_is_needed_and_the_tenants_own_port_has_none_of_it(tenant: LocalTenant, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert tenant.controls(method, path, {}, token="wrong").status_code == 401
        headers = {"Authorization": f"Bearer {tenant.settings['TEST_CONTROLS_TOKEN']}"}
        assert tenant.http.request(method, tenant.url(path), json={}, headers=headers).status_code == 404


def test_a_sibling_starts_with_the_clock_of_its_parent(tenant: LocalTenant) -> None:
    move(tenant, 86_400)
    made = tenant.controls("POST", "/tenants", {}).json()
    sibling = LocalTenant(made["profile"])
    assert abs(sibling.now() - tenant.now()) <= 2
    move(sibling, 3600)
    assert sibling.now() - tenant.now() > 3500
    sibling.http.close()
    tenant.controls("DELETE", f"/tenants/{made['id']}")
