"""Sibling tenants and the dashboard, parts of the test controls that need a process."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.tenant.client import LocalTenant, close_pipes
from tests.tenant.conftest import serving
from tests.tenant.in_process import DEFAULT

KEYS = "/.well-known/jwks.json"


def sibling_of(parent: LocalTenant, body: object = None) -> tuple[str, LocalTenant]:
    response = parent.controls("POST", "/tenants", body or {})
    assert response.status_code == 201, response.text
    return response.json()["id"], LocalTenant(response.json()["profile"])


def certificate(tenant: LocalTenant) -> str:
    return ssl.get_server_certificate(("127.0.0.1", int(tenant.settings["AUTH0_DOMAIN"].rpartition(":")[2])))


def is_served(tenant: LocalTenant) -> bool:
    try:
        with tenant.session() as session:
            session.get(tenant.url(KEYS), timeout=2)
    except requests.ConnectionError:
        return False
    return True


def eventually(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
    return True


def test_a_sibling_shares_the_certificate_and_nothing_else(own: LocalTenant) -> None:
    own.move_clock(86_400)
    sibling_id, sibling = sibling_of(own)
    same = {
        "AUTH0_CA_BUNDLE", "AUTH0_CONNECTION", "AUTH0_OTHER_CONNECTION",
        "AUTH0_WEB_CALLBACK", "AUTH0_SPA_CALLBACK", "PHONE_PROVIDER",
        "PHONE_NUMBER_PATTERN",
    }  # fmt: skip
    assert {name for name in own.settings if own.settings[name] == sibling.settings[name]} == same
    assert certificate(sibling) == certificate(own)
    keys = [one.http.get(one.url(KEYS)).json() for one in (own, sibling)]
    assert keys[0] != keys[1]
    assert abs(sibling.now() - own.now()) <= 2, "a sibling starts with the clock of its parent"
    sibling.move_clock(3600)
    assert sibling.now() - own.now() > 3500
    user = sibling.user()
    user.enroll("sms", sibling.web)
    assert own.messages(user.phone) == []
    assert own.manage("GET", f"/users-by-email?email={user.email}") == []
    off = sibling.manage("PUT", "/guardian/factors/otp", {"enabled": False}, role="management")
    assert off == {"enabled": False}
    changed = sibling.manage("PATCH", f"/clients/{sibling.web.client_id}", {"grant_types": []}, role="management")
    assert changed["grant_types"] == []
    assert [one["enabled"] for one in own.manage("GET", "/guardian/factors")[:3]] == [True, False, True]
    assert own.controls("DELETE", f"/tenants/{sibling_id}").status_code == 204
    assert not is_served(sibling)
    assert own.controls("DELETE", f"/tenants/{sibling_id}").status_code == 404
    sibling.http.close()


def test_a_sibling_inherits_the_tenant_file_and_variations(tmp_path: Path) -> None:
    text = DEFAULT.replace("Local Tenant", "Inherited")
    parent = LocalTenant.serve(tmp_path, "--vary", "sms-sent-twice", text=text)
    _, sibling = sibling_of(parent, {"vary": ["identifier-first"]})
    user = sibling.user()
    with sibling.browser(sibling.web) as browser:
        assert browser.authorize().path == "/u/login/identifier"
    user.enroll("sms", sibling.web)
    assert ["for Inherited." in message["body"] for message in sibling.messages(user.phone)] == [True, True]
    _, grandchild = sibling_of(sibling)
    assert certificate(grandchild) == certificate(parent)
    for name, words in (("sms-not-sent", "both override"), ("any-sms-cod-accepted", "'any-sms-code-accepted'")):
        refused = parent.controls("POST", "/tenants", {"vary": [name]})
        assert (refused.status_code, words in refused.json()["error"]) == (400, True)
    for one in (sibling, grandchild):
        one.http.close()
    assert parent.stop() == 0
    assert eventually(lambda: not is_served(sibling))
    assert eventually(lambda: not is_served(grandchild))


def test_siblings_stop_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = LocalTenant.serve(tmp_path)
    _, sibling = sibling_of(parent)
    assert is_served(sibling)
    parent.http.close()
    assert parent.process is not None
    parent.process.kill()
    parent.process.wait(30)
    assert eventually(lambda: not is_served(sibling))
    close_pipes(parent.process)
    sibling.http.close()


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[tuple[LocalTenant, str]]:
    """A tenant, and the address of its dashboard, which its settings file shows."""
    with serving(tmp_path, "--vary", "any-otp-accepted", "identifier-first") as served:
        last = (tmp_path / "tenant.env").read_text().splitlines()[-1]
        found = re.fullmatch(r"# Dashboard: (http://\S+)", last)
        assert found is not None, last
        yield served, found[1]


def test_the_dashboard_shows_users_messages_and_events(dashboard: tuple[LocalTenant, str]) -> None:
    tenant, address = dashboard
    user = tenant.user()
    page = tenant.http.get(address)
    assert (page.status_code, user.email in page.text, "No messages yet." in page.text) == (200, True, True)
    user.enroll("sms", tenant.web)
    page = tenant.http.get(address)
    message = tenant.messages(user.phone)[-1]["body"]
    number = f"phone XXXXXXXX{user.phone[-4:]}"
    for shown in (user.email, user.user_id, message, number, "gd_enrollment_complete", "any-otp-accepted"):
        assert shown in page.text, shown
    for secret in (tenant.settings["TEST_CONTROLS_TOKEN"], tenant.web.client_secret or ""):
        assert secret not in page.text


def test_the_link_of_the_dashboard_opens_nothing_else(dashboard: tuple[LocalTenant, str]) -> None:
    tenant, address = dashboard
    assert tenant.http.post(address).status_code == 405
    without, token = address.split("?token=")
    for refused in (without, f"{without}?token=x{token}", address.replace("/dashboard", "/clock")):
        assert tenant.http.get(refused).status_code == 401
    assert tenant.controls("GET", "/dashboard").status_code == 200
