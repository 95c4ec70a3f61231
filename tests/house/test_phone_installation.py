"""`mfa-verify phones`: the inbox's Action as a tenant's phone provider, and all as it was again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.cli.main import main
from tests.house.conftest import DEFAULT, serving, write_settings
from tests.phones.fakes import KEY, FakeInbox
from tests.running import BY_HTTP, verify
from tests.tenant.client import LocalTenant

ACTION = "mfa-verification-phone-inbox"
TWILIO = {"name": "twilio", "credentials": {"auth_token": "t"}, "configuration": {"delivery_methods": ["text"]}}


@pytest.fixture(scope="module", params=["older", "unified"])
def tenant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    text = f'phone_experience = "{request.param}"\n{DEFAULT}'
    with serving(tmp_path_factory.mktemp(request.param), text=text) as running:
        yield running


@pytest.fixture
def env_file(tenant: LocalTenant, tmp_path: Path) -> Path:
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


def trigger_of(tenant: LocalTenant) -> str:
    unified = tenant.management("GET", "/tenants/settings").json()["phone_consolidated_experience"]
    return "custom-phone-provider" if unified else "send-phone-message"


def state_of(tenant: LocalTenant) -> list[Any]:
    """What says how texts are sent, and who is there."""
    paths = [
        "/actions/actions", f"/actions/triggers/{trigger_of(tenant)}/bindings", "/branding/phone/providers",
        "/guardian/factors/phone/selected-provider", "/users",
    ]  # fmt: skip
    return [tenant.management("GET", path).json() for path in paths]


def test_texts_go_through_it_until_everything_is_as_it_was(
    tenant: LocalTenant, inbox: FakeInbox, tmp_path: Path
) -> None:
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
    (action,) = tenant.management("GET", "/actions/actions").json()["actions"]
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


def test_what_was_chosen_before_is_put_back(tenant: LocalTenant, env_file: Path) -> None:
    unified = trigger_of(tenant) == "custom-phone-provider"
    body = {"name": "custom", "credentials": {}, "disabled": True}
    if unified:
        made = tenant.management("POST", "/branding/phone/providers", body).json()
    else:
        tenant.management("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    other = {"name": "other", "supported_triggers": [{"id": "send-phone-message"}], "deploy": True}
    action = tenant.management("POST", "/actions/actions", other).json()
    bindings = {"bindings": [{"ref": {"type": "action_id", "value": action["id"]}}]}
    tenant.management("PATCH", "/actions/triggers/send-phone-message/bindings", bindings)
    try:
        for command in ("install", "uninstall"):
            code, lines = phones(command, "--env-file", env_file)
            assert code == 0, lines
        if unified:
            (found,) = tenant.management("GET", "/branding/phone/providers").json()["providers"]
            assert (found["id"], found["disabled"]) == (made["id"], True)
        else:
            selected = tenant.management("GET", "/guardian/factors/phone/selected-provider").json()
            assert selected == {"provider": "twilio"}
        bound = tenant.management("GET", "/actions/triggers/send-phone-message/bindings").json()["bindings"]
        assert [one["action"]["id"] for one in bound] == [action["id"]]
    finally:
        tenant.management("PUT", "/guardian/factors/phone/selected-provider", {"provider": "auth0"})
        tenant.management("DELETE", f"/actions/actions/{action['id']}?force=true")
        for one in tenant.management("GET", "/branding/phone/providers").json().get("providers", []):
            tenant.management("DELETE", f"/branding/phone/providers/{one['id']}")


def test_what_could_not_be_put_back_is_left_alone(tenant: LocalTenant, env_file: Path) -> None:
    if trigger_of(tenant) == "send-phone-message":
        pytest.skip("in the older experience everything that is changed can be read back")
    made = tenant.management("POST", "/branding/phone/providers", TWILIO).json()
    code, lines = phones("install", "--env-file", env_file)
    tenant.management("DELETE", f"/branding/phone/providers/{made['id']}")
    assert code == 4
    assert "uses the phone provider twilio, whose credentials cannot be read" in lines[-1]
    other = {"name": "theirs", "supported_triggers": [{"id": "custom-phone-provider"}]}
    action = tenant.management("POST", "/actions/actions", other).json()
    code, lines = phones("install", "--env-file", env_file)
    tenant.management("DELETE", f"/actions/actions/{action['id']}")
    assert code == 4
    assert "has the Action theirs as its phone provider" in lines[-1]
    assert tenant.management("GET", "/actions/actions").json()["actions"] == []


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
def test_a_mistake_is_one_line(served: LocalTenant, tmp_path: Path, change: dict[str, str], words: str) -> None:
    settings = {name: value for name, value in (served.settings | change).items() if value}
    code, lines = phones("install", "--env-file", write_settings(tmp_path / "own.env", settings))
    assert code == 4, lines
    assert len(lines) == 1, lines
    assert words in lines[0]
    assert served.management("GET", "/actions/actions").json()["actions"] == []


def test_the_administrator_of_scenarios_may_not_install(served: LocalTenant, tmp_path: Path) -> None:
    own = {
        f"AUTH0_DEPLOY_CLIENT_{name}": served.settings[f"AUTH0_MANAGEMENT_CLIENT_{name}"] for name in ("ID", "SECRET")
    }
    code, lines = phones("install", "--env-file", write_settings(tmp_path / "own.env", served.settings | own))
    assert (code, len(lines)) == (4, 1), lines
    assert "AUTH0_DEPLOY_CLIENT_ID lacks the scope create:actions" in lines[0]
