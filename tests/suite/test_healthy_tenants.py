"""Check tenants with other correct settings: nothing is nonconforming, and a basic tenant decides most requirements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mfa_verification.auth0.spa_js import SCRIPT
from mfa_verification.settings.profile import REQUIRED
from plugins.catalogue import requirements_of
from tests.running import BY_HTTP, ROOT, verify
from tests.suite.conftest import DEFAULT, serving, without, write_settings
from tests.tenant.client import LocalTenant

REQUIREMENTS = requirements_of(ROOT / "features")
HERE_ONLY = ("AUTH0_CA_BUNDLE", "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN", "PHONE_NUMBER_PATTERN")
"""Settings that only the local tenant and its inbox need."""
NOT_APPLICABLE = {
    "MFA-ENR-003", "MFA-ENR-004", "MFA-ENR-005", "MFA-ENR-011", "MFA-ENR-016", "MFA-ENR-017", "MFA-ENR-020",
    "MFA-ENR-021", "MFA-ENR-022", "MFA-TOK-013", "MFA-TOK-018", "MFA-TOK-019", "MFA-TOK-024", "MFA-TOK-025",
    "MFA-TOK-026", "MFA-TOK-027", "MFA-CNF-005", "MFA-CNF-017", "MFA-CNF-019", "MFA-CNF-023", "MFA-BYP-001",
    "MFA-BYP-002", "MFA-BYP-011", "MFA-BYP-015", "MFA-BYP-016", "MFA-BYP-017", "MFA-BYP-020", "MFA-BYP-021",
    "MFA-BYP-022", "MFA-BYP-024", "MFA-BYP-025", "MFA-BYP-026", "MFA-BYP-027", "MFA-BYP-032", "MFA-CNF-026",
    "MFA-SGN-008", "MFA-TOK-028", "MFA-TOK-029",
}  # fmt: skip
"""Requirements that need another setting, grant, application, connection or tenant, or a clock that can be moved."""
if not SCRIPT.is_file():
    NOT_APPLICABLE.add("MFA-SGN-007")


def take_grants(tenant: LocalTenant) -> None:
    """Remove the password and refresh token grants from both applications."""
    for role in ("web", "spa"):
        path = f"/clients/{tenant.application(role).client_id}"
        grants = tenant.management("GET", path).json()["grant_types"]
        kept = [grant for grant in grants if "password" not in grant and grant != "refresh_token"]
        assert tenant.management("PATCH", path, {"grant_types": kept}).ok


def test_a_basic_staging_tenant_decides_most_requirements(own: LocalTenant, tmp_path: Path) -> None:
    take_grants(own)
    settings = {name: own.settings[name] for name in (*REQUIRED, *HERE_ONLY)}
    env_file = write_settings(tmp_path / "plain.env", settings)
    rows = ("-k", "single-page or secret or configuration", *BY_HTTP)
    run = verify("features", *rows, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    verdicts: dict[str, set[str]] = {}
    for scenario in run.scenarios:
        for id_ in scenario["requirements"]:
            verdicts.setdefault(id_, set()).add(scenario["verdict"])
            if scenario["verdict"] == "conforms":
                assert scenario["sms_messages"] <= REQUIREMENTS[id_].sms_messages, (
                    f"{id_} sends more SMS messages than it declares"
                )
            else:
                assert "this " in scenario["message"], "the message says why it is not applicable"
    undecided = {id_ for id_, met in verdicts.items() if met != {"conforms"}}
    assert undecided == NOT_APPLICABLE, run.output
    assert {verdict for met in verdicts.values() for verdict in met} == {"conforms", "not-applicable"}
    assert len(verdicts) - len(undecided) >= 30


OPTIONAL_SCOPES = (
    "delete:authentication_methods", "read:actions", "read:attack_protection", "read:logs", "read:mfa_policies",
    "read:phone_providers", "read:phone_templates",
)  # fmt: skip


def as_it_is(tenant: LocalTenant) -> None:
    pass


def switch_on(*factors: str) -> Callable[[LocalTenant], None]:
    def change(tenant: LocalTenant) -> None:
        for factor in factors:
            assert tenant.management("PUT", f"/guardian/factors/{factor}", {"enabled": True}).ok

    return change


def add_applications_and_connections(tenant: LocalTenant) -> None:
    for number in range(200):
        assert tenant.management("POST", "/clients", {"name": f"Shop {number}", "app_type": "spa"}).ok
    for number in range(60):
        assert tenant.management("POST", "/connections", {"name": f"Shop-{number}", "strategy": "auth0"}).ok


MFA_FOR_ALL = DEFAULT.replace('policy = "never"', 'policy = "all-applications"')
UNIFIED = f'phone_experience = "unified"\n{DEFAULT}'
GERMAN = f"""{DEFAULT}
[messages]
enrollment_message = "Ihr Code für {{{{ friendly_name }}}}: {{{{ code }}}}. Er gilt 5 Minuten."
verification_message = "{{{{ code }}}} ist Ihr Code für {{{{ friendly_name }}}}"
"""
HEALTHY: list[tuple[str, str, tuple[str, ...], Callable[[LocalTenant], None]]] = [
    ("MFA for all applications", MFA_FOR_ALL, (), switch_on("email", "recovery-code", "push-notification")),
    ("recovery codes and email", DEFAULT, (), switch_on("email", "recovery-code")),
    ("the unified phone experience", UNIFIED, (), as_it_is),
    ("identifier first, in German", GERMAN, ("--vary", "identifier-first", "pages-in-german"), as_it_is),
    ("neither password nor refresh token grant", DEFAULT, (), take_grants),
    ("many applications and connections", DEFAULT, (), add_applications_and_connections),
]


@pytest.mark.soak
@pytest.mark.parametrize(("text", "options", "change"), [pytest.param(*row[1:], id=row[0]) for row in HEALTHY])
def test_other_correct_settings_are_not_nonconforming(
    tmp_path: Path, text: str, options: tuple[str, ...], change: Callable[[LocalTenant], None]
) -> None:
    with serving(tmp_path, *options, text=text) as tenant:
        change(tenant)
        expect_nothing_nonconforming(tmp_path, without(tenant.settings, "TEST_CONTROLS"))


@pytest.mark.soak
@pytest.mark.parametrize("text", [DEFAULT, UNIFIED], ids=["older phones", "unified phones"])
def test_without_the_optional_scopes_nothing_is_nonconforming(tmp_path: Path, text: str) -> None:
    for scope in OPTIONAL_SCOPES:
        assert f'    "{scope}",\n' in text
        text = text.replace(f'    "{scope}",\n', "", 1)
    with serving(tmp_path, text=text) as tenant:
        expect_nothing_nonconforming(tmp_path, {name: tenant.settings[name] for name in (*REQUIRED, *HERE_ONLY)})


def expect_nothing_nonconforming(folder: Path, settings: dict[str, str]) -> None:
    env_file = write_settings(folder / "own.env", settings)
    rows = ("features", "-k", "not regular", *BY_HTTP)
    run = verify(*rows, "--env-file", env_file, reports=folder / "reports")
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms", "not-applicable"}
