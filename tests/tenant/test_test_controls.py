"""Test controls: the clock, signing keys, message delivery, outages, and the list of requests."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import pytest
import requests

from tests.tenant.client import LocalTenant, User, bearer
from tests.tenant.conftest import serving
from tests.tenant.in_process import InProcess

KEYS = "/.well-known/jwks.json"


@pytest.fixture
def tenant() -> InProcess:
    return InProcess()


def outage(tenant: LocalTenant, **given: object) -> None:
    response = tenant.controls("POST", "/outages", given)
    assert response.status_code == 201, response.text


def deliver(tenant: LocalTenant, **delivery: object) -> None:
    response = tenant.controls("PUT", "/messages/delivery", delivery)
    assert (response.status_code, response.json()) == (200, delivery)


def requests_after(tenant: LocalTenant, seq: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.controls("GET", f"/requests?after={seq}").json()
    return found


def keys(tenant: LocalTenant, **more: float) -> requests.Response:
    return tenant.http.get(tenant.url(KEYS), **more)  # type: ignore[arg-type]


def test_the_clock_moves_forward_and_back(tenant: InProcess) -> None:
    before = tenant.now()
    tenant.move_clock(3600)
    assert tenant.now() == before + 3600
    tenant.move_clock(-7200)
    assert tenant.now() == before - 3600
    moved = tenant.controls("POST", "/clock", {"to": "2031-05-06T07:08:09+00:00"}).json()
    assert moved["now"].startswith("2031-05-06T07:08:09")
    assert parsedate_to_datetime(tenant.token({}).headers["Date"]).year == 2031
    assert tenant.controls("GET", "/clock").json()["offset"] == pytest.approx(moved["offset"])


def test_a_new_key_signs_and_the_old_key_stays_valid(tenant: InProcess) -> None:
    user = tenant.user()
    old = user.mfa_access_token(tenant.web)
    before = [key["kid"] for key in keys(tenant).json()["keys"]]
    kid = tenant.controls("POST", "/keys/rotation").json()["kid"]
    assert [key["kid"] for key in keys(tenant).json()["keys"]] == [kid, *before]
    new = user.mfa_access_token(tenant.web)
    assert jwt.get_unverified_header(new)["kid"] == kid
    assert jwt.get_unverified_header(old)["kid"] in before
    assert user.authenticators(old) == user.authenticators(new) == []


@pytest.fixture
def user(tenant: InProcess) -> User:
    return tenant.user()


def send_sms(user: User) -> None:
    assert user.associate(user.mfa_access_token(user.tenant.web)).status_code == 200


def received(user: User) -> list[dict[str, str]]:
    return user.tenant.messages(user.phone)


def test_messages_arrive_twice_or_not_at_all(tenant: InProcess, user: User) -> None:
    deliver(tenant, mode="twice", count=1)
    send_sms(user)
    assert len({message["body"] for message in received(user)}) == 1
    assert len(received(user)) == 2
    send_sms(user)
    assert len(received(user)) == 3
    deliver(tenant, mode="lost")
    send_sms(user)
    send_sms(user)
    assert len(received(user)) == 3


def test_a_late_message_arrives_by_the_clock_with_the_time_it_was_sent(tenant: InProcess, user: User) -> None:
    deliver(tenant, mode="late", seconds=120)
    sent_at = tenant.now()
    send_sms(user)
    tenant.move_clock(119)
    assert received(user) == []
    tenant.move_clock(1)
    (message,) = tenant.messages(user.phone, wait=5)
    assert message["sent_at"].startswith(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(sent_at)))


def test_messages_are_reordered_for_each_phone(tenant: InProcess, user: User) -> None:
    other = tenant.user()
    deliver(tenant, mode="out-of-order", count=2)
    send_sms(user)
    send_sms(other)
    assert (received(user), received(other)) == ([], [])
    tenant.move_clock(1)
    send_sms(user)
    first, second = received(user)
    assert first["sent_at"] > second["sent_at"]
    assert user.sms_code() in second["body"]
    assert received(other) == []
    deliver(tenant, mode="normal")
    assert len(received(other)) == 1


def test_requests_are_refused_with_429_and_503_as_often_as_ordered(tenant: InProcess) -> None:
    outage(tenant, path="/oauth/token", count=2, response=503)
    outage(tenant, path="/api/v2/", response=429)
    met = [tenant.token({}) for _ in range(3)]
    assert [one.status_code for one in met] == [503, 503, 400]
    assert met[0].json()["error"] == "temporarily_unavailable"
    limited = tenant.http.get(tenant.url("/api/v2/users"))
    assert (limited.status_code, limited.json()["errorCode"]) == (429, "too_many_requests")
    outage(tenant, path="/oauth/", response=429)
    limited = tenant.token({})
    assert (limited.status_code, limited.json()["error"]) == (429, "too_many_requests")
    assert keys(tenant).status_code == 200


def test_cut_and_delayed_requests(own: LocalTenant) -> None:
    outage(own, path=KEYS, response="cut")
    with pytest.raises(requests.ConnectionError):
        keys(own)
    assert keys(own).status_code == 200
    assert [one["status"] for one in requests_after(own) if one["path"] == KEYS][-2:] == [None, 200]
    outage(own, path=KEYS, response="delay", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        keys(own, timeout=0.3)
    started = time.monotonic()
    assert own.management("GET", "/users").status_code == 200
    assert keys(own).status_code == 200
    assert time.monotonic() - started < 20, "other requests are not delayed"


def test_a_stopping_tenant_ends_a_delayed_request(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(tmp_path_factory.mktemp("ending")) as tenant:
        outage(tenant, path=KEYS, response="delay", seconds=50)

        def ask() -> None:
            with tenant.session() as session, contextlib.suppress(requests.RequestException):
                session.get(tenant.url(KEYS))

        delayed = threading.Thread(target=ask)
        delayed.start()
        while tenant.controls("GET", "/outages").json()["requests"]:
            pass
        started = time.monotonic()
    delayed.join(30)
    assert time.monotonic() - started < 30


def test_an_inbox_that_is_down_keeps_new_messages(tenant: InProcess, user: User) -> None:
    outage(tenant, inbox="down")
    send_sms(user)
    headers = bearer(tenant.settings["PHONE_INBOX_TOKEN"])
    met = tenant.http.get(tenant.settings["PHONE_INBOX_URL"], params={"to": user.phone}, headers=headers)
    assert (met.status_code, met.json()) == (503, {"error": "the inbox is down: an injected outage"})
    outage(tenant, inbox="up")
    assert len(received(user)) == 1


def test_the_search_for_users_can_lag(tenant: InProcess) -> None:
    outage(tenant, search_lag=60)
    user = tenant.user()
    assert tenant.manage("GET", "/users?per_page=100") == []
    assert tenant.manage("GET", f"/users/{user.user_id}")["email"] == user.email
    assert tenant.manage("GET", f"/users-by-email?email={user.email}") != []
    tenant.move_clock(60)
    assert [one["email"] for one in tenant.manage("GET", "/users?per_page=100")] == [user.email]


def test_the_log_can_lag(tenant: InProcess, user: User) -> None:
    outage(tenant, log_lag=60)
    user.sign_in(tenant.web)
    assert user.events() == []
    assert user.user_id not in tenant.management("GET", "/logs?from=0&take=100").text
    tenant.move_clock(60)
    assert user.events() == ["seacft", "s"]


def test_requests_are_listed_with_names_and_without_values(tenant: InProcess) -> None:
    secret = "Hush-Hush-9"
    tenant.token({"grant_type": "authorization_code", "code": secret})
    tenant.http.post(tenant.url(f"/oauth/token?x={secret}"), data={"client_secret": secret})
    tenant.http.post(
        tenant.url("/oauth/token"), data=secret, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    listed = requests_after(tenant)
    assert secret not in str(listed)
    assert [(one["method"], one["path"], one["status"], one["parameters"]) for one in listed] == [
        ("POST", "/oauth/token", 401, ["code", "grant_type"]),
        ("POST", "/oauth/token", 400, ["client_secret", "x"]),
        ("POST", "/oauth/token", 400, []),
    ]


def test_current_outages_and_delivery_are_shown(tenant: InProcess) -> None:
    outage(tenant, path="/u/", response="delay", seconds=2, count=3, log_lag=5)
    assert tenant.controls("GET", "/outages").json() == {
        "requests": [{"path": "/u/", "count": 3, "response": "delay", "seconds": 2}],
        "inbox": "up", "log_lag": 5, "search_lag": 0,
    }  # fmt: skip
    assert tenant.controls("DELETE", "/outages").status_code == 204
    assert tenant.controls("GET", "/outages").json()["requests"] == []
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
    ("POST", "/tenants", [], "expected a JSON object"),
    ("POST", "/tenants", {"varry": []}, "'varry' is not known"),
    ("POST", "/tenants", {"vary": "x"}, "vary: expected a list of names"),
]
"""Requests that are refused, and how the error begins."""


@pytest.mark.parametrize(("method", "path", "body", "words"), WRONG)
def test_a_wrong_request_is_refused_with_one_line(
    tenant: InProcess, method: str, path: str, body: object, words: str
) -> None:
    response = tenant.http.request(
        method, tenant.settings["TEST_CONTROLS_URL"] + path, data=None if body is None else json.dumps(body),
        headers=bearer(tenant.settings["TEST_CONTROLS_TOKEN"]) | {"Content-Type": "application/json"},
    )  # fmt: skip
    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert response.json()["error"].startswith(words)
    assert "\n" not in response.json()["error"]
    assert tenant.controls("GET", "/outages").json()["requests"] == []


@pytest.mark.parametrize(
    "path", ["/clock", "/keys/rotation", "/messages/delivery", "/outages", "/requests", "/tenants", "/dashboard"]
)
def test_the_token_is_required_and_the_tenants_own_address_has_no_test_controls(tenant: InProcess, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        for token in ("wrong", tenant.settings["PHONE_INBOX_TOKEN"]):
            assert tenant.controls(method, path, {}, token=token).status_code == 401
        headers = bearer(tenant.settings["TEST_CONTROLS_TOKEN"])
        assert tenant.http.request(method, tenant.url(path), json={}, headers=headers).status_code == 404
