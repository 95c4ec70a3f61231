"""A plain staging tenant decides most of the catalogue: required settings alone, no clock to move, nothing changed."""

from __future__ import annotations

from pathlib import Path

from mfa_verification.auth0.spa_js import SCRIPT
from mfa_verification.settings.profile import REQUIRED
from plugins.requirements import requirements_of
from tests.house.conftest import write_settings
from tests.running import ROOT, verify
from tests.tenant.running import start

REQUIREMENTS = requirements_of(ROOT / "features")
HERE_ONLY = ("AUTH0_CA_BUNDLE", "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN", "PHONE_NUMBER_PATTERN")
"""What reaching the local tenant and its inbox takes beside the required settings."""
NOT_APPLICABLE = {
    "MFA-ENR-003", "MFA-ENR-004", "MFA-ENR-005", "MFA-ENR-011", "MFA-ENR-016", "MFA-ENR-017", "MFA-ENR-020",
    "MFA-ENR-021", "MFA-ENR-022", "MFA-TOK-013", "MFA-TOK-018", "MFA-TOK-019", "MFA-TOK-024", "MFA-TOK-025",
    "MFA-TOK-026", "MFA-TOK-027", "MFA-CNF-005", "MFA-CNF-017", "MFA-CNF-019", "MFA-CNF-023", "MFA-BYP-001",
    "MFA-BYP-002", "MFA-BYP-011", "MFA-BYP-015", "MFA-BYP-016", "MFA-BYP-017", "MFA-BYP-020", "MFA-BYP-021",
    "MFA-BYP-022", "MFA-BYP-024", "MFA-BYP-025", "MFA-BYP-026", "MFA-BYP-027", "MFA-BYP-032", "MFA-CNF-026",
    "MFA-SGN-008", "MFA-TOK-028", "MFA-TOK-029",
}  # fmt: skip
"""They need another setting, the password or refresh token grant, a further application, connection or tenant, or a
clock to move."""
if not SCRIPT.is_file():
    NOT_APPLICABLE.add("MFA-SGN-007")


def test_what_a_plain_staging_tenant_decides(tmp_path: Path) -> None:
    tenant = start(tmp_path)
    try:
        for role in ("web", "spa"):
            path = f"/clients/{tenant.application(role).client_id}"
            grants = tenant.operator("GET", path).json()["grant_types"]
            kept = [grant for grant in grants if "password" not in grant and grant != "refresh_token"]
            assert tenant.operator("PATCH", path, {"grant_types": kept}).status_code == 200
        settings = {name: tenant.settings[name] for name in (*REQUIRED, *HERE_ONLY)}
        env_file = write_settings(tmp_path / "plain.env", settings)
        rows = ("-k", "single-page or secret or configuration", "--sign-in", "http")
        run = verify("features", *rows, "--env-file", env_file, reports=tmp_path / "reports")
    finally:
        tenant.stop()
    verdicts: dict[str, set[str]] = {}
    for scenario in run.scenarios:
        for id_ in scenario["requirements"]:
            verdicts.setdefault(id_, set()).add(scenario["verdict"])
            if scenario["verdict"] == "conforms":
                assert scenario["texts"] <= REQUIREMENTS[id_].texts, f"{id_} costs more texts than it says"
            else:
                assert "this " in scenario["message"], "why it is not applicable"
    undecided = {id_ for id_, met in verdicts.items() if met != {"conforms"}}
    assert undecided == NOT_APPLICABLE, run.output
    assert {verdict for met in verdicts.values() for verdict in met} == {"conforms", "not-applicable"}
    assert len(verdicts) - len(undecided) >= 30
