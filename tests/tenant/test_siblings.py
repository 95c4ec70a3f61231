"""The control API: siblings take over what their parent is, can be changed, and die with it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from local_tenant.tenant_file import DEFAULT
from tests.tenant.client import LocalTenant, close_pipes


def sibling_of(parent: LocalTenant, body: object = None) -> tuple[str, LocalTenant]:
    answer = parent.controls("POST", "/tenants", body if body is not None else {})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], LocalTenant(answer.json()["profile"])


def leaf(tenant: LocalTenant) -> str:
    return ssl.get_server_certificate(("127.0.0.1", int(tenant.settings["AUTH0_DOMAIN"].rpartition(":")[2])))


def answers(tenant: LocalTenant) -> bool:
    try:
        with requests.Session() as fresh:
            ca = tenant.settings["AUTH0_CA_BUNDLE"]
            fresh.get(tenant.url("/.well-known/jwks.json"), timeout=2, verify=ca)
    except requests.ConnectionError:
        return False
    return True


def eventually(what: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
    return True


def test_a_sibling_has_the_leaf_and_everything_else_of_its_own(tenant: LocalTenant) -> None:
    sibling_id, sibling = sibling_of(tenant)
    same = {
        "AUTH0_CA_BUNDLE", "AUTH0_CONNECTION", "AUTH0_OTHER_CONNECTION",
        "AUTH0_WEB_CALLBACK", "AUTH0_SPA_CALLBACK", "PHONE_PROVIDER",
        "PHONE_NUMBER_PATTERN",
    }  # fmt: skip
    assert {name for name in tenant.settings if tenant.settings[name] == sibling.settings[name]} == same
    assert leaf(sibling) == leaf(tenant)
    keys = [one.http.get(one.url("/.well-known/jwks.json")).json() for one in (tenant, sibling)]
    assert keys[0] != keys[1]
    user = sibling.user()
    user.enroll("sms", sibling.application("web"))
    assert tenant.messages(user.phone) == []
    assert tenant.management("GET", f"/users-by-email?email={user.email}").json() == []
    assert tenant.controls("DELETE", f"/tenants/{sibling_id}").status_code == 204
    assert not answers(sibling)
    assert tenant.controls("DELETE", f"/tenants/{sibling_id}").status_code == 404
    sibling.http.close()


def test_a_siblings_management_application_may_change_it(tenant: LocalTenant) -> None:
    sibling_id, sibling = sibling_of(tenant)
    changed = sibling.management("PUT", "/guardian/factors/otp", {"enabled": False}, role="management")
    assert changed.json() == {"enabled": False}
    web = sibling.application("web")
    changed = sibling.management("PATCH", f"/clients/{web.client_id}", {"grant_types": []}, role="management")
    assert changed.json()["grant_types"] == []
    assert [one["enabled"] for one in tenant.management("GET", "/guardian/factors").json()[:3]] == [True, False, True]
    sibling.http.close()
    tenant.controls("DELETE", f"/tenants/{sibling_id}")


def test_file_and_variations_are_inherited_and_added_to(tmp_path: Path) -> None:
    file = tmp_path / "tenant.toml"
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace("Local Tenant", "Inherited"), encoding="utf-8")
    parent = LocalTenant.serve(tmp_path, "--tenant-file", str(file), "--vary", "sms-sent-twice")
    _, sibling = sibling_of(parent, {"vary": ["identifier-first"]})
    user = sibling.user()
    assert sibling.http.get(sibling.url("/u/login"), timeout=3).status_code == 400
    user.enroll("sms", sibling.application("web"))
    assert ["for Inherited." in text["body"] for text in sibling.messages(user.phone)] == [True, True]
    _, grandchild = sibling_of(sibling)
    assert leaf(grandchild) == leaf(parent)
    clash = parent.controls("POST", "/tenants", {"vary": ["sms-not-sent"]})
    assert (clash.status_code, "both override" in clash.json()["error"]) == (400, True)
    for one in (sibling, grandchild):
        one.http.close()
    assert parent.stop() == 0
    assert eventually(lambda: not answers(sibling))
    assert eventually(lambda: not answers(grandchild))


def test_siblings_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = LocalTenant.serve(tmp_path)
    _, sibling = sibling_of(parent)
    assert answers(sibling)
    parent.http.close()
    assert parent.process is not None
    parent.process.kill()
    parent.process.wait(30)
    assert eventually(lambda: not answers(sibling))
    close_pipes(parent.process)
    sibling.http.close()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "expected a JSON object"),
        ({"varry": []}, "'varry' is not known"),
        ({"vary": "x"}, "vary: expected a list of names"),
        ({"vary": ["any-sms-cod-accepted"]}, "the nearest is 'any-sms-code-accepted'"),
    ],
)
def test_what_the_control_api_refuses(tenant: LocalTenant, body: object, words: str) -> None:
    answer = tenant.controls("POST", "/tenants", body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_the_control_api_needs_its_own_token(tenant: LocalTenant) -> None:
    for token in ("wrong", tenant.settings["PHONE_INBOX_TOKEN"]):
        assert tenant.controls("POST", "/tenants", {}, token=token).status_code == 401
    assert tenant.controls("GET", "/nothing").status_code == 404
