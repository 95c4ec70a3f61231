"""The tenant log, as an administrator reads it: an event for every step of a user, and no secret."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.tenant.arranged import Arranged
from tests.tenant.client import Application, User, wrong
from tests.tenant.in_process import InProcess

Event = dict[str, Any]


@pytest.fixture
def tenant() -> InProcess:
    return InProcess()


def logs(tenant: InProcess, query: str) -> list[Event]:
    found: list[Event] = tenant.manage("GET", f"/logs?{query}", role="management")
    return found


def events(user: User) -> list[Event]:
    """Return every event of a user, oldest first."""
    path = f"/users/{user.user_id}/logs?sort=date:1&per_page=100"
    found: list[Event] = user.tenant.manage("GET", path, role="management")
    return found


def types(found: list[Event]) -> list[str]:
    return [event["type"] for event in found]


def last(user: User) -> Event:
    return events(user)[-1]


def test_the_events_of_an_enrollment_and_a_sign_in(tenant: InProcess, web: Application, user: User) -> None:
    user.enroll("sms", web)
    user.sign_in(web)
    assert types(events(user)) == [
        "s", "seacft", "gd_send_sms", "gd_start_enroll", "gd_enrollment_complete", "seoobft",
        "mfar", "gd_start_auth", "gd_send_sms", "gd_auth_succeed", "s", "seacft",
    ]  # fmt: skip


def test_the_fields_of_an_event(tenant: InProcess, spa: Application, user: User) -> None:
    token = user.mfa_access_token(spa)
    oob_code = user.oob_code(token)
    right = user.sms_code()
    assert user.confirm(spa, token, oob_code, wrong(right)).status_code == 403
    failed, exchange = events(user)[-2:]
    number = f"XXXXXXXX{user.phone[-4:]}"
    (phone,) = user.authenticators(token)
    assert failed["log_id"] == failed["_id"]
    assert failed["date"].endswith("Z")
    assert {name: failed[name] for name in failed if name not in ("log_id", "_id", "date", "user_agent")} == {
        "type": "gd_auth_failed", "description": "Multi-factor authentication failed", "isMobile": False,
        "client_id": spa.client_id, "client_name": "Single-page application under test", "ip": "127.0.0.1",
        "user_id": user.user_id, "user_name": user.email, "strategy": "auth0",
        "connection": tenant.settings["AUTH0_CONNECTION"],
        "details": {
            "request": {
                "method": "POST", "path": "/oauth/token", "ip": "127.0.0.1", "userAgent": failed["user_agent"],
            },
            "authenticator": {"id": phone["id"], "type": "sms", "phone_number": number},
            "enrollment": {
                "_id": phone["id"].removeprefix("sms|"), "identifier": phone["id"].removeprefix("sms|"),
                "tenant": tenant.settings["AUTH0_DOMAIN"],
                "user_id": user.user_id, "phone_number": number,
            },
            "failure_details": {"errorCode": "invalid_otp", "message": "Multi-factor authentication failed"},
            "first_factor": True, "remember_browser": False,
        },
    }  # fmt: skip
    assert failed["user_agent"].startswith("python-requests/")
    assert (exchange["type"], exchange["description"]) == ("feoobft", "Invalid binding_code.")
    assert exchange["details"]["audience"] == tenant.mfa_audience
    assert "enroll" in exchange["details"]["scope"]
    assert exchange["details"]["failure_details"]["errorCode"] == "invalid_grant"
    for secret in (right, wrong(right), oob_code, token, user.phone):
        assert secret not in str(events(user))


def test_failed_sign_ins(tenant: InProcess, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = browser.authorize()
        for name in (user.email, f"no-{user.email}", *[user.email] * 10):
            browser.post(page, username=name, password="wrong")
    assert types(events(user)) == ["fp"] * 9 + ["limit_wc", "fp", "limit_wc"]
    unknown = logs(tenant, 'q=type:"fu"&per_page=1')[0]
    assert (unknown["client_id"], "user_id" in unknown) == (web.client_id, False)
    user.block()
    tenant.manage("DELETE", f"/user-blocks/{user.user_id}")
    with tenant.browser(web) as browser:
        browser.give_password(user)
    assert (last(user)["type"], last(user)["description"]) == ("f", "user is blocked")


def test_a_wrong_code_on_a_page_has_the_session_of_the_browser(tenant: InProcess, web: Application, user: User) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        page = browser.give_password(user)
        browser.post(page, code=wrong(user.sms_code()), rememberBrowser="true")
        cookie = str(browser.cookies.cookies["auth0"])
    details = last(user)["details"]
    assert (details["first_factor"], details["remember_browser"]) == (False, True)
    assert re.fullmatch("[0-9a-f]{32}", details["session_id"])
    assert cookie not in str(details)


def test_failed_enrollments_and_a_removal(tenant: InProcess, web: Application, user: User) -> None:
    token = user.enroll("otp", web)
    assert user.confirm_app(web, token, "000000").status_code == 403
    assert types(events(user))[-2:] == ["gd_auth_failed", "feotpft"]
    user.associate(token, phone_number="x")
    failed = last(user)
    assert (failed["type"], failed["description"]) == ("gd_start_enroll_failed", "The phone number is invalid.")
    (app,) = user.authenticators(token)
    user.remove(token, app["id"])
    assert last(user)["type"] == "gd_unenroll"
    assert last(user)["details"]["authenticator"] == {"id": app["id"], "type": "totp"}


def test_a_refused_machine(tenant: InProcess, web: Application) -> None:
    body = {"grant_type": "client_credentials", "audience": "x", "client_id": web.client_id, "client_secret": "no"}
    assert tenant.token(body).status_code == 401
    event = logs(tenant, f'q=type:"feccft" AND client_id:"{web.client_id}"&per_page=1')[0]
    assert (event["description"], event["client_name"]) == ("Unauthorized", "Web application under test")
    assert "user_id" not in event


def test_pages_queries_and_checkpoints(tenant: InProcess, web: Application, user: User) -> None:
    start = logs(tenant, "per_page=1")[0]["log_id"]
    user.enroll("sms", web)
    other = tenant.user()
    other.sign_in(web)
    following = logs(tenant, f"from={start}&take=100")
    own = [event for event in following if event.get("user_id") == user.user_id]
    assert types(own) == ["s", "seacft", "gd_send_sms", "gd_start_enroll", "gd_enrollment_complete", "seoobft"]
    assert logs(tenant, f"from={start}&take=2") == following[:2]
    assert logs(tenant, f"from={following[1]['log_id']}&take=1") == following[2:3]
    assert logs(tenant, f"from={following[-1]['log_id']}") == []
    query = quote(f'type:"gd_enrollment_complete" AND user_id:"{user.user_id}"')
    (found,) = logs(tenant, f"q={query}")
    assert found == next(event for event in own if event["type"] == "gd_enrollment_complete")
    assert logs(tenant, f'q=type:s AND user_id:"{quote(other.user_id)}"')[0]["user_name"] == other.email
    newest = logs(tenant, f'q=user_id:"{quote(user.user_id)}"&per_page=2&page=1')
    assert newest == list(reversed(own))[2:4]
    counted = tenant.manage("GET", f"/users/{user.user_id}/logs?include_totals=true&per_page=2")
    assert (counted["total"], len(counted["logs"]), counted["start"]) == (6, 2, 0)
    assert tenant.manage("GET", f"/logs/{found['log_id']}") == found
    assert logs(tenant, 'q=type:"s"&sort=date:1&per_page=1')[0]["date"] <= own[0]["date"]


@pytest.mark.parametrize(
    "query",
    ["q=type:", "q=secret:x", "q=type:s OR type:f", 'q=type:"s', "q=type:gd_*", "sort=user_id:1", "per_page=101",
     "from=x", "take=0x1", "from=1&q=type:s", "search=x", "surplus=type"],
)  # fmt: skip
def test_a_query_that_is_not_supported(tenant: InProcess, query: str) -> None:
    assert tenant.refused("GET", f"/logs?{query}")[:2] == (400, "invalid_query_string")


def test_events_of_password_and_refresh_token_grants(tenant: InProcess, web: Application, user: User) -> None:
    def summary() -> tuple[str, str, str, str, str]:
        event, asked = last(user), last(user)["details"]
        return event["type"], event["client_id"], asked.get("audience", ""), asked.get("scope", ""), asked["connection"]

    connection, audience = tenant.settings["AUTH0_CONNECTION"], tenant.mfa_audience
    user.password_grant(web, password="wrong", audience=audience, scope="enroll")
    assert summary() == ("fepft", web.client_id, audience, "enroll", connection)
    first = user.password_grant(web, scope="openid offline_access").json()["refresh_token"]
    assert summary() == ("sepft", web.client_id, "", "openid offline_access", connection)
    grant = web.body(grant_type="refresh_token", refresh_token=first)
    for expected in ("sertft", "fertft"):
        tenant.token(grant)
        assert summary() == (expected, web.client_id, "", "openid offline_access", connection)


def test_events_of_requests_with_an_mfa_token() -> None:
    it = Arranged()
    it.mary.associate(it.mfa_token, phone_number="x")
    failed = last(it.mary)
    assert (failed["type"], failed["client_id"]) == ("gd_start_enroll_failed", it.spa.client_id)
    assert it.otp(mfa_token=it.mfa_token, otp="000000").status_code == 401
    failed = last(it.mary)
    assert (failed["type"], failed["client_id"]) == ("feotpft", it.spa.client_id)
    assert failed["details"]["failure_details"]["errorCode"] == "unsupported_challenge_type"
