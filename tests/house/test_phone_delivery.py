"""What preflight says of the phone provider, with an administrator who may look, and one who may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.phone_action import NAME
from mfa_verification.configuration.problems import delivery_problem
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from tests.house.conftest import DEFAULT, serving
from tests.tenant.client import LocalTenant

PROVIDERS = "/branding/phone/providers"
CARRIER = {"PHONE_PROVIDER": "manual", "PHONE_MANUAL_NUMBERS": "+447700900101"}


@pytest.fixture(scope="module", params=["older", "unified"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    text = f'phone_experience = "{request.param}"\n{DEFAULT}'
    for scope in ("read:actions", "read:phone_providers"):
        text = text.replace(f'    "{scope}",\n', "")
    with serving(tmp_path_factory.mktemp(request.param), text=text) as tenant:
        yield tenant


def problem(running: LocalTenant, *, role: str = "DEPLOY", **changes: str) -> str | None:
    own = {
        f"AUTH0_MANAGEMENT_CLIENT_{name}": running.settings[f"AUTH0_{role}_CLIENT_{name}"] for name in ("ID", "SECRET")
    }
    tenant = Tenant(
        profile_from(running.settings | own | changes, "the test", setting_names), cast("LoginBrowser", None)
    )
    try:
        return delivery_problem(tenant)
    finally:
        tenant.close()


def choose(running: LocalTenant, name: str, **more: Any) -> None:
    """Choose a provider in whichever experience the tenant has."""
    body: dict[str, Any] = {"name": name, "credentials": {}, **more}
    if running.management("POST", PROVIDERS, body).status_code == 403:
        older = "phone-message-hook" if name == "custom" else name
        path = "/guardian/factors/phone/selected-provider"
        assert running.management("PUT", path, {"provider": older}).status_code == 200


@pytest.fixture(autouse=True)
def as_it_was(running: LocalTenant) -> Iterator[None]:
    yield
    for one in running.management("GET", PROVIDERS).json().get("providers", []):
        running.management("DELETE", f"{PROVIDERS}/{one['id']}")
    running.management("PUT", "/guardian/factors/phone/selected-provider", {"provider": "auth0"})
    for one in running.management("GET", "/actions/actions").json()["actions"]:
        running.management("DELETE", f"/actions/actions/{one['id']}?force=true")


def test_nothing_is_said_of_what_nobody_chose(running: LocalTenant) -> None:
    assert problem(running) is None
    assert problem(running, **CARRIER) is None


def test_twilio_brings_nothing_to_an_inbox(running: LocalTenant) -> None:
    choose(running, "twilio")
    assert "with Twilio, where PHONE_PROVIDER=inbox cannot read them" in (problem(running) or "")
    assert problem(running, **CARRIER) is None


def test_a_custom_provider_needs_an_action_that_is_deployed(running: LocalTenant) -> None:
    choose(running, "custom")
    assert "custom, but no Action for" in (problem(running) or "")
    with pytest.raises(NotApplicable, match="grant read:"):
        problem(running, role="MANAGEMENT")
    for trigger in ("custom-phone-provider", "send-phone-message"):
        action = {"name": NAME, "supported_triggers": [{"id": trigger}], "deploy": True}
        assert running.management("POST", "/actions/actions", action).status_code == 201
    assert problem(running) is None
    assert f"the Action {NAME} posts SMS messages to the inbox" in (problem(running, **CARRIER) or "")


def test_a_provider_that_is_off_brings_nothing(running: LocalTenant) -> None:
    if running.management("GET", PROVIDERS).status_code == 403:
        pytest.skip("the older experience has no such switch")
    choose(running, "custom", disabled=True)
    assert "the phone provider custom is off (Branding > Phone Provider)" in (problem(running) or "")
    with pytest.raises(NotApplicable, match="grant read:phone_providers"):
        problem(running, role="MANAGEMENT")
