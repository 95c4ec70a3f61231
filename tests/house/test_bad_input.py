"""Every foreseeable mistake: one clear line that names it, its exit code, and yesterday's green gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.conftest import write_settings
from tests.running import ROOT, Run, verify
from tests.tenant.running import Running, start

MENDED_BY_THE_USER = [
    ({"AUTH0_SPA_CALLBACK": ""}, "AUTH0_SPA_CALLBACK is not set in"),
    ({"AUTH0_DOMAIN": "https://localhost"}, "give the host alone"),
    ({"AUTH0_DOMAIN": "localhost/path"}, "give the host alone"),
    ({"AUTH0_DOMAIN": "localhost:70000"}, "give the host alone"),
    ({"AUTH0_WEB_CALLBACK": "https://["}, "give a whole URL"),
    ({"AUTH0_DOMAIN": "tenant.eu.auth0.com"}, "is not in tenants.toml"),
    ({"AUTH0_CUSTOM_DOMAIN": "nowhere.invalid"}, "no such host is known"),
    ({"AUTH0_CA_BUNDLE": "/no/such/file.pem"}, "no such file is there"),
    ({"AUTH0_CA_BUNDLE": __file__}, "no PEM file with a certificate"),
    ({"AUTH0_CA_BUNDLE": ""}, "set AUTH0_CA_BUNDLE if its CA is private"),
    ({"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"}, "refused AUTH0_MANAGEMENT_CLIENT_ID"),
    ({"AUTH0_WEB_CLIENT_SECRET": "wrong"}, "does not accept AUTH0_WEB_CLIENT_ID and AUTH0_WEB_CLIENT_SECRET"),
    ({"AUTH0_SPA_CLIENT_ID": "nobody"}, "does not accept AUTH0_SPA_CLIENT_ID"),
    ({"PHONE_PROVIDER": "inbux"}, 'did you mean "inbox"?'),
    ({"PHONE_INBOX_TOKEN": "wrong"}, "PHONE_INBOX_TOKEN"),
    ({"AUTH0_CONNECTION": "Nowhere"}, "the tenant has no connection of that name"),
    ({"PHONE_NUMBER_PATTERN": "555"}, "PHONE_NUMBER_PATTERN"),
    ({"TENANT_CONTROL_TOKEN": ""}, "TENANT_CONTROL_TOKEN is not set"),
    ({"TENANT_MODE": "gentle"}, "TENANT_MODE is 'gentle'"),
    ({"BROWSER_PATH": "/no/such/browser"}, "BROWSER_PATH is /no/such/browser"),
    ({"BROWSER_WS_ENDPOINT": "ws://127.0.0.1:1"}, "cannot be told to trust AUTH0_CA_BUNDLE"),
]
TROUBLE = [
    ({"AUTH0_DOMAIN": "localhost:1"}, "tenant-unreachable: localhost:1 (AUTH0_DOMAIN) cannot be reached"),
    ({"PHONE_INBOX_URL": "http://127.0.0.1:1/texts"}, "phone-provider-unreachable"),
]


def expect(run: Run, code: int, verdict: str, words: str) -> None:
    assert run.code == code, run.output
    assert words in run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert "Traceback" not in run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == (verdict, code)
    assert words in run.verdict["message"]


@pytest.mark.parametrize(("change", "words"), MENDED_BY_THE_USER, ids=str)
def test_a_mistake_in_the_settings_is_named(
    served: Running, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    env_file = write_settings(tmp_path / "tenant.env", served.settings | change)
    expect(verify("features", "--env-file", env_file, reports=tmp_path / "reports"), 4, "usage", words)


@pytest.mark.parametrize(("change", "words"), TROUBLE, ids=str)
def test_a_dependency_that_is_down_is_inconclusive(
    served: Running, tmp_path: Path, change: dict[str, str], words: str
) -> None:
    env_file = write_settings(tmp_path / "tenant.env", served.settings | change)
    expect(verify("features", "--env-file", env_file, reports=tmp_path / "reports"), 75, "inconclusive", words)


def test_an_answer_that_no_tenant_gives_is_a_verdict_about_the_tenant(tmp_path: Path) -> None:
    broken = start(tmp_path, "--vary", "refusal-with-200")
    wrong = broken.settings | {"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"}
    try:
        run = verify("features", "--env-file", write_settings(tmp_path / "wrong.env", wrong), reports=tmp_path)
    finally:
        broken.stop()
    expect(run, 1, "nonconforming", "malformed-answer")


def test_a_missing_scope_is_named_with_what_needs_it(tmp_path: Path) -> None:
    whole = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
    (tmp_path / "tenant.toml").write_text(whole.replace('"delete:users",', ""))
    lacking = start(tmp_path, "--tenant-file", str(tmp_path / "tenant.toml"))
    try:
        run = verify("features", "--env-file", tmp_path / "tenant.env", reports=tmp_path)
    finally:
        lacking.stop()
    expect(run, 4, "usage", "lacks the scope delete:users, which is needed to remove them again")


def test_where_there_is_no_browser_it_is_said_what_to_install(env_file: Path, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nothing")
    run = verify("features", "--env-file", env_file, reports=tmp_path, PATH=nowhere, PLAYWRIGHT_BROWSERS_PATH=nowhere)
    expect(run, 4, "usage", "no browser was found: run `make browser`")


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_by_http_a_browser_is_missed_where_a_scenario_is_about_it(
    env_file: Path, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    by_http = ("--sign-in", "http", *workers, "--env-file")
    run = verify("features", "-m", "browser", *by_http, env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert run.code == 4, run.output
    assert run.verdict["message"].startswith("BROWSER_PATH is /no/such/browser")
    assert (run.scenarios, run.verdict["people"]["created"]) == ([], 0)


def test_by_http_all_else_needs_no_browser(env_file: Path, tmp_path: Path) -> None:
    rows = ("features", "-m", "MFA-CNF-004 and not browser", "-k", "single-page")
    by_http = ("--sign-in", "http", "--env-file")
    run = verify(*rows, *by_http, env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert run.code == 0, run.output
    look = verify("features", "--preflight", *by_http, env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert look.code == 0, look.output
    assert "not needed  browser" in look.output


def test_a_tenant_that_nobody_named_is_not_touched(tmp_path: Path) -> None:
    run = verify("features", reports=tmp_path, AUTH0_DOMAIN="tenant.eu.auth0.com")
    expect(run, 4, "usage", "AUTH0_DOMAIN is set but no tenant was named: use --tenant NAME, or unset it")


def test_the_named_local_tenant_ignores_what_is_exported(tmp_path: Path) -> None:
    run = verify("features", "--tenant", "local", "-k", "nosuchscenario", reports=tmp_path, AUTH0_DOMAIN="x.auth0.com")
    assert run.code == 5, run.output


def test_an_env_file_is_not_overruled_by_the_environment(env_file: Path, tmp_path: Path) -> None:
    run = verify("features", "--env-file", env_file, reports=tmp_path, AUTH0_CONNECTION="Other")
    expect(run, 4, "usage", "AUTH0_CONNECTION in the environment differs")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tenant", ""], "--tenant names nobody"),
        (["--tenant", "nobody"], "no tenant is named 'nobody'"),
        (["--tenant", "../up"], "is no name of a tenant"),
        (["--env-file", "/no/such/file"], "is not there"),
        (["--tenant", "a", "--env-file", "b"], "give one of them"),
    ],
)
def test_an_option_that_names_no_tenant_is_refused(arguments: list[str], words: str, tmp_path: Path) -> None:
    expect(verify("features", *arguments, reports=tmp_path), 4, "usage", words)


def test_reports_that_cannot_be_written_are_said_at_once(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    run = verify("features", reports=occupied)
    assert run.code == 4
    assert "cannot be written" in run.output


def test_features_and_tests_run_apart(tmp_path: Path) -> None:
    run = verify("features", "tests/unit", reports=tmp_path)
    assert run.code == 4
    assert "features and tests run apart" in run.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["features", "--no-such-option"], "pytest refused what was asked of it"),
        (["features/mfa_token", "-x", "--no-such-option"], "pytest refused what was asked of it"),
        (["features", "tests/unit"], "features and tests run apart"),
        (["features", "--inconclusive", "perhaps"], "pytest refused what was asked of it"),
        (["features", "--reruns", "2"], "--reruns is refused"),
    ],
)
def test_what_pytest_itself_refuses_leaves_no_green(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms", "exit_code": 0}')
    run = verify(*arguments, reports=tmp_path)
    assert run.code == 4, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("usage", 4)
    assert words in run.verdict["message"]


def test_tests_that_are_refused_leave_the_reports_alone(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms"}')
    assert verify("tests/unit", "--no-such-option", reports=tmp_path).code == 4
    assert verify("features", "--help", reports=tmp_path).code == 0
    assert (tmp_path / "verdict.json").read_text() == '{"verdict": "conforms"}'
