"""What a person does in the dashboard by mistake is found where the scenario begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.mistakes import (
    make_the_spa_confidential,
    switch_otp_off,
    switch_sms_off,
    take_one_mfa_grant,
    take_the_mfa_grant,
)
from tests.running import verify
from tests.tenant.running import Running, start

FOUND: list[tuple[Callable[[Running], None], str, str]] = [
    (switch_sms_off, "these factors are on", "they are off: SMS"),
    (
        make_the_spa_confidential,
        "Ava is let in, and was not asked for a second factor",
        "access_denied",
    ),
    (switch_otp_off, "these factors are on", "they are off: one-time password"),
    (take_the_mfa_grant, "the single-page application has the MFA grant", "Advanced Settings > Grant Types"),
    (
        take_one_mfa_grant,
        "the single-page application has the MFA grant",
        "it lacks http://auth0.com/oauth/grant-type/mfa-otp",
    ),
]


@pytest.mark.parametrize(("mistake", "step", "words"), FOUND, ids=lambda value: getattr(value, "__name__", ""))
def test_a_mistake_in_the_dashboard_is_found(
    tmp_path: Path, mistake: Callable[[Running], None], step: str, words: str
) -> None:
    tenant = start(tmp_path)
    try:
        mistake(tenant)
        env_file = tmp_path / "tenant.env"
        run = verify("features", "-m", "MFA-ENR-001", "-k", "single-page", "--env-file", env_file, reports=tmp_path)
    finally:
        tenant.stop()
    assert run.code == 1, run.output
    (scenario,) = run.scenarios
    assert [taken["text"] for taken in scenario["steps"] if taken["verdict"] == "nonconforming"] == [step]
    assert words in scenario["message"]
