"""A right code that is refused: the tenant's own log says why, or nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Finding, Outcome, Refusal, TenantFault, classify
from mfa_verification.diagnosis import Diagnosis
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from tests.house.conftest import DEFAULT, serving
from tests.tenant.client import LocalTenant, User, wrong

REFUSED = Refusal(403, "invalid_grant", "Invalid binding_code.")


@dataclass
class Present:
    present: list[Any]


def examine(running: LocalTenant, user: User) -> Finding:
    tenant = Tenant(profile_from(running.settings, "the test", setting_names), cast("LoginBrowser", None))
    try:
        examination = Diagnosis(tenant, keeps_time=True)
        examination.users = cast("Any", Present([user]))
        outcome: Outcome[int] = Outcome("confirm the phone", refusal=REFUSED)
        with pytest.raises(TenantFault) as fault:
            outcome.result()
        return examination.of(fault.value, classify(fault.value, judging=True))
    finally:
        tenant.close()


def send_wrong_codes(user: User, times: int) -> None:
    token = user.mfa_access_token(user.tenant.spa)
    oob_code, code = user.oob_code(token), wrong(user.sms_code())
    for _ in range(times):
        assert user.confirm(user.tenant.spa, token, oob_code, code).status_code == 403


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (1, ("nonconforming", "code-not-accepted")),
        (11, ("inconclusive", "limit-reached")),
        (0, ("nonconforming", "unexpected-refusal")),
    ],
)
def test_the_log_tells(served: LocalTenant, times: int, expected: tuple[str, str]) -> None:
    user = served.user()
    send_wrong_codes(user, times)
    verdict, cause, message = examine(served, user)
    user.delete()
    assert (verdict, cause) == expected, message
    assert "invalid_grant" in message


@pytest.fixture
def without_log(tmp_path: Path) -> Iterator[LocalTenant]:
    with serving(tmp_path, text=DEFAULT.replace('    "read:logs",\n', "", 1)) as running:
        yield running


def test_without_the_log_it_cannot_be_told(without_log: LocalTenant) -> None:
    user = without_log.user()
    send_wrong_codes(user, 1)
    verdict, cause, message = examine(without_log, user)
    assert (verdict, cause) == ("inconclusive", "undetermined"), message
    assert "read:logs" in message
