"""What a user does in the dashboard by mistake is one red line, and in the way of what stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.mistakes import (
    let_throttling_only_notify,
    make_the_spa_confidential,
    remove_one_mfa_grant,
    remove_the_callback,
    remove_the_connection,
    remove_the_mfa_grant,
    send_codes_by_voice_call,
    send_sms_by_twilio,
    switch_otp_off,
    switch_sms_off,
    write_an_sms_template_without_code,
)
from tests.running import BY_HTTP, verify
from tests.tenant.client import LocalTenant

Mistake = Callable[[LocalTenant], None]
MISTAKES: list[tuple[Mistake, str, str]] = [
    (switch_sms_off, "MFA-CFG-002", "the factor SMS is off"),
    (switch_otp_off, "MFA-CFG-002", "the factor one-time password is off"),
    (remove_the_mfa_grant, "MFA-CFG-001", "Advanced Settings > Grant Types"),
    (remove_one_mfa_grant, "MFA-CFG-001", "lacks the grant http://auth0.com/oauth/grant-type/mfa-otp"),
    (send_codes_by_voice_call, "MFA-CFG-003", "phones get voice, not SMS"),
    (
        send_sms_by_twilio,
        "MFA-CFG-007",
        "SMS messages are sent with Twilio, where PHONE_PROVIDER=inbox cannot read them",
    ),
    (
        write_an_sms_template_without_code,
        "MFA-CFG-010",
        "the SMS message of enrollment and sign-in does not show its code",
    ),
    (remove_the_callback, "MFA-CFG-004", "does not list the callback https://spa.test/callback"),
    (remove_the_connection, "MFA-CFG-005", "is not enabled for the single-page application"),
    (make_the_spa_confidential, "MFA-CFG-006", "authenticates by client_secret_post, not by none"),
]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalTenant]:
    tenant = LocalTenant.serve(tmp_path)
    yield tenant
    tenant.stop()


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mistake", "requirement", "words"), MISTAKES, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_mistake_in_the_dashboard_is_one_red_line(
    own: LocalTenant, tmp_path: Path, mistake: Mistake, requirement: str, words: str
) -> None:
    mistake(own)
    selection = ("-m", f"{requirement} or MFA-ENR-001", "-k", "single-page or factor or texted or texts", *BY_HTTP)
    run = verify("features", *selection, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 1, run.output
    red = [scenario for scenario in run.scenarios if scenario["verdict"] == "nonconforming"]
    assert [scenario["requirements"] for scenario in red] == [[requirement]]
    assert words in red[0]["message"]
    (blocked,) = [scenario for scenario in run.scenarios if scenario["requirements"] == ["MFA-ENR-001"]]
    assert (blocked["verdict"], blocked["cause"]) == ("not-run", "blocked-by")
    assert blocked["message"].startswith(f"{requirement}: ")


def test_a_wrong_setting_is_red_though_nobody_selected_it(own: LocalTenant, tmp_path: Path) -> None:
    switch_otp_off(own)
    selection = ("-m", "MFA-CNF-001", "-k", "single-page", *BY_HTTP)
    run = verify("features", *selection, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 1, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert run.verdict["message"].startswith("MFA-CFG-002: the factor one-time password is off")


def test_what_should_be_set_is_red_where_it_was_selected(own: LocalTenant, tmp_path: Path) -> None:
    let_throttling_only_notify(own)
    env_file = tmp_path / "tenant.env"
    run = verify("features", "-m", "MFA-TOK-005", *BY_HTTP, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    assert "MFA-CFG-014: suspicious-IP throttling does not block" in run.output
    run = verify("features", "--preflight", *BY_HTTP, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    assert "wrong       MFA-CFG-014 protection.throttling: " in run.output
    run = verify("features/configuration", *BY_HTTP, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 1, run.output


def test_preflight_alone_says_so(own: LocalTenant, tmp_path: Path) -> None:
    switch_otp_off(own)
    run = verify(
        "features", "--preflight", *BY_HTTP, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports"
    )
    assert run.code == 1, run.output
    assert "wrong       MFA-CFG-002 factor.otp: the factor one-time password is off" in run.output
    assert run.scenarios == []


def test_an_application_may_prove_itself_by_basic(own: LocalTenant, tmp_path: Path) -> None:
    path = f"/clients/{own.application('web').client_id}"
    body = {"token_endpoint_auth_method": "client_secret_basic"}
    assert own.management("PATCH", path, body).status_code == 200
    selection = ("-m", "MFA-CNF-001 or MFA-CFG-006", "-k", "regular", *BY_HTTP)
    run = verify("features", *selection, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 0, run.output
