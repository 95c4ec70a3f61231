"""Check phones in whole runs: each phone service, the SMS budget, the tenant's provider and `mfa-verify phones`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.cli.main import main
from mfa_verification.configuration.phone_action import NAME
from mfa_verification.configuration.problems import delivery_problem
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.settings.profile import ProfileError
from tests.phones.fakes import FAKES, KEY, Fake, FakeInbox, FakeTwilio
from tests.running import Run, verify_in
from tests.suite.conftest import (
    DEFAULT,
    client_of,
    run_whole_preflight,
    serving,
    tenant_of,
    without,
    write_settings,
)
from tests.tenant.client import LocalTenant

PHONE = ("features", "-m", "MFA-ENR-006", "-k", "single-page")
SEED = ("features", "-m", "MFA-ENR-001", "-k", "single-page")
JOURNEYS = [pytest.param(PHONE, 4, 1, id="phone"), pytest.param(SEED, 5, 0, id="seed", marks=pytest.mark.soak)]
"""What is run, how many SMS messages it sends, and how many of them no step reads."""
CARRIER = {"PHONE_PROVIDER": "manual", "PHONE_MANUAL_NUMBERS": "+447700900101"}


@pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    fake = request.param()
    yield fake
    fake.stop()


def settings_with(fake: Fake, tenant: LocalTenant, **more: str) -> dict[str, str]:
    """Return the tenant's settings with the fake in place of its inbox."""
    return without(tenant.settings, "PHONE_") | {"PHONE_PROVIDER": fake.provider} | fake.settings | more


def journey(fake: Fake, folder: Path, *arguments: str) -> Run:
    """Run on a tenant whose custom phone provider is the fake."""
    with serving(folder, text=f'{DEFAULT}\n[phone_provider]\nurl = "{fake.url}/deliver"\n') as tenant:
        write_settings(folder / "tenant.env", settings_with(fake, tenant))
        return verify_in(folder, *arguments, TMPDIR=str(folder))


@pytest.mark.parametrize(("rows", "messages", "unread"), JOURNEYS)
def test_a_run_with_each_service_conforms_and_removes_the_messages_that_it_read(
    fake: Fake, tmp_path: Path, rows: tuple[str, ...], messages: int, unread: int
) -> None:
    run = journey(fake, tmp_path, *rows, "--sms-budget", str(messages))
    assert run.code == 0, run.output
    assert f"at most {messages} SMS messages will be sent (" in run.output
    assert f"; budget {messages})" in run.output
    assert f"; {messages} SMS messages; " in run.output, "as many are sent as estimated"
    assert [scenario["verdict"] for scenario in run.scenarios] == ["conforms"]
    assert [scenario["warnings"] for scenario in run.scenarios] == [[]]
    assert len([message for message in fake.messages if message.body]) == unread


def test_a_withheld_message_is_inconclusive_and_says_what_to_do(tmp_path: Path) -> None:
    with FakeTwilio() as fake:
        fake.withholds = True
        run = journey(fake, tmp_path, *PHONE)
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
        (CARRIER, "PHONE_PROVIDER: manual asks"),
        ({"PHONE_PROVIDER": "pigeon"}, "known: inbox, mailosaur, mailslurp, manual, twilio"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line_before_any_message_is_sent(
    served: LocalTenant, change: dict[str, str], words: str
) -> None:
    with FakeTwilio() as fake, pytest.raises(ProfileError) as mistake:
        run_whole_preflight(settings_with(fake, served, **change))
    assert words in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1
    assert fake.messages == []


@pytest.mark.usefixtures("env_file")
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_run_over_its_budget_is_refused(workers: tuple[str, ...], tmp_path: Path) -> None:
    run = verify_in(tmp_path, *PHONE, "--sms-budget", "3", *workers)
    assert run.code == 4, run.output
    assert "may send 4 SMS messages, but --sms-budget allows 3" in run.verdict["message"]
    assert run.scenarios == []


def test_with_paid_messages_a_run_selects_only_a_few_rows_by_default(served: LocalTenant, tmp_path: Path) -> None:
    with FakeTwilio() as fake:
        write_settings(tmp_path / "tenant.env", settings_with(fake, served))
        run = verify_in(tmp_path, "features", "--sms-budget", "9")
    assert run.code == 4, run.output
    assert "may send 10 SMS messages" in run.verdict["message"], "two rows with @real-sms, and rows that send none"


PROVIDERS, SELECTED = "/branding/phone/providers", "/guardian/factors/phone/selected-provider"


@pytest.fixture(scope="module", params=["older", "unified"])
def tenant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """Serve a tenant with each phone experience, whose management application may not read providers and Actions."""
    text = f'phone_experience = "{request.param}"\n{DEFAULT}'
    for scope in ("read:actions", "read:phone_providers"):
        text = text.replace(f'    "{scope}",\n', "")
    with serving(tmp_path_factory.mktemp(request.param), text=text) as running:
        yield running


@pytest.fixture
def restored(tenant: LocalTenant) -> Iterator[None]:
    """Remove providers and Actions at the end."""
    yield
    for one in tenant.management("GET", PROVIDERS).json().get("providers", []):
        tenant.manage("DELETE", f"{PROVIDERS}/{one['id']}")
    tenant.management("PUT", SELECTED, {"provider": "auth0"})
    for one in actions(tenant):
        tenant.manage("DELETE", f"/actions/actions/{one['id']}?force=true")


def actions(tenant: LocalTenant) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.manage("GET", "/actions/actions")["actions"]
    return found


def is_unified(tenant: LocalTenant) -> bool:
    return bool(tenant.manage("GET", "/tenants/settings")["phone_consolidated_experience"])


def trigger_of(tenant: LocalTenant) -> str:
    return "custom-phone-provider" if is_unified(tenant) else "send-phone-message"


def add_action(tenant: LocalTenant, name: str, trigger: str, *, deploy: bool = True) -> str:
    body = {"name": name, "supported_triggers": [{"id": trigger}]} | ({"deploy": True} if deploy else {})
    return str(tenant.manage("POST", "/actions/actions", body)["id"])


def choose(tenant: LocalTenant, name: str, **more: Any) -> None:
    """Choose a phone provider in the tenant's phone experience."""
    if is_unified(tenant):
        tenant.manage("POST", PROVIDERS, {"name": name, "credentials": {}, **more})
    else:
        tenant.manage("PUT", SELECTED, {"provider": "phone-message-hook" if name == "custom" else name})


def problem(running: LocalTenant, role: str = "DEPLOY", **changes: str) -> str:
    with tenant_of(running, **client_of(role, running, instead_of="MANAGEMENT"), **changes) as tenant:
        return delivery_problem(tenant) or ""


@pytest.mark.usefixtures("restored")
class TestDelivery:
    """What the suite reports about the tenant's phone provider."""

    def test_the_default_provider_is_right(self, tenant: LocalTenant) -> None:
        assert problem(tenant) == problem(tenant, **CARRIER) == ""

    def test_twilio_does_not_deliver_to_an_inbox(self, tenant: LocalTenant) -> None:
        choose(tenant, "twilio")
        assert "with Twilio, where PHONE_PROVIDER=inbox cannot read them" in problem(tenant)
        assert problem(tenant, **CARRIER) == ""

    def test_a_custom_provider_needs_a_deployed_action(self, tenant: LocalTenant) -> None:
        choose(tenant, "custom")
        assert "custom, but no Action for" in problem(tenant)
        with pytest.raises(NotApplicable, match="grant read:"):
            problem(tenant, "MANAGEMENT")
        for trigger in ("custom-phone-provider", "send-phone-message"):
            add_action(tenant, NAME, trigger)
        assert problem(tenant) == ""
        assert f"the Action {NAME} posts SMS messages to the inbox" in problem(tenant, **CARRIER)

    def test_a_provider_that_is_off_delivers_nothing(self, tenant: LocalTenant) -> None:
        if not is_unified(tenant):
            pytest.skip("the older phone experience has no such switch")
        choose(tenant, "custom", disabled=True)
        assert "the phone provider custom is off (Branding > Phone Provider)" in problem(tenant)
        with pytest.raises(NotApplicable, match="grant read:phone_providers"):
            problem(tenant, "MANAGEMENT")


def phones(*arguments: str | Path) -> tuple[int, list[str]]:
    """Run `mfa-verify phones` in this process; return its exit code and the lines of its output."""
    output = StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        code = main(["phones", *map(str, arguments)])
    return code, output.getvalue().splitlines()


def expect_success(*arguments: str | Path) -> list[str]:
    code, lines = phones(*arguments)
    assert code == 0, lines
    return lines


def state_of(tenant: LocalTenant) -> list[Any]:
    """Return what determines how SMS messages are sent, and the users; without times and ids of bindings."""
    paths = ["/actions/actions", f"/actions/triggers/{trigger_of(tenant)}/bindings", PROVIDERS, SELECTED, "/users"]
    found = [tenant.management("GET", path).json() for path in paths]
    for binding in found[1].get("bindings", []):
        del binding["id"]
    for provider in found[2].get("providers", []):
        del provider["updated_at"]
    return found


@pytest.mark.usefixtures("restored")
class TestInstallation:
    """`mfa-verify phones install` and `uninstall`."""

    def test_the_action_delivers_until_it_is_uninstalled(self, tenant: LocalTenant, tmp_path: Path) -> None:
        """The inbox is not the local tenant's, so only the Action can deliver to it."""
        with FakeInbox() as inbox:
            own = {"PHONE_INBOX_URL": f"{inbox.url}/messages", "PHONE_INBOX_TOKEN": KEY}
            env_file = write_settings(tmp_path / "tenant.env", tenant.settings | own)
            before = state_of(tenant)
            lines = expect_success("install", "--env-file", env_file, "--dry-run")
            assert all(line.startswith("would ") for line in lines), lines
            assert state_of(tenant) == before
            for _ in range(2):
                lines = expect_success("install", "--env-file", env_file)
            assert KEY not in "\n".join(lines)
            (action,) = actions(tenant)
            assert (action["name"], action["supported_triggers"][0]["id"]) == (NAME, trigger_of(tenant))
            assert KEY not in str(action)
            run = verify_in(tmp_path, "features", "-m", "MFA-CNF-001", "-k", "single-page")
            assert run.code == 0, run.output
            assert [one.path for one in inbox.calls if one.method == "POST"] == ["/messages"]
            installed = state_of(tenant)
            expect_success("uninstall", "--env-file", env_file, "--dry-run")
            assert state_of(tenant) == installed
            expect_success("uninstall", "--env-file", env_file)
            assert state_of(tenant) == before
            nothing = f"nothing is installed at {tenant.settings['AUTH0_DOMAIN']}"
            assert expect_success("uninstall", "--env-file", env_file) == [nothing]

    def test_the_former_provider_is_restored(self, tenant: LocalTenant, tmp_path: Path) -> None:
        choose(tenant, "custom" if is_unified(tenant) else "twilio", disabled=True)
        action = add_action(tenant, "other", "send-phone-message")
        bindings = {"bindings": [{"ref": {"type": "action_id", "value": action}}]}
        tenant.manage("PATCH", "/actions/triggers/send-phone-message/bindings", bindings)
        before = state_of(tenant)
        env_file = write_settings(tmp_path / "tenant.env", tenant.settings)
        for command in ("install", "uninstall"):
            expect_success(command, "--env-file", env_file)
        assert state_of(tenant) == before
        bound = tenant.manage("GET", "/actions/triggers/send-phone-message/bindings")["bindings"]
        assert [one["action"]["id"] for one in bound] == [action]

    def test_a_provider_that_could_not_be_restored_is_left_alone(self, tenant: LocalTenant, tmp_path: Path) -> None:
        if not is_unified(tenant):
            pytest.skip("in the older phone experience everything that is changed can be read")
        env_file = write_settings(tmp_path / "tenant.env", tenant.settings)
        choose(tenant, "twilio", credentials={"auth_token": "t"}, configuration={"delivery_methods": ["text"]})
        code, lines = phones("install", "--env-file", env_file)
        assert code == 4
        assert "uses the phone provider twilio, whose credentials cannot be read" in lines[-1]
        (provider,) = tenant.manage("GET", PROVIDERS)["providers"]
        tenant.manage("DELETE", f"{PROVIDERS}/{provider['id']}")
        add_action(tenant, "theirs", "custom-phone-provider", deploy=False)
        code, lines = phones("install", "--env-file", env_file)
        assert code == 4
        assert "has the Action theirs as its phone provider" in lines[-1]
        assert [one["name"] for one in actions(tenant)] == ["theirs"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"AUTH0_DEPLOY_CLIENT_ID": "", "AUTH0_DEPLOY_CLIENT_SECRET": ""}, "AUTH0_DEPLOY_CLIENT_SECRET are not set"),
        ({"AUTH0_DEPLOY_CLIENT_SECRET": ""}, "AUTH0_DEPLOY_CLIENT_SECRET is not set"),
        ({"AUTH0_DEPLOY_CLIENT_SECRET": "wrong"}, "refused AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET"),
        ({"TENANT_MODE": "read-only"}, "TENANT_MODE is read-only"),
        (CARRIER, "PHONE_PROVIDER is manual"),
        ({"PHONE_INBOX_TOKEN": "wrong"}, "PHONE_INBOX_TOKEN"),
        ({"PHONE_NUMBER_PATTERN": "555"}, 'PHONE_NUMBER_PATTERN: "555" is malformed'),
        ({"AUTH0_DOMAIN": "tenant.eu.auth0.com"}, "is not in tenants.toml"),
        (None, "AUTH0_DEPLOY_CLIENT_ID lacks the scope create:actions"),
    ],
    ids=str,
)
def test_a_mistake_stops_the_installation_with_one_line(
    served: LocalTenant, tmp_path: Path, change: dict[str, str] | None, words: str
) -> None:
    if change is None:
        change = client_of("MANAGEMENT", served, instead_of="DEPLOY")
    settings = {name: value for name, value in (served.settings | change).items() if value}
    code, lines = phones("install", "--env-file", write_settings(tmp_path / "tenant.env", settings))
    assert code == 4, lines
    assert len(lines) == 1, lines
    assert words in lines[0]
    assert actions(served) == []
