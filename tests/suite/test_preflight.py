"""Check what stops a run before its first scenario: one line, an exit code, and nothing is written to the tenant.

Most checks run in this process. One run for each kind of exception shows its exit code and verdict.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.settings.profile import ProfileError
from plugins.opening import Source, is_local
from tests.running import BY_HTTP, ROOT, Run, verify, verify_in
from tests.servers import Server
from tests.suite.conftest import DEFAULT, run_whole_preflight, serving, write_settings
from tests.tenant.client import LocalTenant

WRONG_SETTINGS = [
    ({"AUTH0_DOMAIN": "tenant.eu.auth0.com"}, "is not in tenants.toml"),
    ({"AUTH0_CUSTOM_DOMAIN": "nowhere.invalid"}, "there is no such host"),
    ({"AUTH0_CA_BUNDLE": __file__}, "not a PEM file with a certificate"),
    ({"AUTH0_CA_BUNDLE": ""}, "set AUTH0_CA_BUNDLE if its CA is private"),
    ({"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"}, "refused AUTH0_MANAGEMENT_CLIENT_ID"),
    ({"AUTH0_WEB_CLIENT_SECRET": "wrong"}, "does not accept AUTH0_WEB_CLIENT_ID and AUTH0_WEB_CLIENT_SECRET"),
    ({"AUTH0_SPA_CLIENT_ID": "nobody"}, "does not accept AUTH0_SPA_CLIENT_ID"),
    ({"PHONE_INBOX_TOKEN": "wrong"}, "PHONE_INBOX_TOKEN"),
    ({"AUTH0_CONNECTION": "Nowhere"}, "the tenant has no connection with that name"),
    ({"PHONE_NUMBER_PATTERN": "555"}, "PHONE_NUMBER_PATTERN"),
    ({"BROWSER_PATH": "/no/such/browser"}, "BROWSER_PATH is /no/such/browser"),
    ({"BROWSER_WS_ENDPOINT": "ws://127.0.0.1:1"}, "cannot use AUTH0_CA_BUNDLE"),
]
"""Mistakes that only the preflight detects; `tests/unit/test_settings.py` has those of the settings alone."""
DOWN = [
    ({"AUTH0_DOMAIN": "localhost:1"}, "tenant-unreachable", "localhost:1 (AUTH0_DOMAIN) cannot be reached"),
    ({"PHONE_INBOX_URL": "http://127.0.0.1:1/messages"}, "phone-provider-unreachable", ""),
]


def refused(settings: dict[str, str]) -> str:
    """Run the preflight, which must refuse, and return its message of one line."""
    with pytest.raises(ProfileError) as mistake:
        run_whole_preflight(settings)
    assert "\n" not in str(mistake.value)
    return str(mistake.value)


@pytest.mark.parametrize(("change", "words"), WRONG_SETTINGS, ids=str)
def test_a_wrong_setting_is_named(served: LocalTenant, change: dict[str, str], words: str) -> None:
    assert words in refused(served.settings | change)


@pytest.mark.parametrize(("change", "cause", "words"), DOWN, ids=str)
def test_a_service_that_is_down_is_inconclusive(
    served: LocalTenant, change: dict[str, str], cause: str, words: str
) -> None:
    with pytest.raises(Inconclusive) as met:
        run_whole_preflight(served.settings | change)
    assert met.value.cause == cause
    assert words in str(met.value)
    assert "\n" not in str(met.value)


def test_a_missing_scope_is_named_with_its_purpose(tmp_path: Path) -> None:
    with serving(tmp_path, text=DEFAULT.replace('"delete:users",', "")) as tenant:
        assert "lacks the scope delete:users, which is needed to remove users" in refused(tenant.settings)


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


def expect_one_line(run: Run, code: int, verdict: str, words: str) -> None:
    assert run.code == code, run.output
    assert words in run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == (verdict, code)
    assert words in run.verdict["message"]


@pytest.mark.usefixtures("env_file")
def test_a_run_without_a_browser_ends_with_4(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nothing")
    run = verify_in(tmp_path, "features", way="browser", PATH=nowhere, PLAYWRIGHT_BROWSERS_PATH=nowhere)
    expect_one_line(run, 4, "usage", "no browser was found: run `make browser`")


def test_a_run_without_its_tenant_ends_with_75(served: LocalTenant, tmp_path: Path) -> None:
    write_settings(tmp_path / "tenant.env", served.settings | {"AUTH0_DOMAIN": "localhost:1"})
    run = verify_in(tmp_path, "features")
    expect_one_line(run, 75, "inconclusive", "tenant-unreachable: localhost:1 (AUTH0_DOMAIN) cannot be reached")


def test_a_malformed_response_in_the_preflight_ends_with_1(tmp_path: Path) -> None:
    with serving(tmp_path, "--vary", "refusal-with-200") as broken:
        write_settings(tmp_path / "tenant.env", broken.settings | {"AUTH0_MANAGEMENT_CLIENT_SECRET": "wrong"})
        run = verify_in(tmp_path, "features")
    expect_one_line(run, 1, "nonconforming", "malformed-response")


@pytest.mark.usefixtures("env_file")
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_sign_in_by_http_needs_a_browser_only_for_scenarios_with_the_tag(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    missing = "/no/such/browser"
    run = verify_in(tmp_path, "features", "-m", "browser", *workers, BROWSER_PATH=missing)
    assert run.code == 4, run.output
    assert run.verdict["message"].startswith(f"BROWSER_PATH is {missing}")
    assert (run.scenarios, run.verdict["users"]["created"]) == ([], 0)
    if not workers:
        selection = ("-m", "MFA-CNF-004 and not browser", "-k", "single-page")
        run = verify_in(tmp_path, "features", *selection, BROWSER_PATH=missing)
        assert run.code == 0, run.output
        run = verify_in(tmp_path, "features", "--preflight", BROWSER_PATH=missing)
        assert run.code == 0, run.output
        assert "not needed  browser" in run.output


def test_the_local_tenant_ignores_exported_settings_and_no_scenario_is_no_verdict(tmp_path: Path) -> None:
    selection = ("features", "-k", "nosuchscenario", *BY_HTTP)
    run = verify(*selection, "--tenant", "local", reports=tmp_path, AUTH0_DOMAIN="x.auth0.com")
    assert (run.code, run.verdict["verdict"]) == (5, "nothing-collected"), run.output


def test_reports_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
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
def test_a_command_line_that_is_refused_replaces_the_last_verdict(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms", "exit_code": 0}')
    run = verify(*arguments, reports=tmp_path)
    assert run.code == 4, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("usage", 4)
    assert words in f"{run.verdict['message']} {run.output}"


def test_command_lines_without_a_run_keep_the_last_verdict(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"verdict": "conforms"}')
    assert verify("tests/unit", "--no-such-option", reports=tmp_path).code == 4
    assert verify("features", "--help", reports=tmp_path).code == 0
    assert (tmp_path / "verdict.json").read_text() == '{"verdict": "conforms"}'


Change = Callable[[LocalTenant], None]
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def patch_client(role: str, marker: str | None) -> Change:
    def change(tenant: LocalTenant) -> None:
        path = f"/clients/{tenant.application(role).client_id}"
        body = {"client_metadata": {"mfa_verification": marker}}
        tenant.manage("PATCH", path, body)

    return change


def add_a_real_user(tenant: LocalTenant) -> None:
    user = {"connection": tenant.settings["AUTH0_CONNECTION"], "email": "anna@shop.example", "password": "Xy-12345678"}
    tenant.manage("POST", "/users", user)


def name_it_production(tenant: LocalTenant) -> None:
    tenant.manage("PATCH", "/tenants/settings", {"friendly_name": "Shop Production"})


FORBIDDEN: dict[str, tuple[Change, str]] = {
    "no marker": (patch_client("web", None), "the marker of the regular web application"),
    "a marker of another tenant": (
        patch_client("spa", "allowed:other.eu.auth0.com"), "is 'allowed:other.eu.auth0.com'",
    ),
    "another application uses the connection": (
        patch_client("native", None), "an application that uses the connection",
    ),
    "real users": (add_a_real_user, "an e-mail address outside mfa-verification.example.com"),
    "a name of production": (name_it_production, "'Production' suggests production"),
}  # fmt: skip


def writes(tenant: LocalTenant, after: int = 0) -> list[str]:
    """Return the paths of requests that may have changed the tenant; token requests do not."""
    requests = tenant.controls("GET", f"/requests?after={after}").json()
    return [one["path"] for one in requests if one["method"] in WRITES and one["path"] != "/oauth/token"]


def newest(tenant: LocalTenant) -> int:
    requests = tenant.controls("GET", "/requests").json()
    return int(requests[-1]["seq"]) if requests else 0


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_tenant_that_may_not_be_verified_is_not_changed(own: LocalTenant, name: str) -> None:
    change, words = FORBIDDEN[name]
    change(own)
    before = newest(own)
    assert words in refused(own.settings)
    assert writes(own, before) == []


def test_a_run_that_is_refused_writes_nothing(tmp_path: Path) -> None:
    dangerous = DEFAULT.replace('"create:users",', '"create:users",\n    "delete:clients",', 1)
    with serving(tmp_path, text=dangerous) as tenant:
        run = verify_in(tmp_path, "features")
        assert writes(tenant) == []
    expect_one_line(run, 4, "usage", "the scope delete:clients, which is dangerous")


def test_a_host_that_redirects_to_another_host_is_refused(served: LocalTenant, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with Server("localhost", ssl_context=context) as server:
        server.expect_request(re.compile(".*")).respond_with_data(
            status=302, headers={"Location": "https://elsewhere.example/"}
        )
        host = f"localhost:{server.port}"
        moved = served.settings | {"AUTH0_DOMAIN": host, "AUTH0_CA_BUNDLE": str(tmp_path / "ca.pem")}
        assert f"{host} redirects to another host" in refused(moved)
        assert [request.method for request, _ in server.log] == ["GET"]


def test_settings_of_two_tenants_are_refused(served: LocalTenant, own: LocalTenant) -> None:
    before = newest(served)
    refused(own.settings | {"AUTH0_CUSTOM_DOMAIN": served.settings["AUTH0_DOMAIN"]})
    assert writes(own) == writes(served, before) == []


def test_a_read_only_run_needs_no_marker_and_writes_nothing(own: LocalTenant, tmp_path: Path) -> None:
    patch_client("web", None)(own)
    before = newest(own)
    write_settings(tmp_path / "tenant.env", own.settings | {"TENANT_MODE": "read-only"})
    run = verify_in(tmp_path, "features/configuration", "features/tokens/mfa_api_token.feature")
    assert run.code == 0, run.output
    assert writes(own, before) == []
    assert {word for id_, word in run.verdicts.items() if "configuration" in id_} == {"conforms"}
    assert {word for id_, word in run.verdicts.items() if "features/tokens" in id_} == {"not-applicable"}


def test_clocks_that_differ_by_more_than_one_period_are_inconclusive(own: LocalTenant) -> None:
    assert own.controls("POST", "/clock", {"seconds": 90}).status_code == 200
    with pytest.raises(Inconclusive, match=r"this machine's clock is \d+ s") as met:
        run_whole_preflight(own.settings)
    assert met.value.cause == "clock-skew"
    assert writes(own) == []


def test_clocks_that_differ_less_are_accepted(own: LocalTenant, tmp_path: Path) -> None:
    assert own.controls("POST", "/clock", {"seconds": -20}).status_code == 200
    run = verify_in(tmp_path, "features", "-m", "MFA-CNF-004", "-k", "single-page")
    assert run.code == 0, run.output
