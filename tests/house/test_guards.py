"""Nothing happens to a tenant that has not asked for it: each guard refuses with one line, and nothing was written."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.settings.profile import ProfileError
from tests.house.conftest import DEFAULT, run_whole_preflight, serving, write_settings
from tests.running import BY_HTTP, verify
from tests.servers import Server
from tests.tenant.client import LocalTenant

Change = Callable[[LocalTenant], None]
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def patch_client(role: str, **body: object) -> Change:
    def change(tenant: LocalTenant) -> None:
        path = f"/clients/{tenant.application(role).client_id}"
        assert tenant.management("PATCH", path, body).status_code == 200

    return change


def add_a_stranger(tenant: LocalTenant) -> None:
    user = {"connection": tenant.settings["AUTH0_CONNECTION"], "email": "anna@shop.example", "password": "Xy-12345678"}
    assert tenant.management("POST", "/users", user).status_code == 201


def name_it_production(tenant: LocalTenant) -> None:
    assert tenant.management("PATCH", "/tenants/settings", {"friendly_name": "Shop Production"}).status_code == 200


UNMARKED = {"client_metadata": {"mfa_verification": None}}
COPIED = {"client_metadata": {"mfa_verification": "allowed:other.eu.auth0.com"}}
REFUSED: list[tuple[str, Change, str]] = [
    ("no marker", patch_client("web", **UNMARKED), "the marker of the regular web application"),
    ("a marker copied from elsewhere", patch_client("spa", **COPIED), "is 'allowed:other.eu.auth0.com'"),
    ("a connection others use", patch_client("native", **UNMARKED), "an application that uses the connection"),
    ("users who are not ours", add_a_stranger, "an e-mail address outside mfa-verification.example.com"),
    ("a name of production", name_it_production, "'Production' suggests production"),
]


def writes(tenant: LocalTenant, after: int) -> list[str]:
    """What changed anything on the tenant; asking for a token does not."""
    asked = tenant.controls("GET", f"/requests?after={after}").json()
    return [one["path"] for one in asked if one["method"] in WRITES and one["path"] != "/oauth/token"]


def newest(tenant: LocalTenant) -> int:
    asked = tenant.controls("GET", "/requests").json()
    return int(asked[-1]["seq"]) if asked else 0


@pytest.mark.parametrize(
    ("change", "words"),
    [pytest.param(change, words, id=name) for name, change, words in REFUSED],
)
def test_a_tenant_that_is_not_for_tests_is_left_alone(own: LocalTenant, change: Change, words: str) -> None:
    change(own)
    before = newest(own)
    with pytest.raises(ProfileError) as refused:
        run_whole_preflight(own.settings)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert writes(own, before) == []


def test_a_run_that_is_refused_writes_nothing(tmp_path: Path) -> None:
    dangerous = DEFAULT.replace('"create:users",', '"create:users",\n    "delete:clients",', 1)
    with serving(tmp_path, text=dangerous) as tenant:
        run = verify("features", "--env-file", tmp_path / "tenant.env", reports=tmp_path)
        assert writes(tenant, 0) == []
    assert run.code == 4, run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert "the scope delete:clients, which is dangerous" in run.verdict["message"]


def test_a_host_that_sends_its_callers_elsewhere_is_refused(served: LocalTenant, tmp_path: Path) -> None:
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
        with pytest.raises(ProfileError, match=f"{host} redirects elsewhere"):
            run_whole_preflight(moved)
        assert [asked.method for asked, _ in server.log] == ["GET"]


def test_settings_that_mix_two_tenants_are_refused(served: LocalTenant, own: LocalTenant) -> None:
    before = newest(served)
    with pytest.raises(ProfileError):
        run_whole_preflight(own.settings | {"AUTH0_CUSTOM_DOMAIN": served.settings["AUTH0_DOMAIN"]})
    assert writes(own, 0) == writes(served, before) == []


def test_only_reading_needs_no_marker_and_writes_nothing(own: LocalTenant, tmp_path: Path) -> None:
    patch_client("web", **UNMARKED)(own)
    before = newest(own)
    env_file = write_settings(tmp_path / "read.env", own.settings | {"TENANT_MODE": "read-only"})
    rows = ("features/configuration", "features/tokens/mfa_api_token.feature", *BY_HTTP)
    run = verify(*rows, "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    assert writes(own, before) == []
    assert {word for id_, word in run.verdicts.items() if "configuration" in id_} == {"conforms"}
    assert {word for id_, word in run.verdicts.items() if "mfa_token" in id_} == {"not-applicable"}


def test_a_clock_that_differs_by_more_than_a_step_is_trouble(own: LocalTenant) -> None:
    assert own.controls("POST", "/clock", {"seconds": 90}).status_code == 200
    with pytest.raises(Inconclusive, match=r"this machine's clock is \d+ s") as trouble:
        run_whole_preflight(own.settings)
    assert trouble.value.cause == "clock-skew"
    assert writes(own, 0) == []


def test_a_smaller_difference_changes_nothing(own: LocalTenant, tmp_path: Path) -> None:
    assert own.controls("POST", "/clock", {"seconds": -20}).status_code == 200
    rows = ("features", "-m", "MFA-CNF-004", "-k", "single-page", *BY_HTTP)
    run = verify(*rows, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 0, run.output
