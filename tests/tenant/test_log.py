"""The tenant's log, as an administrator reads it: every step of a user's way leaves an event, and no secret."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.tenant.client import Application, LocalTenant, User, bearer, refusal, wrong

Event = dict[str, Any]


def logs(tenant: LocalTenant, query: str) -> list[Event]:
    answer = tenant.management("GET", f"/logs?{query}", role="management")
    assert answer.status_code == 200, answer.text
    found: list[Event] = answer.json()
    return found


def of(user: User) -> list[Event]:
    """Everything of a user's, oldest first."""
    path = f"/users/{quote(user.user_id, safe='')}/logs?sort=date:1&per_page=100"
    found: list[Event] = user.tenant.management("GET", path, role="management").json()
    return found


def types(events: list[Event]) -> list[str]:
    return [event["type"] for event in events]


def test_a_user_who_enrolls_a_phone_and_signs_in_with_it(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("sms", web)
    user.sign_in(web)
    assert types(of(user)) == [
        "s", "seacft", "gd_send_sms", "gd_start_enroll", "gd_enrollment_complete", "seoobft",
        "mfar", "gd_start_auth", "gd_send_sms", "gd_auth_succeed", "s", "seacft",
    ]  # fmt: skip


def test_what_an_event_tells(tenant: LocalTenant, spa: Application, user: User) -> None:
    token = user.sign_in(spa)["access_token"]
    oob = user.associate(token).json()["oob_code"]
    right = user.sms_code()
    assert user.confirm(spa, token, oob, wrong(right)).status_code == 403
    failed, exchange = of(user)[-2:]
    number = f"XXXXXXXX{user.phone[-4:]}"
    (phone,) = tenant.http.get(tenant.url("/mfa/authenticators"), headers=bearer(token)).json()
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
    everything = str(of(user))
    for secret in (right, wrong(right), oob, token, user.phone):
        assert secret not in everything


def test_failures_of_a_sign_in(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = browser.authorize()
        browser.post(page, username=user.email, password="wrong")
        browser.post(page, username=f"no-{user.email}", password="wrong")
        for _ in range(9):
            browser.post(page, username=user.email, password="wrong")
        browser.post(page, username=user.email, password="wrong")
    assert types(of(user)) == ["fp"] * 9 + ["limit_wc", "fp", "limit_wc"]
    unknown = logs(tenant, 'q=type:"fu"&per_page=1')[0]
    assert (unknown["client_id"], "user_id" in unknown) == (web.client_id, False)
    tenant.management("PATCH", f"/users/{user.user_id}", {"blocked": True})
    tenant.management("DELETE", f"/user-blocks/{user.user_id}")
    with tenant.browser(web) as browser:
        browser.give_password(user)
    assert (of(user)[-1]["type"], of(user)[-1]["description"]) == ("f", "user is blocked")


def test_a_wrong_code_on_a_page_names_the_browser_s_session(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        page = browser.give_password(user)
        browser.post(page, code=wrong(user.sms_code()), rememberBrowser="true")
        cookie = str(browser.cookies.cookies["auth0"])
    told = of(user)[-1]["details"]
    assert (told["first_factor"], told["remember_browser"]) == (False, True)
    assert re.fullmatch("[0-9a-f]{32}", told["session_id"])
    assert cookie not in str(told)


def test_failures_of_enrolling_and_removing(tenant: LocalTenant, web: Application, user: User) -> None:
    token = user.enroll("otp", web)
    assert user.confirm_app(web, token, "000000").status_code == 403
    assert types(of(user))[-2:] == ["gd_auth_failed", "feotpft"]
    tenant.mfa(
        "POST", "/associate", token, {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "x"}
    )
    last = of(user)[-1]
    assert (last["type"], last["description"]) == ("gd_start_enroll_failed", "The phone number is invalid.")
    (app,) = tenant.http.get(tenant.url("/mfa/authenticators"), headers=bearer(token)).json()
    tenant.http.delete(tenant.url(f"/mfa/authenticators/{quote(app['id'])}"), headers=bearer(token))
    last = of(user)[-1]
    assert (last["type"], last["details"]["authenticator"]) == ("gd_unenroll", {"id": app["id"], "type": "totp"})


def test_a_program_that_is_refused(tenant: LocalTenant, web: Application) -> None:
    body = {"grant_type": "client_credentials", "audience": "x", "client_id": web.client_id, "client_secret": "no"}
    assert tenant.token(body).status_code == 401
    last = logs(tenant, f'q=type:"feccft" AND client_id:"{web.client_id}"&per_page=1')[0]
    assert (last["description"], last["client_name"]) == ("Unauthorized", "Web application under test")
    assert "user_id" not in last


def test_pages_queries_and_checkpoints(tenant: LocalTenant, web: Application, user: User) -> None:
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
    counted = tenant.management("GET", f"/users/{quote(user.user_id)}/logs?include_totals=true&per_page=2").json()
    assert (counted["total"], len(counted["logs"]), counted["start"]) == (6, 2, 0)
    assert tenant.management("GET", f"/logs/{found['log_id']}").json() == found
    assert refusal(tenant.management("GET", "/logs/1")) == (404, "inexistent_log", "The log event does not exist.")
    assert logs(tenant, 'q=type:"s"&sort=date:1&per_page=1')[0]["date"] <= own[0]["date"]


@pytest.mark.parametrize(
    "query",
    ["q=type:", "q=secret:x", "q=type:s OR type:f", 'q=type:"s', "q=type:gd_*", "sort=user_id:1", "per_page=101",
     "from=x", "take=0x1", "from=1&q=type:s", "search=x", "surplus=type"],
)  # fmt: skip
def test_queries_that_are_not_understood_are_refused(tenant: LocalTenant, query: str) -> None:
    assert refusal(tenant.management("GET", f"/logs?{query}"))[:2] == (400, "invalid_query_string")


def test_the_log_needs_its_scope(tenant: LocalTenant, web: Application, user: User) -> None:
    token = user.sign_in(web)["access_token"]
    assert tenant.http.get(tenant.url("/api/v2/logs"), headers=bearer(token)).status_code == 401


def test_events_of_other_grants_name_user_application_and_what_was_asked_for(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    def last() -> tuple[str, str, str, str, str]:
        event = of(user)[-1]
        asked = event["details"]
        return event["type"], event["client_id"], asked.get("audience", ""), asked.get("scope", ""), asked["connection"]

    connection, audience = tenant.settings["AUTH0_CONNECTION"], tenant.mfa_audience
    user.password_grant(web, password="wrong", audience=audience, scope="enroll")
    assert last() == ("fepft", web.client_id, audience, "enroll", connection)
    first = user.password_grant(web, scope="openid offline_access").json()["refresh_token"]
    assert last() == ("sepft", web.client_id, "", "openid offline_access", connection)
    grant = web.body(grant_type="refresh_token", refresh_token=first)
    for expected in ("sertft", "fertft"):
        tenant.token(grant)
        assert last() == (expected, web.client_id, "", "openid offline_access", connection)


def test_events_with_an_opaque_token_name_the_user(full: LocalTenant) -> None:
    web, user = full.application("web"), full.user()
    token = user.mfa_token(web, scope="openid")
    user.associate(token, "sms", phone_number="x")
    failed = of(user)[-1]
    assert (failed["type"], failed["client_id"]) == ("gd_start_enroll_failed", web.client_id)
    assert user.confirm_app(web, token, "000000").status_code == 401
    failed = of(user)[-1]
    assert (failed["type"], failed["client_id"], failed["details"]["scope"]) == ("feotpft", web.client_id, "openid")
    assert failed["details"]["failure_details"]["errorCode"] == "unsupported_challenge_type"
