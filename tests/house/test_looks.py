"""The looks of the local tenant: the driver gets through each, or names what stops it, with and without a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.guard.preflight import browser_for
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import Phone, Wording
from mfa_verification.phones.registry import factory_of, setting_names
from mfa_verification.settings.profile import profile_from
from mfa_verification.users.confirmations import as_it_is
from mfa_verification.users.directory import Addresses, TestUser, TestUsers
from mfa_verification.users.sign_ins import with_sms_code
from tests.faults.detection import variations
from tests.tenant.client import LocalTenant

LOOKS = {one["name"]: one["stops"] for one in variations() if one["kind"] == "look"}
NAMED = {
    "captcha": "captcha",
    "consent-required": "consent asked",
    "password-is-breached": "password-breached",
    "unknown-screen": "unknown-screen",
    "transaction-expired": "transaction expired",
}
"""What each look that stops a sign-in is called: a trouble's cause, or an obstacle's name."""


SAMPLE = {"hidden-duplicate-submit", "captcha"}
"""What `make test` tries; `make soak` tries all."""


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


@pytest.fixture(params=["browser", "http"])
def ava(request: pytest.FixtureRequest, look: tuple[str, Tenant]) -> Iterator[TestUser]:
    tenant = look[1]
    browser = tenant.devices
    if request.param == "http":
        tenant.devices = HttpDevices(tenant.profile.ca_bundle)
    provider = factory_of("inbox")(tenant.profile.phone_settings)
    numbers = NumberGenerator("+1555#######", 0, 1, 0)

    def new_phone(user_id: str, number: str | None = None) -> Phone:
        return Phone(number or numbers.next(), provider, Wording(tenant.name))

    users = TestUsers(tenant, "looks", Addresses("looks", 0, lambda *_: None).next, new_phone)
    yield users.create("Ava")
    users.remove_all()
    tenant.devices = browser


def test_a_look_is_got_through_or_named(look: tuple[str, Tenant], ava: TestUser) -> None:
    name, tenant = look
    application = tenant.application("single-page application")
    try:
        stop = ava.sign_in(application).stop
        ended = str(stop) if stop else "in"
    except Inconclusive as trouble:
        ended = str(trouble.cause)
    assert ended == NAMED.get(name, "in")
    if name not in NAMED:
        ava.enrollment.start(Factor.SMS).result()
        ava.enrollment.confirm(ava.enrollment.sms_code(), as_it_is).result()
        assert ava.sign_in(application, with_sms_code).result().token_type == "Bearer"
