"""Enrollment tickets: a link that enrolls one factor, once, for five days (AF-PHONE-13, AF-PHONE-14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tenant.client import Application, LocalTenant, User, wrong

TICKETS = "/guardian/enrollments/ticket"
DAYS = 86_400


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[LocalTenant]:
    """One of its own, since its time is moved."""
    running = LocalTenant.serve(tmp_path)
    yield running
    assert running.stop() == 0


@pytest.fixture
def user(tenant: LocalTenant) -> User:
    return tenant.user()


@pytest.fixture
def web(tenant: LocalTenant) -> Application:
    return tenant.application("web")


def link(user: User, **more: object) -> str:
    answer = user.tenant.management("POST", TICKETS, {"user_id": user.user_id, **more})
    assert answer.status_code == 200, answer.text
    url: str = answer.json()["ticket_url"]
    return url.removeprefix(user.tenant.url(""))


def test_a_ticket_enrolls_a_phone_once(user: User, web: Application) -> None:
    path = link(user)
    with user.tenant.browser(web) as former, user.tenant.browser(web) as browser:
        left = former.get(path)
        at = browser.get(path)
        assert at.path == "/u/mfa-enroll-options"
        at = browser.post(at, action="sms")
        at = browser.post(at, phone=user.phone, action="default")
        assert at.path == "/u/mfa-sms-enrollment-verify"
        code = user.sms_code()
        assert browser.post(at, code=wrong(code), action="default").error == "invalid-code"
        done = browser.post(at, code=code, action="default")
        assert (done.response.status_code, done.error) == (200, None)
        assert "You are enrolled" in done.html
        assert user.confirmed() == ["phone"]
        assert former.post(left, action="otp").response.status_code == 400, "what was opened before leads nowhere"
        again = browser.get(path)
    assert (again.response.status_code, "used already, or is too old" in again.html) == (403, True)


def test_it_signs_nobody_in(user: User, web: Application) -> None:
    with user.tenant.browser(web) as browser:
        browser.get(link(user))
        assert browser.authorize().path.startswith("/u/login")


def test_whoever_is_enrolled_needs_one_that_allows_another(user: User, web: Application) -> None:
    made = {"type": "phone", "phone_number": user.phone, "preferred_authentication_method": "sms"}
    user.tenant.management("POST", f"/users/{user.user_id}/authentication-methods", made)
    with user.tenant.browser(web) as browser:
        assert "already enrolled" in browser.get(link(user)).html
        assert browser.get(link(user, allow_multiple_enrollments=True)).path == "/u/mfa-enroll-options"


@pytest.mark.parametrize(("after", "path"), [(5 * DAYS - 60, "/u/mfa-enroll-options"), (5 * DAYS, "/mfa/enrollment")])
def test_it_is_good_for_five_days(user: User, web: Application, after: int, path: str) -> None:
    ticket = link(user)
    user.tenant.controls("POST", "/clock", {"seconds": after})
    with user.tenant.browser(web) as browser:
        assert browser.get(ticket).path == path


def test_what_is_no_ticket_meets_a_page(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = browser.get("/mfa/enrollment?ticket=nothing")
    assert (at.response.status_code, "<html" in at.html) == (403, True)


def test_whose_it_is_must_be_said(user: User) -> None:
    ask = user.tenant.management
    assert ask("POST", TICKETS, {"send_mail": False}).json()["message"] == "Either user_id or email is needed"
    assert ask("POST", TICKETS, {"user_id": "auth0|nobody"}).json()["errorCode"] == "inexistent_user"
    assert ask("POST", TICKETS, {"email": user.email}).status_code == 200
