"""The seed journey through each service that receives texts, fed by the tenant's own messages over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_verification.guard.preflight import make_ready
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import ProfileError, profile_from
from tests.house.conftest import write_settings
from tests.phones.fakes import FAKES, Fake, FakeTwilio
from tests.running import ROOT, Run, verify
from tests.tenant.running import Running, start

JOURNEY = ("-m", "MFA-ENR-001", "-k", "single-page")


@pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    fake = request.param()
    yield fake
    fake.stop()


def texting_by(fake: Fake, folder: Path) -> Running:
    """A tenant whose custom phone provider is the fake."""
    whole = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
    tenant_file = folder / "tenant.toml"
    tenant_file.write_text(f'{whole}\n[phone_provider]\nurl = "{fake.url}/deliver"\n')
    return start(folder, "--tenant-file", str(tenant_file))


def settings_with(fake: Fake, tenant: Running, **more: str) -> dict[str, str]:
    """The tenant's, with the fake in place of its inbox."""
    of_tenant = {name: value for name, value in tenant.settings.items() if not name.startswith("PHONE_")}
    return of_tenant | {"PHONE_PROVIDER": fake.provider} | fake.settings | more


def journey(fake: Fake, folder: Path, *arguments: str) -> Run:
    tenant = texting_by(fake, folder)
    try:
        return verify(
            "features", *arguments, "--env-file", write_settings(folder / "own.env", settings_with(fake, tenant)),
            reports=folder / "reports", TMPDIR=str(folder),
        )  # fmt: skip
    finally:
        tenant.stop()


def test_the_seed_journey_is_green_and_leaves_no_text_behind(fake: Fake, tmp_path: Path) -> None:
    run = journey(fake, tmp_path, *JOURNEY, "--sms-budget", "5")
    assert run.code == 0, run.output
    assert "at most 5 texts will be sent (" in run.output
    assert "; budget 5)" in run.output
    assert "; 5 texts; " in run.output, "the estimate is what is sent"
    assert [scenario["verdict"] for scenario in run.scenarios] == ["conforms"]
    assert [scenario["warnings"] for scenario in run.scenarios] == [[]]
    assert [text for text in fake.texts if text.body] == []


def test_a_text_that_is_withheld_is_trouble_with_the_way_out(tmp_path: Path) -> None:
    fake = FakeTwilio()
    fake.withholds = True
    try:
        run = journey(fake, tmp_path, *JOURNEY)
    finally:
        fake.stop()
    assert run.code == 75, run.output
    assert [scenario["cause"] for scenario in run.scenarios] == ["text-withheld"]
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
def test_a_mistake_is_one_line_before_any_text_is_sent(served: Running, change: dict[str, str], words: str) -> None:
    with FakeTwilio() as fake, pytest.raises(ProfileError) as mistake:
        make_ready(profile_from(settings_with(fake, served, **change), "the test", setting_names), ROOT)
    assert words in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1
    assert fake.texts == []


def test_such_a_mistake_ends_a_run_before_it_begins(served: Running, tmp_path: Path) -> None:
    with FakeTwilio() as fake:
        settings = settings_with(fake, served, TWILIO_AUTH_TOKEN="wrong")
        run = verify("features", "--env-file", write_settings(tmp_path / "own.env", settings), reports=tmp_path)
    assert run.code == 4, run.output
    assert run.output.startswith("TWILIO_AUTH_TOKEN: ")
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert (run.scenarios, fake.texts) == ([], [])


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_over_its_budget_nothing_begins(workers: tuple[str, ...], env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "--sms-budget", "4", *JOURNEY, *workers, "--env-file", env_file, reports=tmp_path)
    assert run.code == 4, run.output
    assert "may send 5 texts, and the budget of --sms-budget is 4" in run.verdict["message"]
    assert run.scenarios == []


def test_where_texts_are_paid_for_only_a_few_are_sent_unless_more_is_asked_for(served: Running, tmp_path: Path) -> None:
    with FakeTwilio() as fake:
        own = write_settings(tmp_path / "own.env", settings_with(fake, served))
        run = verify("features", "--sms-budget", "9", "--env-file", own, reports=tmp_path)
    assert run.code == 4, run.output
    assert "may send 10 texts" in run.verdict["message"], "the two rows for real texts, and what sends none"


@pytest.mark.parametrize("budget", ["-1", "many", "1.5"])
def test_a_budget_is_a_number(budget: str, tmp_path: Path) -> None:
    run = verify("features", f"--sms-budget={budget}", reports=tmp_path)
    assert run.code == 4, run.output
    assert "no number of texts" in run.output
