"""What is wrong with a setting is said in the dashboard's words, and what nobody may read is said too."""

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
from tests.faults import mistakes
from tests.running import ROOT
from tests.tenant.client import LocalTenant

Mistake = Callable[[LocalTenant], None]
SPA = "single-page application"
SAID: list[tuple[Mistake, str, str | None, str]] = [
    (
        mistakes.send_sms_by_twilio_without_account,
        "phone_provider.account",
        None,
        "Twilio is selected, without an account",
    ),
    (mistakes.switch_duo_on, "factor.duo", None, "the factor Duo is enabled without ikey and host"),
    (mistakes.require_mfa_without_a_usable_factor, "policy", None, "no factor is enabled that works alone"),
    (
        mistakes.write_an_sms_template_without_code,
        "sms_template.code",
        None,
        "of enrollment and sign-in does not show its code",
    ),
    (
        mistakes.write_an_sms_template_without_sender,
        "sms_template.name",
        None,
        "does not name its sender (Security > Multi",
    ),
    (mistakes.write_a_long_sms_template, "sms_template.length", None, "does not fit in one message"),
    (mistakes.switch_brute_force_protection_off, "protection.brute_force", None, "brute-force protection is off"),
    (mistakes.let_throttling_only_notify, "protection.throttling", None, "suspicious-IP throttling does not block"),
    (mistakes.leave_a_localhost_callback, "application.loopback_callbacks", SPA, "http://localhost:3000/callback"),
    (mistakes.stop_rotating_refresh_tokens, "application.refresh_tokens", SPA, "can be used more than once"),
    (mistakes.let_refresh_tokens_never_expire, "application.refresh_tokens", SPA, "never expire"),
    (mistakes.bind_an_action_without_its_permission, "actions", None, "the Action ask-for-the-app chooses factors"),
]
MAY_BE_UNSEEN = {
    "read:mfa_policies": {"policy"},
    "read:attack_protection": {"protection.brute_force", "protection.throttling"},
    "read:phone_templates": {"sms_template.code", "sms_template.name", "sms_template.length"},
    "read:phone_providers": {"phone_provider"},
    "read:actions": {"actions"},
}


def tenant_of(running: LocalTenant) -> Tenant:
    return Tenant(profile_from(running.settings, "the test", setting_names), cast("LoginBrowser", None))


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """One tenant for all mistakes: none of them hides another's setting."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("mistaken"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def unified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant of the unified phone experience, whose administrator has the required scopes alone."""
    folder = tmp_path_factory.mktemp("unified")
    text = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
    for scope in MAY_BE_UNSEEN:
        text = text.replace(f'    "{scope}",\n', "", 1)
    (folder / "tenant.toml").write_text(f'phone_experience = "unified"\n{text}')
    running = LocalTenant.serve(folder, "--tenant-file", str(Path(folder) / "tenant.toml"))
    yield running
    running.stop()


@pytest.mark.parametrize(("mistake", "setting", "application", "words"), SAID, ids=[one[0].__name__ for one in SAID])
def test_a_mistake_is_named(
    mistaken: LocalTenant, mistake: Mistake, setting: str, application: str | None, words: str
) -> None:
    tenant = tenant_of(mistaken)
    try:
        mistake(mistaken)
        met = check_setting(tenant, setting, application)
    finally:
        tenant.close()
    assert words in (met.problem or ""), met


def test_what_may_not_be_read_is_not_applicable_and_names_the_scope(unified: LocalTenant) -> None:
    tenant = tenant_of(unified)
    try:
        readings = check_all_settings(tenant).all
    finally:
        tenant.close()
    assert not [one for one in readings if one.problem]
    unseen = {one.setting: one.unreadable for one in readings if one.unreadable}
    assert unseen.keys() == {setting for settings in MAY_BE_UNSEEN.values() for setting in settings}
    for scope, settings in MAY_BE_UNSEEN.items():
        assert all(f"grant {scope} to" in (unseen[setting] or "") for setting in settings)


@pytest.mark.parametrize(
    ("words", "wrong"),
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
def test_what_a_text_says_is_read_in_the_unified_experience_too(
    unified: LocalTenant, words: str, wrong: set[str]
) -> None:
    path = "/branding/phone/templates"
    made = unified.management("POST", path, {"type": "otp_verify", "content": {"body": {"text": words}}})
    assert made.status_code == 201, made.text
    deploy = {
        f"AUTH0_MANAGEMENT_CLIENT_{part}": unified.settings[f"AUTH0_DEPLOY_CLIENT_{part}"] for part in ("ID", "SECRET")
    }
    tenant = Tenant(profile_from(unified.settings | deploy, "the test", setting_names), cast("LoginBrowser", None))
    try:
        met = [
            check_setting(tenant, setting, None)
            for setting in ("sms_template.code", "sms_template.name", "sms_template.length")
        ]
    finally:
        tenant.close()
        unified.management("DELETE", f"{path}/{made.json()['id']}")
    assert {one.setting for one in met if one.problem} == wrong, met
    assert is_untold(met[-1]) == ("{%" in words or "client.name" in words)


def is_untold(reading: SettingCheck) -> bool:
    return reading.unreadable is not None and "Liquid logic" in reading.unreadable
