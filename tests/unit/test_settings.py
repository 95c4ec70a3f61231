"""Check settings, TOML files and the list of tenants that may be verified: each mistake gives one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import msgspec
import pytest

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.guard.permission import check_allowed, check_budget, check_words
from mfa_verification.guard.preflight import run_preflight
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import (
    MACHINE,
    OPTIONAL,
    REQUIRED,
    ProfileError,
    profile_from,
    read_settings,
    settings_in,
)
from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in

WHOLE = {
    "AUTH0_DOMAIN": "tenant.eu.auth0.com",
    "AUTH0_CONNECTION": "Username-Password-Authentication",
    "AUTH0_MANAGEMENT_CLIENT_ID": "management",
    "AUTH0_MANAGEMENT_CLIENT_SECRET": "hush",
    "AUTH0_WEB_CLIENT_ID": "web",
    "AUTH0_WEB_CLIENT_SECRET": "hush hush",
    "AUTH0_WEB_CALLBACK": "https://web.test/callback",
    "AUTH0_SPA_CLIENT_ID": "spa",
    "AUTH0_SPA_CALLBACK": "https://spa.test/callback",
    "PHONE_PROVIDER": "inbox",
    "PHONE_INBOX_URL": "https://inbox.test/messages",
    "PHONE_INBOX_TOKEN": "shh",
}


def env_file(folder: Path, settings: dict[str, str], name: str = "tenant.env") -> Path:
    file = folder / name
    file.write_text("".join(f"{key}='{value}'\n" for key, value in settings.items()))
    return file


def refused(settings: dict[str, str]) -> str:
    with pytest.raises(ProfileError) as refusal:
        profile_from(settings, "here", setting_names)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_complete_profile_is_read() -> None:
    profile = profile_from(WHOLE, "here", setting_names)
    assert profile.domain == profile.host == "tenant.eu.auth0.com"
    assert profile.mfa_audience == "https://tenant.eu.auth0.com/mfa/"
    assert profile.mode == "full"
    assert profile.application("single-page application").client_secret is None
    assert "hush" not in repr(profile)


def test_a_custom_domain_changes_the_host_and_not_the_audience() -> None:
    profile = profile_from({**WHOLE, "AUTH0_CUSTOM_DOMAIN": "login.example.com"}, "here", setting_names)
    assert profile.host == "login.example.com"
    assert profile.mfa_audience == "https://tenant.eu.auth0.com/mfa/"


@pytest.mark.parametrize("name", [*REQUIRED, "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN"])
def test_a_missing_setting_is_named(name: str) -> None:
    assert refused({key: value for key, value in WHOLE.items() if key != name}).startswith(f"{name} is not set in here")


def test_settings_that_few_requirements_need_may_be_missing() -> None:
    further = {
        "AUTH0_OTHER_CLIENT_ID": "other", "AUTH0_NATIVE_CLIENT_ID": "native", "AUTH0_JWT_CLIENT_ID": "jwt",
        "AUTH0_JWT_CLIENT_KEY": "hush key", "AUTH0_THIRD_PARTY_CLIENT_ID": "third", "AUTH0_OTHER_CONNECTION": "Others",
    }  # fmt: skip
    none, all_ = profile_from(WHOLE, "here", setting_names), profile_from(WHOLE | further, "here", setting_names)
    names = ("other_client_id", "native_client_id", "jwt_client_id", "third_party_client_id", "other_connection")
    assert {getattr(none, name) for name in names} == {None}
    assert [getattr(all_, name) for name in names] == ["other", "native", "jwt", "third", "Others"]
    assert none.jwt_client_key is None
    assert all_.jwt_client_key is not None and all_.jwt_client_key.reveal() == "hush key"
    assert "hush" not in repr(all_)
    del further["AUTH0_JWT_CLIENT_KEY"]
    assert refused(WHOLE | further).startswith("AUTH0_JWT_CLIENT_KEY is not set in here")


def test_an_empty_setting_is_missing() -> None:
    assert refused({**WHOLE, "AUTH0_SPA_CALLBACK": ""}).startswith("AUTH0_SPA_CALLBACK is not set")


def test_a_misspelled_setting_is_named(tmp_path: Path) -> None:
    slip = {("AUTH0_CONECTION" if key == "AUTH0_CONNECTION" else key): value for key, value in WHOLE.items()}
    settings, place = read_settings(None, env_file(tmp_path, slip), {}, tmp_path, setting_names)
    with pytest.raises(ProfileError, match="AUTH0_CONECTION"):
        profile_from(settings, place, setting_names)


@pytest.mark.parametrize(
    "domain", ["https://tenant.eu.auth0.com", "tenant.eu.auth0.com/", "ten ant", "a:b", "-a.com", ""]
)
def test_a_domain_is_a_host_name_alone(domain: str) -> None:
    assert refused({**WHOLE, "AUTH0_DOMAIN": domain}).startswith("AUTH0_DOMAIN is ")


@pytest.mark.parametrize("domain", ["localhost", "localhost:8443", "Tenant.EU.auth0.com", "127.0.0.1:1"])
def test_a_port_may_follow_the_host(domain: str) -> None:
    assert profile_from({**WHOLE, "AUTH0_DOMAIN": domain}, "here", setting_names).domain == domain.lower()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTH0_CA_BUNDLE", "/no/such/file.pem"),
        ("AUTH0_WEB_CALLBACK", "web.test/callback"),
        ("TENANT_MODE", "careful"),
        ("PHONE_PROVIDER", "inbux"),
        ("AUTH0_CUSTOM_DOMAIN", "https://login.example.com"),
    ],
)
def test_an_invalid_setting_is_named(name: str, value: str) -> None:
    assert name in refused({**WHOLE, name: value})


def test_the_test_controls_need_url_and_token() -> None:
    assert "TEST_CONTROLS_TOKEN" in refused({**WHOLE, "TEST_CONTROLS_URL": "http://127.0.0.1:1"})
    assert "TEST_CONTROLS_URL" in refused({**WHOLE, "TEST_CONTROLS_TOKEN": "x"})


def test_the_environment_overrides_the_file_of_a_named_tenant(tmp_path: Path) -> None:
    env_file(tmp_path, WHOLE, ".env.staging")
    settings, _ = read_settings(
        "staging", None, {"AUTH0_CONNECTION": "Other", "AUTH0_ELSE": "x"}, tmp_path, setting_names
    )
    assert settings["AUTH0_CONNECTION"] == "Other"
    assert "AUTH0_ELSE" not in settings


def test_a_named_tenant_needs_no_file(tmp_path: Path) -> None:
    settings, place = read_settings("staging", None, WHOLE, tmp_path, setting_names)
    assert profile_from(settings, place, setting_names).domain == "tenant.eu.auth0.com"


def test_an_unknown_tenant_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    env_file(tmp_path, WHOLE, ".env.staging")
    with pytest.raises(ProfileError, match=r"'stagin'.*local, staging"):
        read_settings("stagin", None, {}, tmp_path, setting_names)


def test_with_an_env_file_the_environment_must_not_differ(tmp_path: Path) -> None:
    file = env_file(tmp_path, WHOLE)
    assert read_settings(None, file, {"AUTH0_DOMAIN": WHOLE["AUTH0_DOMAIN"]}, tmp_path, setting_names)[0] == WHOLE
    for differing in ({"AUTH0_DOMAIN": "other.eu.auth0.com"}, {"TENANT_MODE": "full"}):
        with pytest.raises(ProfileError, match=f"{next(iter(differing))} in the environment differs"):
            read_settings(None, file, differing, tmp_path, setting_names)


def test_other_variables_are_ignored(tmp_path: Path) -> None:
    file = env_file(tmp_path, {**WHOLE, "PATH_TO_NOWHERE": "x"})
    assert "PATH_TO_NOWHERE" not in read_settings(None, file, {"AUTH0_CLI_TOKEN": "x"}, tmp_path, setting_names)[0]
    assert settings_in({"AUTH0_CLI_TOKEN": "x", "HOME": "/"}, setting_names) == []
    assert settings_in({"AUTH0_DOMAIN": "x", "PHONE_INBOX_TOKEN": "y"}, setting_names) == [
        "AUTH0_DOMAIN",
        "PHONE_INBOX_TOKEN",
    ]


def test_settings_of_the_machine_are_read_from_the_environment(tmp_path: Path) -> None:
    file = env_file(tmp_path, WHOLE)
    settings, place = read_settings(None, file, {"BROWSER_PATH": "/usr/bin/chromium"}, tmp_path, setting_names)
    assert profile_from(settings, place, setting_names).browser_path == "/usr/bin/chromium"


def test_the_example_explains_every_setting() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    named = {line.lstrip("# ").partition("=")[0] for line in example.read_text().splitlines() if "=" in line}
    assert named == {*REQUIRED, *OPTIONAL, *MACHINE, "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN"}


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Table(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    mode: Literal["full", "read-only"] = "full"
    users: Annotated[int, msgspec.Meta(ge=0)] | None = None
    parts: tuple[Inner, ...] = ()
    needs: dict[str, Literal["on", "off"]] = {}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (True, "f.toml: [x] is not a table"),
        ({"mode": "gentle"}, "f.toml: [x]: mode is 'gentle'; use 'full' or 'read-only'"),
        (
            {"usres": 1},
            "[x] has the unknown key usres; known: mode, users, parts, needs (did you mean users?)",
        ),
        ({"id": "other"}, "f.toml: [x] has the unknown key id"),
        ({"users": True}, "f.toml: [x]: users has the wrong type: expected int, not bool"),
        ({"users": -1}, "f.toml: [x]: users has the wrong type: expected int >= 0"),
        ({"parts": [{}]}, "f.toml: [x]: parts[0] lacks name"),
        ({"parts": [{"name": "a", "nam": 1}]}, "f.toml: [x]: parts[0] has the unknown key nam; known: name"),
        ({"needs": {"a": "maybe"}}, "is 'maybe'; use 'on' or 'off'"),
    ],
)
def test_a_mistake_in_a_table_is_one_line(table: Any, words: str) -> None:
    with pytest.raises(TomlMistake) as mistake:
        read_as(Table, table, "f.toml: [x]", id="x")
    assert words in str(mistake.value)
    assert "\n" not in str(mistake.value)


def test_a_correct_table_is_read() -> None:
    table = {"mode": "read-only", "parts": [{"name": "a"}], "needs": {"b": "on"}}
    assert read_as(Table, table, "f", id="x") == Table("x", "read-only", None, (Inner("a"),), {"b": "on"})


@pytest.mark.parametrize("content", [b"[", b"\xff"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f.toml").write_bytes(content)
    with pytest.raises(TomlMistake, match=r"^the list cannot be read: "):
        tables_in(tmp_path / "f.toml", "the list")


SETTINGS = {
    "AUTH0_DOMAIN": "shop-test.eu.auth0.com", "AUTH0_CONNECTION": "c", "AUTH0_MANAGEMENT_CLIENT_ID": "m",
    "AUTH0_MANAGEMENT_CLIENT_SECRET": "s", "AUTH0_WEB_CLIENT_ID": "w", "AUTH0_WEB_CLIENT_SECRET": "s",
    "AUTH0_WEB_CALLBACK": "https://web.test/cb", "AUTH0_SPA_CLIENT_ID": "p", "AUTH0_SPA_CALLBACK": "https://spa.test/cb",
    "PHONE_PROVIDER": "inbox", "PHONE_INBOX_URL": "http://127.0.0.1:1/", "PHONE_INBOX_TOKEN": "t",
}  # fmt: skip
LISTED = '["shop-test.eu.auth0.com"]\n'


@pytest.mark.parametrize(
    ("listed", "change", "words"),
    [
        ("", {}, "is not in tenants.toml"),
        ('["shop-test.eu.auth0.com.other.example"]\n', {}, "is not in tenants.toml"),
        ('["*.eu.auth0.com"]\n', {}, "is not in tenants.toml"),
        (LISTED, {"AUTH0_CUSTOM_DOMAIN": "login.shop.example"}, "belong to one tenant"),
        (LISTED + 'mode = "read-only"', {}, "set TENANT_MODE=read-only"),
        (LISTED + 'mode = "gentle"', {}, "use 'full' or 'read-only'"),
        (LISTED + "members = 3", {}, "has the unknown key members; known: mode, custom_domain, users"),
        (LISTED + 'users = "many"', {}, "the wrong type"),
        ("[shop-test.eu.auth0.com]\n", {}, "is the domain in quotes?"),
        ('"shop-test.eu.auth0.com" = true', {}, "is not a table"),
        ("[", {}, "cannot be read"),
        (
            LISTED,
            {"TEST_CONTROLS_URL": "http://127.0.0.1:1", "TEST_CONTROLS_TOKEN": "t"},
            "belong to different tenants",
        ),
    ],
)
def test_a_tenant_must_be_listed_exactly(
    tmp_path: Path, listed: str, change: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No name is resolved here.
    monkeypatch.setattr("mfa_verification.guard.permission.is_loopback", lambda host: host.startswith("127."))
    (tmp_path / "tenants.toml").write_text(listed)
    with pytest.raises(ProfileError) as refused:
        check_allowed(profile_from(SETTINGS | change, "the test", setting_names), tmp_path / "tenants.toml")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["shop-prod.eu.auth0.com", "live.shop.example", "production-2.eu.auth0.com", "PROD"])
def test_names_of_production_are_refused_unless_read_only(name: str) -> None:
    with pytest.raises(ProfileError, match="suggests production"):
        check_words("full", domain=name)
    check_words("read-only", domain=name)


@pytest.mark.parametrize("name", ["shop-products.eu.auth0.com", "delivery.example", "liverpool.example", None])
def test_other_names_are_accepted(name: str | None) -> None:
    check_words("full", domain=name)


def test_with_a_proxy_names_are_not_resolved_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy resolves the name; this machine's DNS may give another address."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (tmp_path / "tenants.toml").write_text('["shop-test.invalid"]\n')
    profile = profile_from(SETTINGS | {"AUTH0_DOMAIN": "shop-test.invalid"}, "the test", setting_names)
    with pytest.raises(Inconclusive, match=r"shop-test\.invalid cannot be reached"):
        run_preflight(profile, tmp_path)


TENANT: Any = SimpleNamespace(domain="staging.eu.auth0.com", phone_provider="twilio")
FREE: Any = SimpleNamespace(domain="staging.eu.auth0.com", phone_provider="inbox")


def listed(folder: Path, line: str) -> Path:
    file = folder / "tenants.toml"
    file.write_text(f'["staging.eu.auth0.com"]\n{line}\n["other.eu.auth0.com"]\nsms_messages = 1\n')
    return file


def test_the_list_of_tenants_has_a_budget_for_each(tmp_path: Path) -> None:
    file = listed(tmp_path, "sms_messages = 10")
    assert check_budget(10, TENANT, file, None) == "at most 10 SMS messages will be sent (each is paid for; budget 10)"
    with pytest.raises(ProfileError, match=r"may send 11 SMS messages, but tenants\.toml allows 10"):
        check_budget(11, TENANT, file, None)


def test_the_command_line_overrides_the_budget(tmp_path: Path) -> None:
    file = listed(tmp_path, "sms_messages = 10")
    assert "budget 20" in check_budget(11, TENANT, file, 20)
    with pytest.raises(ProfileError, match="--sms-budget allows 0"):
        check_budget(1, TENANT, file, 0)


def test_without_a_budget_the_estimate_is_printed(tmp_path: Path) -> None:
    assert (
        check_budget(3, FREE, listed(tmp_path, ""), None)
        == "at most 3 SMS messages will be sent (no carrier is involved)"
    )


@pytest.mark.parametrize("value", ["-1", '"10"', "true", "1.5"])
def test_an_invalid_budget_is_named(value: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"staging\.eu\.auth0\.com.*: sms_messages has the wrong type"):
        check_budget(1, TENANT, listed(tmp_path, f"sms_messages = {value}"), None)
