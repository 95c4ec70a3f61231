"""Sign in on every look of the local tenant's pages, and compare runs in a browser and over HTTP.

These tests start a browser for each look. They need a module without another browser: Playwright allows one driver for
each thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.guard.preflight import browser_for
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from mfa_verification.users.sign_ins import with_sms_code
from tests.faults.detection import variations
from tests.running import Run, verify_in
from tests.suite.conftest import enroll_phone, serving, user_of, write_settings
from tests.tenant.client import LocalTenant

LOOKS = [one["name"] for one in variations() if one["kind"] == "look"]
SAMPLE = {"hidden-duplicate-submit", "captcha"}
"""The looks that `make test` runs; `make soak` runs all."""
STOPPING = {
    "captcha": "captcha",
    "consent-required": "consent asked",
    "password-is-breached": "password-breached",
    "unknown-screen": "unknown-screen",
    "transaction-expired": "transaction expired",
}
"""Looks that stop a sign-in, with the cause or the name of the stop."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=() if name in SAMPLE else pytest.mark.soak, id=name) for name in LOOKS],
)
def look(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Tenant]]:
    running = LocalTenant.serve(tmp_path_factory.mktemp("look"), "--vary", request.param)
    profile = profile_from(running.settings, "the local tenant", setting_names)
    browser = browser_for(profile)
    tenant = Tenant(profile, browser)
    yield request.param, tenant
    tenant.close()
    browser.close()
    running.stop()


@pytest.mark.parametrize("way", ["browser", "http"])
def test_a_sign_in_succeeds_on_every_look_or_names_what_stops_it(look: tuple[str, Tenant], way: str) -> None:
    name, tenant = look
    application = tenant.application("single-page application")
    browser = tenant.devices
    tenant.devices = browser if way == "browser" else HttpDevices(tenant.profile.ca_bundle)
    with user_of(tenant) as ava:
        try:
            stop = ava.sign_in(application).stop
            ended = str(stop) if stop else "signed in"
        except Inconclusive as met:
            ended = str(met.cause)
        assert ended == STOPPING.get(name, "signed in")
        if name not in STOPPING:
            enroll_phone(ava, application)
            assert ava.sign_in(application, with_sms_code).result().token_type == "Bearer"
    tenant.devices = browser


FEW = "MFA-TOK-001 or MFA-CNF-003 or MFA-BYP-006"
COMPARED = [
    pytest.param(None, FEW, id="sample"),
    pytest.param("any-password-accepted", FEW, id="sample with a fault"),
    pytest.param(None, "must or should or may", id="all", marks=pytest.mark.soak),
]
"""A variation of the local tenant, and the scenarios that run in a browser and over HTTP."""


@pytest.mark.parametrize(("variation", "selection"), COMPARED)
def test_verdicts_are_the_same_in_a_browser_and_over_http(
    served: LocalTenant, tmp_path: Path, variation: str | None, selection: str
) -> None:
    def run(way: str) -> Run:
        return verify_in(tmp_path, "features", "-m", f"({selection}) and not browser", "-k", "single-page", way=way)

    def compare() -> None:
        by_browser = run("browser")
        assert by_browser.code == (1 if variation else 0), by_browser.output
        expected = by_browser.verdicts, [one["cause"] for one in by_browser.scenarios]
        by_http = run("http")
        assert (by_http.verdicts, [one["cause"] for one in by_http.scenarios]) == expected, by_http.output
        assert len(by_http.verdicts) >= 3

    if variation:
        with serving(tmp_path, "--vary", variation):
            compare()
    else:
        write_settings(tmp_path / "tenant.env", served.settings)
        compare()
