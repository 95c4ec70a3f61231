"""Check that a mistake in the dashboard makes one requirement nonconforming and blocks what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.setting_checks import SettingCheck, check_all_settings, check_setting
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from tests.faults import mistakes as by
from tests.running import ROOT, verify_in
from tests.tenant.client import LocalTenant

Mistake = Callable[[LocalTenant], None]
BLOCKING: list[tuple[Mistake, str, str]] = [
    (by.switch_sms_off, "MFA-CFG-002", "the factor SMS is off"),
    (by.switch_otp_off, "MFA-CFG-002", "the factor one-time password is off"),
    (by.remove_the_mfa_grant, "MFA-CFG-001", "Advanced Settings > Grant Types"),
    (by.remove_one_mfa_grant, "MFA-CFG-001", "lacks the grant http://auth0.com/oauth/grant-type/mfa-otp"),
    (by.send_codes_by_voice_call, "MFA-CFG-003", "phones get voice, not SMS"),
    (by.send_sms_by_twilio, "MFA-CFG-007", "SMS messages are sent with Twilio, where PHONE_PROVIDER=inbox cannot read"),
    (by.write_an_sms_template_without_code, "MFA-CFG-010", "enrollment and sign-in does not show its code"),
    (by.remove_the_callback, "MFA-CFG-004", "does not list the callback https://spa.test/callback"),
    (by.remove_the_connection, "MFA-CFG-005", "is not enabled for the single-page application"),
    (by.make_the_spa_confidential, "MFA-CFG-006", "authenticates by client_secret_post, not by none"),
]
"""A mistake, the requirement that it makes nonconforming, and words of the message."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalTenant]:
    tenant = LocalTenant.serve(tmp_path)
    yield tenant
    tenant.stop()


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mistake", "requirement", "words"), BLOCKING, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_mistake_makes_one_requirement_nonconforming_and_blocks_the_journey(
    own: LocalTenant, tmp_path: Path, mistake: Mistake, requirement: str, words: str
) -> None:
    mistake(own)
    journey = "MFA-ENR-001"
    run = verify_in(tmp_path, "features", "-m", f"{requirement} or {journey}", "-k", "not regular")
    assert run.code == 1, run.output
    failed = [scenario for scenario in run.scenarios if scenario["verdict"] == "nonconforming"]
    assert [scenario["requirements"] for scenario in failed] == [[requirement]]
    assert words in failed[0]["message"]
    (blocked,) = [scenario for scenario in run.scenarios if scenario["requirements"] == [journey]]
    assert (blocked["verdict"], blocked["cause"]) == ("not-run", "blocked-by")
    assert blocked["message"].startswith(f"{requirement}: ")


def test_a_must_that_was_not_selected_is_judged(own: LocalTenant, tmp_path: Path) -> None:
    by.switch_otp_off(own)
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001", "-k", "single-page")
    assert run.code == 1, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert run.verdict["message"].startswith("MFA-CFG-002: the factor one-time password is off")


def test_a_should_is_judged_only_if_it_was_selected(own: LocalTenant, tmp_path: Path) -> None:
    by.let_throttling_only_notify(own)
    run = verify_in(tmp_path, "features", "-m", "MFA-TOK-005")
    assert run.code == 0, run.output
    assert "MFA-CFG-014: suspicious-IP throttling does not block" in run.output
    run = verify_in(tmp_path, "features", "--preflight")
    assert run.code == 0, run.output
    assert "wrong       MFA-CFG-014 protection.throttling: " in run.output
    run = verify_in(tmp_path, "features/configuration")
    assert run.code == 1, run.output


def test_the_preflight_alone_judges_settings(own: LocalTenant, tmp_path: Path) -> None:
    by.switch_otp_off(own)
    run = verify_in(tmp_path, "features", "--preflight")
    assert run.code == 1, run.output
    assert "wrong       MFA-CFG-002 factor.otp: the factor one-time password is off" in run.output
    assert run.scenarios == []


def test_an_application_may_use_client_secret_basic(own: LocalTenant, tmp_path: Path) -> None:
    path = f"/clients/{own.application('web').client_id}"
    body = {"token_endpoint_auth_method": "client_secret_basic"}
    own.manage("PATCH", path, body)
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001 or MFA-CFG-006", "-k", "regular")
    assert run.code == 0, run.output


SPA = "single-page application"
REPORTED: list[tuple[Mistake, str, str | None, str]] = [
    (by.send_sms_by_twilio_without_account, "phone_provider.account", None, "Twilio is selected, without an account"),
    (by.switch_duo_on, "factor.duo", None, "the factor Duo is enabled without ikey and host"),
    (by.require_mfa_without_a_usable_factor, "policy", None, "no factor is enabled that works alone"),
    (by.write_an_sms_template_without_code, "sms_template.code", None, "enrollment and sign-in does not show its code"),
    (by.write_an_sms_template_without_sender, "sms_template.name", None, "does not name its sender (Security > Mul"),
    (by.write_a_long_sms_template, "sms_template.length", None, "does not fit in one message"),
    (by.switch_brute_force_protection_off, "protection.brute_force", None, "brute-force protection is off"),
    (by.let_throttling_only_notify, "protection.throttling", None, "suspicious-IP throttling does not block"),
    (by.leave_a_localhost_callback, "application.loopback_callbacks", SPA, "http://localhost:3000/callback"),
    (by.stop_rotating_refresh_tokens, "application.refresh_tokens", SPA, "can be used more than once"),
    (by.let_refresh_tokens_never_expire, "application.refresh_tokens", SPA, "never expire"),
    (by.bind_an_action_without_its_permission, "actions", None, "the Action ask-for-the-app chooses factors"),
]
"""A mistake, the setting and application whose check reports it, and words of the problem."""
OPTIONAL_SCOPES = {
    "read:mfa_policies": {"policy"},
    "read:attack_protection": {"protection.brute_force", "protection.throttling"},
    "read:phone_templates": {"sms_template.code", "sms_template.name", "sms_template.length"},
    "read:phone_providers": {"phone_provider"},
    "read:actions": {"actions"},
}
"""Scopes that the suite does without, and the settings that it cannot read then."""


def checks_on(
    running: LocalTenant, *settings: str, application: str | None = None, **changes: str
) -> list[SettingCheck]:
    """Check these settings of a tenant, or all of them."""
    profile = profile_from(running.settings | changes, "the test", setting_names)
    tenant = Tenant(profile, cast("LoginBrowser", None))
    try:
        if not settings:
            return list(check_all_settings(tenant).all)
        return [check_setting(tenant, setting, application) for setting in settings]
    finally:
        tenant.close()


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant for all mistakes of `REPORTED`; none of them changes the setting of another."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("mistaken"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def unified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant with the unified phone experience, whose management application lacks the optional scopes."""
    text = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
    for scope in OPTIONAL_SCOPES:
        text = text.replace(f'    "{scope}",\n', "", 1)
    folder = tmp_path_factory.mktemp("unified")
    running = LocalTenant.serve(folder, text=f'phone_experience = "unified"\n{text}')
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("mistake", "setting", "application", "words"), REPORTED, ids=[one[0].__name__ for one in REPORTED]
)
def test_the_check_of_a_setting_reports_the_mistake(
    mistaken: LocalTenant, mistake: Mistake, setting: str, application: str | None, words: str
) -> None:
    mistake(mistaken)
    (check,) = checks_on(mistaken, setting, application=application)
    assert words in (check.problem or ""), check


def test_a_setting_that_cannot_be_read_is_not_wrong_and_names_the_missing_scope(unified: LocalTenant) -> None:
    checks = checks_on(unified)
    assert not [one for one in checks if one.problem]
    unreadable = {one.setting: one.unreadable for one in checks if one.unreadable}
    assert unreadable.keys() == {setting for settings in OPTIONAL_SCOPES.values() for setting in settings}
    for scope, settings in OPTIONAL_SCOPES.items():
        assert all(f"grant {scope} to" in (unreadable[setting] or "") for setting in settings)


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{{ code | escape }} for {{ friendly_name | escape }}", set()),
        ("{{ friendly_name }} says hello", {"sms_template.code"}),
        ("Local Tenant: {{code}}", set()),
        ("{{code}}", {"sms_template.name"}),
        ("{{code}} {{client.name}} " + "x" * 200, set()),
        ("{{code}} Local Tenant " + "x" * 141, {"sms_template.length"}),
        ("{{code}} Local Tenant " + "x" * 140, set()),
        ("{{code}} Local Tenant ш" + "x" * 50, {"sms_template.length"}),
        ("{{code}} Local Tenant ш" + "x" * 49, set()),
        ("{% if true %}{{code}} Local Tenant{% endif %}", set()),
    ],
)
def test_sms_templates_are_checked_in_the_unified_phone_experience(
    unified: LocalTenant, template: str, wrong: set[str]
) -> None:
    path = "/branding/phone/templates"
    created = unified.management("POST", path, {"type": "otp_verify", "content": {"body": {"text": template}}})
    assert created.status_code == 201, created.text
    deploy = {
        f"AUTH0_MANAGEMENT_CLIENT_{part}": unified.settings[f"AUTH0_DEPLOY_CLIENT_{part}"] for part in ("ID", "SECRET")
    }
    try:
        checks = checks_on(unified, "sms_template.code", "sms_template.name", "sms_template.length", **deploy)
    finally:
        unified.management("DELETE", f"{path}/{created.json()['id']}")
    assert {one.setting for one in checks if one.problem} == wrong, checks
    depends_on_data = "{%" in template or "client.name" in template
    assert ("Liquid logic" in (checks[-1].unreadable or "")) == depends_on_data
