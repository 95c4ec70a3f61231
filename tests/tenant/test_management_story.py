"""Every endpoint of the Management API succeeds, and every change is logged."""

from __future__ import annotations

from typing import Any

from local_tenant.web.management import ENDPOINTS
from tests.tenant.client import PASSWORD, User
from tests.tenant.in_process import EVERY, UNIFIED, InProcess, body_of

SECRETS = (
    PASSWORD, "twilio token", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "action secret", "a long signing secret",
)  # fmt: skip


class Recorded(InProcess):
    """A tenant that notes which endpoints succeeded."""

    def __init__(self) -> None:
        super().__init__(UNIFIED)
        self.succeeded: set[tuple[str, str]] = set()

    def manage(self, method: str, path: str, body: object = None, **more: str) -> Any:
        result = super().manage(method, path, body, **more)
        self.succeeded.add((method, path))
        return result


def test_every_endpoint_succeeds_and_every_change_is_logged() -> None:
    tenant = Recorded()
    users(tenant)
    factors(tenant)
    sessions(tenant)
    guardian(tenant)
    clients(tenant)
    apis(tenant)
    connections(tenant)
    tenant_wide(tenant)
    phones(tenant)
    actions(tenant)
    logs(tenant)
    assert {one for one in EVERY if one not in tenant.succeeded} == set()
    entries = changes_in_the_log(tenant)
    assert {one["description"] for one in entries} == {one.log_description for one in ENDPOINTS if one.log_description}
    assert entries[0]["client_id"] == tenant.application("deploy").client_id
    for secret in SECRETS:
        assert secret not in str(entries)
    request = entries[0]["details"]["request"]
    assert {name: request[name] for name in ("method", "path", "channel")} == {
        "method": "POST", "path": "/api/v2/users", "channel": "api",
    }  # fmt: skip
    assert (request["body"]["email"], request["body"]["password"]) == ("mary@example.test", "*****")
    assert request["auth"]["user"] == {"user_id": f"{entries[0]['client_id']}@clients"}


def changes_in_the_log(tenant: Recorded) -> list[dict[str, Any]]:
    """Return the log events of every change, oldest first."""
    found: list[dict[str, Any]] = []
    for page in range(10):
        found += tenant.manage("GET", "/logs", query=f"?q=type:sapi&sort=date:1&per_page=100&page={page}")
    return found


def users(tenant: Recorded) -> None:
    user_id = tenant.user("mary@example.test").user_id
    assert [one["user_id"] for one in tenant.manage("GET", "/users", query="?q=email:mary*")] == [user_id]
    assert tenant.manage("GET", "/users-by-email", query="?email=mary@example.test")[0]["user_id"] == user_id
    assert tenant.manage("PATCH", "/users/{id}", {"blocked": True}, id=user_id)["blocked"] is True
    assert tenant.manage("GET", "/users/{id}", id=user_id, query="?fields=email,blocked") == {
        "email": "mary@example.test", "blocked": True,
    }  # fmt: skip
    assert tenant.manage("GET", "/users/{id}/logs", id=user_id) == []
    tenant.manage("DELETE", "/users/{id}", id=user_id)


def factors(tenant: Recorded) -> None:
    user_id, methods = tenant.user("mary@example.test").user_id, "/users/{id}/authentication-methods"
    phone = tenant.manage("POST", methods, {"type": "phone", "phone_number": "+15551234567", "name": "x"}, id=user_id)
    assert (phone["phone_number"], phone["confirmed"]) == ("+15551234567", True)
    one = methods + "/{method_id}"
    assert tenant.manage("GET", one, id=user_id, method_id=phone["id"])["phone_number"] == "XXXXXXXX4567"
    assert tenant.manage("PATCH", one, {"name": "y"}, id=user_id, method_id=phone["id"])["name"] == "y"
    (enrolled,) = tenant.manage("GET", "/users/{id}/enrollments", id=user_id)
    assert (enrolled["status"], enrolled["phone_number"]) == ("confirmed", "XXXXXXXX4567")
    assert tenant.manage("GET", "/guardian/enrollments/{id}", id=enrolled["id"]) == enrolled
    tenant.manage("DELETE", "/guardian/enrollments/{id}", id=enrolled["id"])
    replaced = tenant.manage(
        "PUT", methods, [{"type": "totp", "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}], id=user_id
    )
    assert replaced[0]["totp_secret"] == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert [each["type"] for each in tenant.manage("GET", methods, id=user_id)] == ["totp"]
    tenant.manage("DELETE", one, id=user_id, method_id=replaced[0]["id"])
    tenant.manage("POST", methods, {"type": "totp"}, id=user_id)
    tenant.manage("DELETE", "/users/{id}/multifactor/{provider}", id=user_id, provider="google-authenticator")
    assert tenant.manage("GET", methods, id=user_id) == []
    tenant.manage("POST", methods, {"type": "email", "email": "m@example.test"}, id=user_id)
    tenant.manage("DELETE", methods, id=user_id)
    tenant.manage("PUT", "/guardian/factors/{name}", {"enabled": True}, name="recovery-code")
    user = User(tenant, user_id, "mary@example.test")
    former = user.associate_app(user.mfa_access_token(tenant.web))["recovery_codes"][0]
    new = tenant.manage("POST", "/users/{id}/recovery-code-regeneration", id=user_id)["recovery_code"]
    assert (len(new), new == former) == (24, False)
    tenant.manage("DELETE", "/users/{id}/authenticators", id=user_id)
    tenant.manage("POST", "/users/{id}/multifactor/actions/invalidate-remember-browser", id=user_id)
    tenant.manage("GET", "/user-blocks", query="?identifier=mary@example.test")
    tenant.manage("GET", "/user-blocks/{id}", id=user_id)
    tenant.manage("DELETE", "/user-blocks", query="?identifier=mary@example.test")
    tenant.manage("DELETE", "/user-blocks/{id}", id=user_id)
    tenant.manage("DELETE", "/users/{id}", id=user_id)


def sessions(tenant: Recorded) -> None:
    user, ids = tenant.user("mary@example.test"), []
    user_id = user.user_id
    for _ in range(3):
        user.sign_in(tenant.web, audience=None, scope="openid offline_access")
        tenant.move_clock(1)
        ids = [one["id"] for one in tenant.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"]]
    shown = tenant.manage("GET", "/users/{id}/sessions", id=user_id, query="?take=2")
    assert (len(shown["sessions"]), shown["next"]) == (2, "2")
    first, second, third = ids
    assert tenant.manage("GET", "/sessions/{id}", id=first)["user_id"] == user_id
    tenant.manage("DELETE", "/sessions/{id}", id=first)
    left = tenant.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"]
    assert [one["id"] for one in left] == [second, third]
    tenant.manage("DELETE", "/users/{id}/sessions", id=user_id)
    assert tenant.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"] == []
    tokens = tenant.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]
    assert len(tokens) == 3
    assert tenant.manage("GET", "/refresh-tokens/{id}", id=tokens[0]["id"]) == tokens[0]
    tenant.manage("DELETE", "/refresh-tokens/{id}", id=tokens[0]["id"])
    assert len(tenant.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]) == 2
    tenant.manage("DELETE", "/users/{id}/refresh-tokens", id=user_id)
    assert tenant.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"] == []
    tenant.manage("POST", "/users/{id}/revoke-access", {}, id=user_id)
    with tenant.browser(tenant.web) as browser:
        at = browser.give_password(user, audience=None, scope="openid", prompt="consent")
        assert browser.post(at, action="accept").callback is not None
    (grant,) = tenant.manage("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert grant["scope"] == ["openid"]
    tenant.manage("DELETE", "/grants/{id}", id=grant["id"])
    tenant.manage("DELETE", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert tenant.manage("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}") == []


def guardian(tenant: Recorded) -> None:
    assert len(tenant.manage("GET", "/guardian/factors")) == 8
    assert tenant.manage("PUT", "/guardian/factors/{name}", {"enabled": True}, name="duo") == {"enabled": True}
    assert tenant.manage("PUT", "/guardian/policies", ["all-applications"]) == ["all-applications"]
    assert tenant.manage("GET", "/guardian/policies") == ["all-applications"]
    for path in ("/guardian/factors/phone", "/guardian/factors/sms"):
        for name, body in (
            ("message-types", {"message_types": ["sms", "voice"]}),
            ("selected-provider", {"provider": "twilio"}),
            ("providers/twilio", {"sid": "AC1", "auth_token": "twilio token", "from": "+15550000000"}),
            ("templates", {"enrollment_message": "{{code}}", "verification_message": "{{ code }}!"}),
        ):
            put = tenant.manage("PUT", f"{path}/{name}", body)
            assert {**put, **body} == put
            assert tenant.manage("GET", f"{path}/{name}") == put
    ticket = tenant.manage("POST", "/guardian/enrollments/ticket", {"user_id": tenant.user().user_id})
    assert ticket["ticket_url"].endswith(f"/mfa/enrollment?ticket={ticket['ticket_id']}")
    for one in ENDPOINTS:
        if one.path.startswith("/guardian/factors/") and (one.method, one.path) not in tenant.succeeded:
            tenant.manage(one.method, one.path, {} if one.body else None, name="sms")


def clients(tenant: Recorded) -> None:
    made = tenant.manage("POST", "/clients", {"name": "new", "app_type": "spa", "callbacks": ["https://new.test/cb"]})
    client_id = made["client_id"]
    assert (made["token_endpoint_auth_method"], bool(made["client_secret"])) == ("none", True)
    tenant.manage("PATCH", "/clients/{id}", {"is_first_party": False, "client_metadata": {"a": "b"}}, id=client_id)
    shown = tenant.manage("GET", "/clients/{id}", id=client_id, query="?fields=client_secret&include_fields=false")
    assert (shown["is_first_party"], shown["client_metadata"], "client_secret" in shown) == (False, {"a": "b"}, False)
    assert client_id in [one["client_id"] for one in tenant.manage("GET", "/clients")]
    assert tenant.manage("POST", "/clients/{id}/rotate-secret", id=client_id)["client_secret"] != made["client_secret"]
    tenant.manage("DELETE", "/clients/{id}", id=client_id)
    assert tenant.refused("GET", "/clients/{id}", id=client_id)[1] == "inexistent_client"


def apis(tenant: Recorded) -> None:
    given = {
        "identifier": "https://api.test/",
        "scopes": [{"value": "read:x"}],
        "signing_secret": "a long signing secret",
    }
    made = tenant.manage("POST", "/resource-servers", given)
    assert "signing_secret" not in made
    assert tenant.manage("GET", "/resource-servers/{id}", id=made["id"])["token_lifetime"] == 86_400
    assert (
        tenant.manage("PATCH", "/resource-servers/{id}", {"token_lifetime": 60}, id=made["id"])["token_lifetime"] == 60
    )
    assert len(tenant.manage("GET", "/resource-servers")) == 2
    wanted = {"client_id": tenant.web.client_id, "audience": "https://api.test/", "scope": ["read:x"]}
    grant = tenant.manage("POST", "/client-grants", wanted)
    assert tenant.refused("POST", "/client-grants", wanted)[0] == 409
    assert tenant.manage("GET", "/client-grants", query=f"?client_id={tenant.web.client_id}") == [grant]
    assert tenant.manage("GET", "/client-grants/{id}", id=grant["id"]) == grant
    assert tenant.manage("PATCH", "/client-grants/{id}", {"scope": []}, id=grant["id"])["scope"] == []
    tenant.manage("DELETE", "/client-grants/{id}", id=grant["id"])
    tenant.manage("DELETE", "/resource-servers/{id}", id=made["id"])


def connections(tenant: Recorded) -> None:
    made = tenant.manage("POST", "/connections", {"name": "new", "strategy": "auth0", "enabled_clients": []})
    changes = [{"client_id": tenant.web.client_id, "status": True}]
    assert tenant.manage("PATCH", "/connections/{id}/clients", changes, id=made["id"]) is None
    assert tenant.manage("GET", "/connections/{id}/clients", id=made["id"]) == {
        "clients": [{"client_id": tenant.web.client_id}]
    }
    assert tenant.manage("PATCH", "/connections/{id}", {"options": {"x": 1}}, id=made["id"])["options"] == {"x": 1}
    assert tenant.manage("GET", "/connections/{id}", id=made["id"])["enabled_clients"] == [tenant.web.client_id]
    assert "new" in [one["name"] for one in tenant.manage("GET", "/connections", query="?take=50")["connections"]]
    tenant.manage("DELETE", "/connections/{id}", id=made["id"])


def tenant_wide(tenant: Recorded) -> None:
    for (method, path), endpoint in EVERY.items():
        if path.startswith(("/attack-protection/", "/prompts", "/tenants/")):
            shown = tenant.manage(method, path, body_of(endpoint))
            assert shown == tenant.manage("GET", path)


def phones(tenant: Recorded) -> None:
    given = {
        "name": "twilio", "credentials": {"auth_token": "twilio token"},
        "configuration": {"sid": "AC1", "default_from": "+15550000000", "delivery_methods": ["text"]},
    }  # fmt: skip
    providers, templates = "/branding/phone/providers", "/branding/phone/templates"
    made = tenant.manage("POST", providers, given)
    assert "credentials" not in made
    assert tenant.refused("POST", providers, given)[0] == 409
    assert tenant.manage("GET", providers) == {"providers": [made]}
    assert tenant.manage("GET", providers + "/{id}", id=made["id"]) == made
    assert tenant.manage("PATCH", providers + "/{id}", {"disabled": True}, id=made["id"])["disabled"] is True
    tenant.manage("DELETE", providers + "/{id}", id=made["id"])
    template = tenant.manage("POST", templates, {"type": "otp_enroll", "content": {"body": {"text": "Hi {{ code }}"}}})
    assert tenant.manage("GET", templates) == {"templates": [template]}
    assert tenant.manage("GET", templates + "/{id}", id=template["id"]) == template
    tenant.manage("PATCH", templates + "/{id}", {"disabled": True}, id=template["id"])
    tenant.manage("PATCH", templates + "/{id}/reset", {}, id=template["id"])
    tenant.manage("DELETE", templates + "/{id}", id=template["id"])


def actions(tenant: Recorded) -> None:
    one = "/actions/actions/{id}"
    given = {
        "name": "mine", "supported_triggers": [{"id": "post-login", "version": "v3"}],
        "secrets": [{"name": "KEY", "value": "action secret"}],
    }  # fmt: skip
    made = tenant.manage("POST", "/actions/actions", given)
    assert made["secrets"] == [{"name": "KEY"}]
    assert tenant.manage("PATCH", one, {"code": "exports.x = 1"}, id=made["id"])["code"] == "exports.x = 1"
    assert tenant.manage("GET", one, id=made["id"])["name"] == "mine"
    assert tenant.manage("GET", "/actions/actions")["total"] == 1
    bindings = {"bindings": [{"ref": {"type": "action_name", "value": "mine"}}]}
    trigger = "/actions/triggers/{id}/bindings"
    assert tenant.refused("PATCH", trigger, bindings, id="post-login")[0] == 404
    tenant.manage("POST", one + "/deploy", id=made["id"])
    assert len(tenant.manage("GET", "/actions/triggers")["triggers"]) > 3
    assert tenant.manage("PATCH", trigger, bindings, id="post-login")["bindings"][0]["display_name"] == "mine"
    assert tenant.manage("GET", trigger, id="post-login")["total"] == 1
    assert tenant.refused("DELETE", one, id=made["id"])[0] == 409
    tenant.manage("DELETE", one, id=made["id"], query="?force=true")


def logs(tenant: Recorded) -> None:
    newest = tenant.manage("GET", "/logs", query="?per_page=1")[0]
    assert tenant.manage("GET", "/logs/{id}", id=newest["log_id"]) == newest
