"""Every foreseeable mistake: one clear line that names it, its exit code, and yesterday's green gone.

What is wrong is looked for in this process; what a run makes of each kind of exception is shown by a run for each kind.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.settings.profile import ProfileError
from plugins.opening import Source, is_local
from tests.house.conftest import DEFAULT, run_whole_preflight, serving, write_settings
from tests.running import BY_HTTP, ROOT, Run, verify
from tests.tenant.client import LocalTenant

MENDED_BY_THE_USER = [
    ({"AUTH0_SPA_CALLBACK": ""}, "AUTH0_SPA_CALLBACK is not set in"),
    ({"AUTH0_DOMAIN": "https://localhost"}, "give the host alone"),
    ({"AUTH0_DOMAIN": "localhost/path"}, "give the host alone"),
    ({"AUTH0_DOMAIN": "localhost:70000"}, "give the host alone"),
    ({"AUTH0_WEB_CALLBACK": "https://["}, "give a whole URL"),
    ({"AUTH0_DOMAIN": "tenant.eu.auth0.com"}, "is not in tenants.toml"),
    ({"AUTH0_CUSTOM_DOMAIN": "nowhere.invalid"}, "there is no such host"),
    ({"AUTH0_CA_BUNDLE": "/no/such/file.pem"}, "there is no such file"),
    ({"AUTH0_CA_BUNDLE": __file__}, "not a PEM file with a certificate"),
    ({"AUTH0_CA_BUNDLE": ""}, "set AUTH0_CA_BUNDLE if its CA is private"),
    ({"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"}, "refused AUTH0_MANAGEMENT_CLIENT_ID"),
    ({"AUTH0_WEB_CLIENT_SECRET": "wrong"}, "does not accept AUTH0_WEB_CLIENT_ID and AUTH0_WEB_CLIENT_SECRET"),
    ({"AUTH0_SPA_CLIENT_ID": "nobody"}, "does not accept AUTH0_SPA_CLIENT_ID"),
    ({"PHONE_PROVIDER": "inbux"}, 'did you mean "inbox"?'),
    ({"PHONE_INBOX_TOKEN": "wrong"}, "PHONE_INBOX_TOKEN"),
    ({"AUTH0_CONNECTION": "Nowhere"}, "the tenant has no connection with that name"),
    ({"PHONE_NUMBER_PATTERN": "555"}, "PHONE_NUMBER_PATTERN"),
    ({"TEST_CONTROLS_TOKEN": ""}, "TEST_CONTROLS_TOKEN is not set"),
    ({"TENANT_MODE": "gentle"}, "TENANT_MODE is 'gentle'"),
    ({"BROWSER_PATH": "/no/such/browser"}, "BROWSER_PATH is /no/such/browser"),
    ({"BROWSER_WS_ENDPOINT": "ws://127.0.0.1:1"}, "cannot use AUTH0_CA_BUNDLE"),
]
TROUBLE = [
    ({"AUTH0_DOMAIN": "localhost:1"}, "tenant-unreachable", "localhost:1 (AUTH0_DOMAIN) cannot be reached"),
    ({"PHONE_INBOX_URL": "http://127.0.0.1:1/messages"}, "phone-provider-unreachable", ""),
]


@pytest.mark.parametrize(("change", "words"), MENDED_BY_THE_USER, ids=str)
def test_a_mistake_in_the_settings_is_named(served: LocalTenant, change: dict[str, str], words: str) -> None:
    with pytest.raises(ProfileError) as mistake:
        run_whole_preflight(served.settings | change)
    assert words in str(mistake.value)
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize(("change", "cause", "words"), TROUBLE, ids=str)
def test_a_dependency_that_is_down_is_trouble(
    served: LocalTenant, change: dict[str, str], cause: str, words: str
) -> None:
    with pytest.raises(Inconclusive) as trouble:
        run_whole_preflight(served.settings | change)
    assert trouble.value.cause == cause
    assert words in str(trouble.value)
    assert "\n" not in str(trouble.value)


def test_a_missing_scope_is_named_with_what_needs_it(tmp_path: Path) -> None:
    needed = "lacks the scope delete:users, which is needed to remove users"
    with (
        serving(tmp_path, text=DEFAULT.replace('"delete:users",', "")) as lacking,
        pytest.raises(ProfileError, match=needed),
    ):
        run_whole_preflight(lacking.settings)


@pytest.mark.parametrize(
    ("tenant", "env_file", "words"),
    [
        ("", None, "--tenant names nobody"),
        ("nobody", None, "no tenant is named 'nobody'"),
        ("../up", None, "is not a tenant name"),
        (None, "/no/such/file", "there is no env file"),
        ("a", "b", "give one of them"),
        (None, None, "AUTH0_DOMAIN is set but no tenant was named: use --tenant NAME, or unset it"),
    ],
)
def test_options_that_name_no_tenant_are_refused(
    tenant: str | None, env_file: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "AUTH0_DOMAIN" in words:
        monkeypatch.setenv("AUTH0_DOMAIN", "tenant.eu.auth0.com")
    with pytest.raises(ProfileError) as mistake:
        is_local(tenant, Path(env_file) if env_file else None) or Source(tenant, env_file).profile(ROOT)
    assert words in str(mistake.value)
    assert "\n" not in str(mistake.value)


def expect(run: Run, code: int, verdict: str, words: str) -> None:
    assert run.code == code, run.output
    assert words in run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert "Traceback" not in run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == (verdict, code)
    assert words in run.verdict["message"]


def test_what_the_user_must_mend_ends_a_run_with_4(env_file: Path, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nothing")
    run = verify("features", "--env-file", env_file, reports=tmp_path, PATH=nowhere, PLAYWRIGHT_BROWSERS_PATH=nowhere)
    expect(run, 4, "usage", "no browser was found: run `make browser`")


def test_what_is_down_ends_a_run_with_75(served: LocalTenant, tmp_path: Path) -> None:
    env_file = write_settings(tmp_path / "tenant.env", served.settings | {"AUTH0_DOMAIN": "localhost:1"})
    run = verify("features", "--env-file", env_file, reports=tmp_path / "reports")
    expect(run, 75, "inconclusive", "tenant-unreachable: localhost:1 (AUTH0_DOMAIN) cannot be reached")


def test_an_answer_that_no_tenant_gives_is_a_verdict_about_the_tenant(tmp_path: Path) -> None:
    with serving(tmp_path, "--vary", "refusal-with-200") as broken:
        wrong = broken.settings | {"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"}
        run = verify("features", "--env-file", write_settings(tmp_path / "wrong.env", wrong), reports=tmp_path)
    expect(run, 1, "nonconforming", "malformed-response")


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_by_http_a_browser_is_missed_where_a_scenario_is_about_it(
    env_file: Path, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    rows = ("features", "-m", "browser", *BY_HTTP, *workers)
    run = verify(*rows, "--env-file", env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert run.code == 4, run.output
    assert run.verdict["message"].startswith("BROWSER_PATH is /no/such/browser")
    assert (run.scenarios, run.verdict["users"]["created"]) == ([], 0)


def test_by_http_all_else_needs_no_browser(env_file: Path, tmp_path: Path) -> None:
    rows = ("features", "-m", "MFA-CNF-004 and not browser", "-k", "single-page", *BY_HTTP)
    run = verify(*rows, "--env-file", env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert run.code == 0, run.output
    look = ("features", "--preflight", *BY_HTTP)
    run = verify(*look, "--env-file", env_file, reports=tmp_path, BROWSER_PATH="/no/such/browser")
    assert run.code == 0, run.output
    assert "not needed  browser" in run.output


def test_the_named_local_tenant_ignores_what_is_exported_and_nothing_selected_is_nothing_verified(
    tmp_path: Path,
) -> None:
    rows = ("features", "-k", "nosuchscenario", *BY_HTTP)
    run = verify(*rows, "--tenant", "local", reports=tmp_path, AUTH0_DOMAIN="x.auth0.com")
    assert (run.code, run.verdict["verdict"]) == (5, "nothing-collected"), run.output


def test_reports_that_cannot_be_written_are_said_at_once(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    run = verify("features", reports=occupied)
    assert run.code == 4
    assert "cannot be written" in run.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["features/tokens", "-x", "--no-such-option"], "pytest refused what was asked of it"),
        (["features", "--sms-budget=1.5"], "no number of SMS messages"),
        (["features", "--sms-budget=-1"], "no number of SMS messages"),
        (["features", "tests/unit"], "features and tests run apart"),
        (["features", "--reruns", "2"], "--reruns is refused"),
    ],
)
def test_what_pytest_itself_refuses_leaves_no_green(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms", "exit_code": 0}')
    run = verify(*arguments, reports=tmp_path)
    assert run.code == 4, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("usage", 4)
    assert words in f"{run.verdict['message']} {run.output}"


def test_tests_that_are_refused_leave_the_reports_alone(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms"}')
    assert verify("tests/unit", "--no-such-option", reports=tmp_path).code == 4
    assert verify("features", "--help", reports=tmp_path).code == 0
    assert (tmp_path / "verdict.json").read_text() == '{"verdict": "conforms"}'
