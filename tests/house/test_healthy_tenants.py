"""Tenants that are set up otherwise, and well: whatever their owner chose, nothing there is called nonconforming."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mfa_verification.settings.profile import REQUIRED
from tests.house.conftest import write_settings
from tests.house.test_plain_staging import HERE_ONLY
from tests.running import ROOT, verify
from tests.tenant.running import Running, start

DEFAULT = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
OPTIONAL_SCOPES = (
    "delete:authentication_methods", "read:actions", "read:attack_protection", "read:logs", "read:mfa_policies",
    "read:phone_providers", "read:phone_templates",
)  # fmt: skip


def as_it_is(tenant: Running) -> None:
    pass


def switch_on(*factors: str) -> Callable[[Running], None]:
    def change(tenant: Running) -> None:
        for factor in factors:
            assert tenant.operator("PUT", f"/guardian/factors/{factor}", {"enabled": True}).ok

    return change


def take_grants(tenant: Running) -> None:
    for role in ("web", "spa"):
        path = f"/clients/{tenant.application(role).client_id}"
        grants = tenant.operator("GET", path).json()["grant_types"]
        kept = [grant for grant in grants if "password" not in grant and grant != "refresh_token"]
        assert tenant.operator("PATCH", path, {"grant_types": kept}).ok


def add_applications_and_connections(tenant: Running) -> None:
    for number in range(200):
        assert tenant.operator("POST", "/clients", {"name": f"Shop {number}", "app_type": "spa"}).ok
    for number in range(60):
        assert tenant.operator("POST", "/connections", {"name": f"Shop-{number}", "strategy": "auth0"}).ok


ASKS_EVERYBODY = DEFAULT.replace('policy = "never"', 'policy = "all-applications"')
UNIFIED = f'phone_experience = "unified"\n{DEFAULT}'
GERMAN_TEXTS = f"""{DEFAULT}
[messages]
enrollment_message = "Ihr Code für {{{{ friendly_name }}}}: {{{{ code }}}}. Er gilt 5 Minuten."
verification_message = "{{{{ code }}}} ist Ihr Code für {{{{ friendly_name }}}}"
"""
HEALTHY: list[tuple[str, str, tuple[str, ...], Callable[[Running], None]]] = [
    ("the policy asks everybody", ASKS_EVERYBODY, (), switch_on("email", "recovery-code", "push-notification")),
    ("recovery codes and e-mail", DEFAULT, (), switch_on("email", "recovery-code")),
    ("the unified phone experience", UNIFIED, (), as_it_is),
    ("identifier first, in German", GERMAN_TEXTS, ("--vary", "identifier-first", "pages-in-german"), as_it_is),
    ("neither password nor refresh token grant", DEFAULT, (), take_grants),
    ("many applications and connections", DEFAULT, (), add_applications_and_connections),
]


@pytest.mark.soak
@pytest.mark.parametrize(("text", "options", "change"), [pytest.param(*row[1:], id=row[0]) for row in HEALTHY])
def test_what_an_owner_may_choose_is_no_fault(
    tmp_path: Path, text: str, options: tuple[str, ...], change: Callable[[Running], None]
) -> None:
    tenant = written(tmp_path, text, *options)
    try:
        change(tenant)
        expect_nothing_wrong(
            tmp_path, {name: tenant.settings[name] for name in tenant.settings if "CONTROL" not in name}
        )
    finally:
        tenant.stop()


@pytest.mark.soak
@pytest.mark.parametrize("text", [DEFAULT, UNIFIED], ids=["older phones", "unified phones"])
def test_an_operator_who_may_no_more_than_needed_learns_of_no_fault(tmp_path: Path, text: str) -> None:
    for scope in OPTIONAL_SCOPES:
        assert f'    "{scope}",\n' in text
        text = text.replace(f'    "{scope}",\n', "", 1)
    tenant = written(tmp_path, text)
    try:
        expect_nothing_wrong(tmp_path, {name: tenant.settings[name] for name in (*REQUIRED, *HERE_ONLY)})
    finally:
        tenant.stop()


def written(folder: Path, text: str, *options: str) -> Running:
    (folder / "tenant.toml").write_text(text)
    return start(folder, "--tenant-file", str(folder / "tenant.toml"), *options)


def expect_nothing_wrong(folder: Path, settings: dict[str, str]) -> None:
    env_file = write_settings(folder / "own.env", settings)
    rows = ("features", "-k", "not regular", "--sign-in", "http")
    run = verify(*rows, "--env-file", env_file, reports=folder / "reports")
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms", "not-applicable"}
