"""A journey through each service that receives texts, fed by the tenant's own messages over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_verification.settings.profile import ProfileError
from tests.house.conftest import DEFAULT, run_whole_preflight, serving, without, write_settings
from tests.phones.fakes import FAKES, Fake, FakeTwilio
from tests.running import BY_HTTP, Run, verify
from tests.tenant.client import LocalTenant

PHONE = ("-m", "MFA-ENR-006", "-k", "single-page", *BY_HTTP)
"""A phone is enrolled, and asked for at each sign-in: four texts, of which nobody reads the last."""
SEED = ("-m", "MFA-ENR-001", "-k", "single-page")
JOURNEYS = [pytest.param(PHONE, 4, 1, id="phone"), pytest.param(SEED, 5, 0, id="seed", marks=pytest.mark.soak)]


@pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    fake = request.param()
    yield fake
    fake.stop()


def settings_with(fake: Fake, tenant: LocalTenant, **more: str) -> dict[str, str]:
    """The tenant's, with the fake in place of its inbox."""
    return without(tenant.settings, "PHONE_") | {"PHONE_PROVIDER": fake.provider} | fake.settings | more


def journey(fake: Fake, folder: Path, *arguments: str) -> Run:
    """Run on a tenant whose custom phone provider is the fake."""
    with serving(folder, text=f'{DEFAULT}\n[phone_provider]\nurl = "{fake.url}/deliver"\n') as tenant:
        own = write_settings(folder / "own.env", settings_with(fake, tenant))
        return verify("features", *arguments, "--env-file", own, reports=folder / "reports", TMPDIR=str(folder))


@pytest.mark.parametrize(("rows", "texts", "unread"), JOURNEYS)
def test_a_journey_is_green_and_leaves_no_text_that_was_read(
    fake: Fake, tmp_path: Path, rows: tuple[str, ...], texts: int, unread: int
) -> None:
    run = journey(fake, tmp_path, *rows, "--sms-budget", str(texts))
    assert run.code == 0, run.output
    assert f"at most {texts} SMS messages will be sent (" in run.output
    assert f"; budget {texts})" in run.output
    assert f"; {texts} SMS messages; " in run.output, "the estimate is what is sent"
    assert [scenario["verdict"] for scenario in run.scenarios] == ["conforms"]
    assert [scenario["warnings"] for scenario in run.scenarios] == [[]]
    assert len([text for text in fake.texts if text.body]) == unread


def test_a_text_that_is_withheld_is_trouble_with_the_way_out(tmp_path: Path) -> None:
    fake = FakeTwilio()
    fake.withholds = True
    try:
        run = journey(fake, tmp_path, *PHONE)
    finally:
        fake.stop()
    assert run.code == 75, run.output
    assert [scenario["cause"] for scenario in run.scenarios] == ["sms-withheld"]
    assert "error 30038" in run.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"TWILIO_NUMBERS": "07700900101"}, "TWILIO_NUMBERS: expected phone numbers such as +15550123456 (E.164)"),
        ({"TWILIO_NUMBERS": "+447700900199"}, "TWILIO_NUMBERS: the account does not own the number ending in 99"),
        ({"TWILIO_AUTH_TOKEN": "wrong"}, "TWILIO_AUTH_TOKEN: the Twilio API at 127.0.0.1 refuses it (401)"),
        ({"TWILIO_ACCOUNT_SID": "SK0"}, "TWILIO_ACCOUNT_SID: expected AC"),
        ({"PHONE_CODE_PATTERN": "[0-9]{6}"}, "PHONE_CODE_PATTERN has no group code"),
        ({"PHONE_PROVIDER": "manual", "PHONE_MANUAL_NUMBERS": "+447700900101"}, "PHONE_PROVIDER: manual asks"),
        ({"PHONE_PROVIDER": "pigeon"}, "there is inbox, mailosaur, mailslurp, manual, twilio"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line_before_any_text_is_sent(served: LocalTenant, change: dict[str, str], words: str) -> None:
    with FakeTwilio() as fake, pytest.raises(ProfileError) as mistake:
        run_whole_preflight(settings_with(fake, served, **change))
    assert words in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1
    assert fake.texts == []


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_over_its_budget_nothing_begins(workers: tuple[str, ...], env_file: Path, tmp_path: Path) -> None:
    rows = ("features", "--sms-budget", "3", *PHONE, *workers)
    run = verify(*rows, "--env-file", env_file, reports=tmp_path)
    assert run.code == 4, run.output
    assert "may send 4 SMS messages, but --sms-budget allows 3" in run.verdict["message"]
    assert run.scenarios == []


def test_where_texts_are_paid_for_only_a_few_are_sent_unless_more_is_asked_for(
    served: LocalTenant, tmp_path: Path
) -> None:
    with FakeTwilio() as fake:
        own = write_settings(tmp_path / "own.env", settings_with(fake, served))
        run = verify("features", "--sms-budget", "9", *BY_HTTP, "--env-file", own, reports=tmp_path)
    assert run.code == 4, run.output
    assert "may send 10 SMS messages" in run.verdict["message"], "the two rows for real texts, and what sends none"
