"""Check phones in whole runs: each phone service, the SMS budget, the tenant's provider and `mfa-verify phones`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import pytest
from mfa_verification.settings.profile import ProfileError
from tests.suite.conftest import DEFAULT, run_whole_preflight, serving, without, write_settings
from tests.phones.fakes import FAKES, Fake, FakeTwilio
from tests.running import BY_HTTP, Run, verify
from tests.tenant.running import Running
from typing import Any, cast
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.phone_action import NAME
from mfa_verification.configuration.problems import delivery_problem
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from tests.suite.conftest import DEFAULT, serving
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any
from mfa_verification.cli.main import main
from tests.suite.conftest import DEFAULT, serving, write_settings
from tests.phones.fakes import KEY, FakeInbox
from tests.running import BY_HTTP, verify


PHONE = ("-m", "MFA-ENR-006", "-k", "single-page", *BY_HTTP)
"""A phone is enrolled, and asked for at each sign-in: four texts, of which nobody reads the last."""
SEED = ("-m", "MFA-ENR-001", "-k", "single-page")
JOURNEYS = [pytest.param(PHONE, 4, 1, id="phone"), pytest.param(SEED, 5, 0, id="seed", marks=pytest.mark.soak)]


@pytest.fixture(params=FAKES, ids=lambda fake: fake.provider)
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    fake = request.param()
    yield fake
    fake.stop()


def settings_with(fake: Fake, tenant: Running, **more: str) -> dict[str, str]:
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
def test_a_mistake_is_one_line_before_any_text_is_sent(served: Running, change: dict[str, str], words: str) -> None:
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


def test_where_texts_are_paid_for_only_a_few_are_sent_unless_more_is_asked_for(served: Running, tmp_path: Path) -> None:
    with FakeTwilio() as fake:
        own = write_settings(tmp_path / "own.env", settings_with(fake, served))
        run = verify("features", "--sms-budget", "9", *BY_HTTP, "--env-file", own, reports=tmp_path)
    assert run.code == 4, run.output
    assert "may send 10 SMS messages" in run.verdict["message"], "the two rows for real texts, and what sends none"


PROVIDERS = "/branding/phone/providers"
CARRIER = {"PHONE_PROVIDER": "manual", "PHONE_MANUAL_NUMBERS": "+447700900101"}


@pytest.fixture(scope="module", params=["older", "unified"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    text = f'phone_experience = "{request.param}"\n{DEFAULT}'
    for scope in ("read:actions", "read:phone_providers"):
        text = text.replace(f'    "{scope}",\n', "")
    with serving(tmp_path_factory.mktemp(request.param), text=text) as tenant:
        yield tenant


def problem(running: Running, *, role: str = "DEPLOY", **changes: str) -> str | None:
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


def choose(running: Running, name: str, **more: Any) -> None:
    """Choose a provider in whichever experience the tenant has."""
    body: dict[str, Any] = {"name": name, "credentials": {}, **more}
    if running.administrator("POST", PROVIDERS, body).status_code == 403:
        older = "phone-message-hook" if name == "custom" else name
        path = "/guardian/factors/phone/selected-provider"
        assert running.administrator("PUT", path, {"provider": older}).status_code == 200


@pytest.fixture(autouse=True)
def as_it_was(running: Running) -> Iterator[None]:
    yield
    for one in running.administrator("GET", PROVIDERS).json().get("providers", []):
        running.administrator("DELETE", f"{PROVIDERS}/{one['id']}")
    running.administrator("PUT", "/guardian/factors/phone/selected-provider", {"provider": "auth0"})
    for one in running.administrator("GET", "/actions/actions").json()["actions"]:
        running.administrator("DELETE", f"/actions/actions/{one['id']}?force=true")


def test_nothing_is_said_of_what_nobody_chose(running: Running) -> None:
    assert problem(running) is None
    assert problem(running, **CARRIER) is None


def test_twilio_brings_nothing_to_an_inbox(running: Running) -> None:
    choose(running, "twilio")
    assert "through Twilio, and PHONE_PROVIDER=inbox reads none" in (problem(running) or "")
    assert problem(running, **CARRIER) is None


def test_a_custom_provider_needs_an_action_that_is_deployed(running: Running) -> None:
    choose(running, "custom")
    assert "custom, and no Action for" in (problem(running) or "")
    with pytest.raises(NotApplicable, match="grant read:"):
        problem(running, role="MANAGEMENT")
    for trigger in ("custom-phone-provider", "send-phone-message"):
        action = {"name": NAME, "supported_triggers": [{"id": trigger}], "deploy": True}
        assert running.administrator("POST", "/actions/actions", action).status_code == 201
    assert problem(running) is None
    assert f"the Action {NAME} hands SMS messages to the inbox" in (problem(running, **CARRIER) or "")


def test_a_provider_that_is_off_brings_nothing(running: Running) -> None:
    if running.administrator("GET", PROVIDERS).status_code == 403:
        pytest.skip("the older experience has no such switch")
    choose(running, "custom", disabled=True)
    assert "the phone provider custom is off (Branding > Phone Provider)" in (problem(running) or "")
    with pytest.raises(NotApplicable, match="grant read:phone_providers"):
        problem(running, role="MANAGEMENT")


ACTION = "mfa-verification-phone-inbox"
TWILIO = {"name": "twilio", "credentials": {"auth_token": "t"}, "configuration": {"delivery_methods": ["text"]}}


@pytest.fixture(scope="module", params=["older", "unified"])
def tenant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    text = f'phone_experience = "{request.param}"\n{DEFAULT}'
    with serving(tmp_path_factory.mktemp(request.param), text=text) as running:
        yield running


@pytest.fixture
def env_file(tenant: Running, tmp_path: Path) -> Path:
    return write_settings(tmp_path / "own.env", tenant.settings)


@pytest.fixture
def inbox() -> Iterator[FakeInbox]:
    fake = FakeInbox()
    yield fake
    fake.stop()


def phones(*arguments: str | Path) -> tuple[int, list[str]]:
    """Run the command in this process; return its code and its lines."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(["phones", *map(str, arguments)])
    return code, said.getvalue().splitlines()


def trigger_of(tenant: Running) -> str:
    unified = tenant.administrator("GET", "/tenants/settings").json()["phone_consolidated_experience"]
    return "custom-phone-provider" if unified else "send-phone-message"


def state_of(tenant: Running) -> list[Any]:
    """What says how texts are sent, and who is there."""
    paths = [
        "/actions/actions", f"/actions/triggers/{trigger_of(tenant)}/bindings", "/branding/phone/providers",
        "/guardian/factors/phone/selected-provider", "/users",
    ]  # fmt: skip
    return [tenant.administrator("GET", path).json() for path in paths]


def test_texts_go_through_it_until_everything_is_as_it_was(tenant: Running, inbox: FakeInbox, tmp_path: Path) -> None:
    """The inbox is not the tenant's own, so that nothing arrives but what the Action brings."""
    env_file = write_settings(
        tmp_path / "own.env", tenant.settings | {"PHONE_INBOX_URL": f"{inbox.url}/messages", "PHONE_INBOX_TOKEN": KEY}
    )
    before = state_of(tenant)
    code, lines = phones("install", "--env-file", env_file, "--dry-run")
    assert code == 0, lines
    assert all(line.startswith("would ") for line in lines), lines
    assert state_of(tenant) == before

    for _ in range(2):
        code, lines = phones("install", "--env-file", env_file)
        assert code == 0, lines
    assert KEY not in "\n".join(lines)
    (action,) = tenant.administrator("GET", "/actions/actions").json()["actions"]
    assert (action["name"], action["supported_triggers"][0]["id"]) == (ACTION, trigger_of(tenant))
    assert KEY not in str(action)
    selection = ("-m", "MFA-CNF-001", "-k", "single-page", *BY_HTTP)
    run = verify("features", *selection, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    assert [one.path for one in inbox.asked if one.method == "POST"] == ["/messages"]

    installed = state_of(tenant)
    code, lines = phones("uninstall", "--env-file", env_file, "--dry-run")
    assert (code, state_of(tenant)) == (0, installed), lines
    code, lines = phones("uninstall", "--env-file", env_file)
    assert code == 0, lines
    assert state_of(tenant) == before
    assert phones("uninstall", "--env-file", env_file) == (
        0, [f"nothing is installed at {tenant.settings['AUTH0_DOMAIN']}"]
    )  # fmt: skip


def test_what_was_chosen_before_is_put_back(tenant: Running, env_file: Path) -> None:
    unified = trigger_of(tenant) == "custom-phone-provider"
    body = {"name": "custom", "credentials": {}, "disabled": True}
    if unified:
        made = tenant.administrator("POST", "/branding/phone/providers", body).json()
    else:
        tenant.administrator("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    other = {"name": "other", "supported_triggers": [{"id": "send-phone-message"}], "deploy": True}
    action = tenant.administrator("POST", "/actions/actions", other).json()
    bindings = {"bindings": [{"ref": {"type": "action_id", "value": action["id"]}}]}
    tenant.administrator("PATCH", "/actions/triggers/send-phone-message/bindings", bindings)
    try:
        for command in ("install", "uninstall"):
            code, lines = phones(command, "--env-file", env_file)
            assert code == 0, lines
        if unified:
            (found,) = tenant.administrator("GET", "/branding/phone/providers").json()["providers"]
            assert (found["id"], found["disabled"]) == (made["id"], True)
        else:
            selected = tenant.administrator("GET", "/guardian/factors/phone/selected-provider").json()
            assert selected == {"provider": "twilio"}
        bound = tenant.administrator("GET", "/actions/triggers/send-phone-message/bindings").json()["bindings"]
        assert [one["action"]["id"] for one in bound] == [action["id"]]
    finally:
        tenant.administrator("PUT", "/guardian/factors/phone/selected-provider", {"provider": "auth0"})
        tenant.administrator("DELETE", f"/actions/actions/{action['id']}?force=true")
        for one in tenant.administrator("GET", "/branding/phone/providers").json().get("providers", []):
            tenant.administrator("DELETE", f"/branding/phone/providers/{one['id']}")


def test_what_could_not_be_put_back_is_left_alone(tenant: Running, env_file: Path) -> None:
    if trigger_of(tenant) == "send-phone-message":
        pytest.skip("in the older experience everything that is changed can be read back")
    made = tenant.administrator("POST", "/branding/phone/providers", TWILIO).json()
    code, lines = phones("install", "--env-file", env_file)
    tenant.administrator("DELETE", f"/branding/phone/providers/{made['id']}")
    assert code == 4
    assert "sends through the phone provider twilio, whose credentials cannot be read" in lines[-1]
    other = {"name": "theirs", "supported_triggers": [{"id": "custom-phone-provider"}]}
    action = tenant.administrator("POST", "/actions/actions", other).json()
    code, lines = phones("install", "--env-file", env_file)
    tenant.administrator("DELETE", f"/actions/actions/{action['id']}")
    assert code == 4
    assert "has the Action theirs as its phone provider" in lines[-1]
    assert tenant.administrator("GET", "/actions/actions").json()["actions"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"AUTH0_DEPLOY_CLIENT_ID": "", "AUTH0_DEPLOY_CLIENT_SECRET": ""}, "AUTH0_DEPLOY_CLIENT_SECRET are not set"),
        ({"AUTH0_DEPLOY_CLIENT_SECRET": ""}, "AUTH0_DEPLOY_CLIENT_SECRET is not set"),
        ({"AUTH0_DEPLOY_CLIENT_SECRET": "wrong"}, "refused AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET"),
        ({"TENANT_MODE": "read-only"}, "TENANT_MODE is read-only"),
        ({"PHONE_PROVIDER": "manual", "PHONE_MANUAL_NUMBERS": "+447700900101"}, "PHONE_PROVIDER is manual"),
        ({"PHONE_INBOX_TOKEN": "wrong"}, "PHONE_INBOX_TOKEN"),
        ({"PHONE_NUMBER_PATTERN": "555"}, 'PHONE_NUMBER_PATTERN: "555" is no pattern'),
        ({"AUTH0_DOMAIN": "tenant.eu.auth0.com"}, "is not in tenants.toml"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line(served: Running, tmp_path: Path, change: dict[str, str], words: str) -> None:
    settings = {name: value for name, value in (served.settings | change).items() if value}
    code, lines = phones("install", "--env-file", write_settings(tmp_path / "own.env", settings))
    assert code == 4, lines
    assert len(lines) == 1, lines
    assert words in lines[0]
    assert served.administrator("GET", "/actions/actions").json()["actions"] == []


def test_the_administrator_of_scenarios_may_not_install(served: Running, tmp_path: Path) -> None:
    own = {
        f"AUTH0_DEPLOY_CLIENT_{name}": served.settings[f"AUTH0_MANAGEMENT_CLIENT_{name}"] for name in ("ID", "SECRET")
    }
    code, lines = phones("install", "--env-file", write_settings(tmp_path / "own.env", served.settings | own))
    assert (code, len(lines)) == (4, 1), lines
    assert "AUTH0_DEPLOY_CLIENT_ID lacks the scope create:actions" in lines[0]
