"""Which tenants may be touched at all, by the list and by their names, and how many texts a run may send."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.guard.permission import check_allowed, check_budget, check_words
from mfa_verification.guard.preflight import run_preflight
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import ProfileError, profile_from

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
def test_the_list_of_tenants_is_kept_to_the_letter(
    tmp_path: Path, listed: str, change: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is looked up: what is no loopback address by its looks is none.
    monkeypatch.setattr("mfa_verification.guard.permission.is_loopback", lambda host: host.startswith("127."))
    (tmp_path / "tenants.toml").write_text(listed)
    with pytest.raises(ProfileError) as refused:
        check_allowed(profile_from(SETTINGS | change, "the test", setting_names), tmp_path / "tenants.toml")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["shop-prod.eu.auth0.com", "live.shop.example", "production-2.eu.auth0.com", "PROD"])
def test_names_of_production_are_refused_unless_they_are_only_read(name: str) -> None:
    with pytest.raises(ProfileError, match="suggests production"):
        check_words("full", domain=name)
    check_words("read-only", domain=name)


@pytest.mark.parametrize("name", ["shop-products.eu.auth0.com", "delivery.example", "liverpool.example", None])
def test_other_names_are_not(name: str | None) -> None:
    check_words("full", domain=name)


def test_behind_a_proxy_names_are_not_looked_up_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy resolves and connects: what this machine's own DNS says of the tenant would be a lie."""
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


def test_the_allow_list_has_a_budget_for_each_tenant(tmp_path: Path) -> None:
    file = listed(tmp_path, "sms_messages = 10")
    assert check_budget(10, TENANT, file, None) == "at most 10 SMS messages will be sent (each is paid for; budget 10)"
    with pytest.raises(ProfileError, match=r"may send 11 SMS messages, but tenants\.toml allows 10"):
        check_budget(11, TENANT, file, None)


def test_the_command_line_comes_first(tmp_path: Path) -> None:
    file = listed(tmp_path, "sms_messages = 10")
    assert "budget 20" in check_budget(11, TENANT, file, 20)
    with pytest.raises(ProfileError, match="--sms-budget allows 0"):
        check_budget(1, TENANT, file, 0)


def test_without_a_budget_the_estimate_is_said_all_the_same(tmp_path: Path) -> None:
    assert (
        check_budget(3, FREE, listed(tmp_path, ""), None)
        == "at most 3 SMS messages will be sent (no carrier is involved)"
    )


@pytest.mark.parametrize("value", ["-1", '"10"', "true", "1.5"])
def test_a_budget_that_is_no_number_of_texts_is_named(value: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"staging\.eu\.auth0\.com.*: sms_messages has the wrong type"):
        check_budget(1, TENANT, listed(tmp_path, f"sms_messages = {value}"), None)
