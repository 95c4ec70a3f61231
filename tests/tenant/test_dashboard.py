"""The dashboard: users, factors, texts, log and variations, for who has its link, and nothing else with it."""

from __future__ import annotations

import re
from pathlib import Path

import requests

from tests.tenant.client import LocalTenant


def link(folder: Path) -> str:
    """The last line of the settings."""
    last = (folder / "tenant.env").read_text().splitlines()[-1]
    found = re.fullmatch(r"# Dashboard: (http://\S+)", last)
    assert found is not None, last
    return found[1]


def test_it_shows_what_there_is(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path, "--vary", "any-otp-accepted", "identifier-first")
    try:
        user = running.user()
        look(running, link(tmp_path), user.email)
        user.enroll("sms", running.application("web"))
        page = running.http.get(link(tmp_path)).text
        text = running.messages(user.phone)[-1]["body"]
        number = f"phone XXXXXXXX{user.phone[-4:]}"
        for shown in (user.email, user.user_id, text, number, "gd_enrollment_complete", "any-otp-accepted"):
            assert shown in page, shown
        for secret in (running.settings["TEST_CONTROLS_TOKEN"], running.application("web").client_secret or ""):
            assert secret not in page
    finally:
        running.stop()


def look(running: LocalTenant, address: str, email: str) -> None:
    """Its link opens it, and nothing else; it changes nothing."""
    page = running.http.get(address)
    assert (page.status_code, email in page.text, "No messages yet." in page.text) == (200, True, True)
    assert running.http.post(address).status_code == 405
    without, token = address.split("?token=")
    assert requests.get(without, timeout=10).status_code == 401
    assert requests.get(f"{without}?token=x{token}", timeout=10).status_code == 401
    other = address.replace("/dashboard", "/clock")
    assert requests.get(other, timeout=10).status_code == 401
    assert running.controls("GET", "/dashboard").status_code == 200
