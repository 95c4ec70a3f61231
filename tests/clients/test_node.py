"""Use the local tenant with Node.js clients: auth0, @auth0/auth0-auth-js, openid-client and auth0-deploy-cli."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tenant.client import PASSWORD, Application, LocalTenant, User

FOLDER = Path(__file__).with_name("node")
pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js"),
    pytest.mark.skipif(not (FOLDER / "node_modules").is_dir(), reason="`make test` installs the Node packages"),
]


def run(tenant: LocalTenant, command: list[str], more: dict[str, str], cwd: Path = FOLDER) -> str:
    """Run a Node.js program that trusts the tenant's CA; return its output."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(cwd), "NO_UPDATE_NOTIFIER": "1",
        "NODE_EXTRA_CA_CERTS": tenant.settings["AUTH0_CA_BUNDLE"], "DOMAIN": tenant.settings["AUTH0_DOMAIN"],
    }  # fmt: skip
    done = subprocess.run(
        command, cwd=cwd, env=environment | more, text=True, capture_output=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def own(application: Application) -> dict[str, str]:
    return {"CLIENT_ID": application.client_id, "CLIENT_SECRET": application.client_secret or ""}


def test_management(tenant: LocalTenant) -> None:
    connection = tenant.settings["AUTH0_CONNECTION"]
    run(tenant, ["node", "management.mjs"], {"CONNECTION": connection, **own(tenant.application("deploy"))})


def test_enrolling_a_phone(tenant: LocalTenant, web: Application, user: User) -> None:
    known = {
        "USERNAME": user.email, "PASSWORD": PASSWORD, "PHONE": user.phone, "MFA_AUDIENCE": tenant.mfa_audience,
        "INBOX": tenant.settings["PHONE_INBOX_URL"], "INBOX_TOKEN": tenant.settings["PHONE_INBOX_TOKEN"],
    }  # fmt: skip
    run(tenant, ["node", "authentication.mjs"], known | own(web))


def test_discovery_and_client_credentials(tenant: LocalTenant) -> None:
    run(tenant, ["node", "openid.mjs"], own(tenant.application("deploy")))


DEPLOYED = (
    "clients", "resourceServers", "clientGrants", "databases", "tenant", "guardianFactors", "guardianPolicies",
    "guardianPhoneFactorMessageTypes", "guardianPhoneFactorSelectedProvider", "guardianFactorTemplates",
    "attackProtection", "actions", "triggers",
)  # fmt: skip


@pytest.mark.soak  # the tool takes a minute or two before its first request
def test_importing_an_export_changes_nothing(tenant: LocalTenant, tmp_path: Path) -> None:
    deploy = tenant.application("deploy")
    known = {
        "AUTH0_DOMAIN": tenant.settings["AUTH0_DOMAIN"], "AUTH0_CLIENT_ID": deploy.client_id,
        "AUTH0_CLIENT_SECRET": deploy.client_secret or "", "AUTH0_INCLUDED_ONLY": ",".join(DEPLOYED),
    }  # fmt: skip
    tool = ["node", str(FOLDER / "node_modules" / "auth0-deploy-cli" / "lib" / "index.js")]
    before = configuration(tenant)
    run(tenant, [*tool, "export", "--format", "yaml", "--output_folder", "out", "--env"], known, tmp_path)
    run(tenant, [*tool, "import", "--input_file", "out/tenant.yaml", "--env"], known, tmp_path)
    assert configuration(tenant) == before


def configuration(tenant: LocalTenant) -> dict[str, object]:
    """Return the configuration as the Management API shows it."""
    paths = (
        "/clients", "/client-grants", "/resource-servers", "/connections", "/tenants/settings", "/guardian/factors",
        "/guardian/policies", "/guardian/factors/phone/message-types", "/guardian/factors/phone/selected-provider",
        "/guardian/factors/phone/templates", "/attack-protection/brute-force-protection", "/actions/actions",
    )  # fmt: skip
    return {path: tenant.management("GET", path).json() for path in paths}
