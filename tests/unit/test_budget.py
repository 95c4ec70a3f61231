"""The budget of texts: the command line's, else the allow-list's, else none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mfa_verification.guard.allow_list import check_budget
from mfa_verification.settings.profile import ProfileError

TENANT: Any = SimpleNamespace(domain="staging.eu.auth0.com", phone_provider="twilio")
FREE: Any = SimpleNamespace(domain="staging.eu.auth0.com", phone_provider="inbox")


def listed(folder: Path, line: str) -> Path:
    file = folder / "tenants.toml"
    file.write_text(f'["staging.eu.auth0.com"]\n{line}\n["other.eu.auth0.com"]\ntexts = 1\n')
    return file


def test_the_allow_list_has_a_budget_for_each_tenant(tmp_path: Path) -> None:
    file = listed(tmp_path, "texts = 10")
    assert check_budget(10, TENANT, file, None) == "at most 10 texts will be sent (each is paid for; budget 10)"
    with pytest.raises(ProfileError, match=r"may send 11 texts, and the budget of tenants\.toml is 10"):
        check_budget(11, TENANT, file, None)


def test_the_command_line_comes_first(tmp_path: Path) -> None:
    file = listed(tmp_path, "texts = 10")
    assert "budget 20" in check_budget(11, TENANT, file, 20)
    with pytest.raises(ProfileError, match="--sms-budget is 0"):
        check_budget(1, TENANT, file, 0)


def test_without_a_budget_the_estimate_is_said_all_the_same(tmp_path: Path) -> None:
    assert check_budget(3, FREE, listed(tmp_path, ""), None) == "at most 3 texts will be sent (no carrier is involved)"


@pytest.mark.parametrize("value", ["-1", '"10"', "true", "1.5"])
def test_a_budget_that_is_no_number_of_texts_is_named(value: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"staging\.eu\.auth0\.com.*: texts is not of the right type"):
        check_budget(1, TENANT, listed(tmp_path, f"texts = {value}"), None)
