"""Every endpoint of the Management API succeeds, in one story; what it left out nobody would have seen succeed."""

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
    """One long story; what it leaves out would be an endpoint that nobody ever saw succeed."""
    who = Recorded()
    users(who)
    factors(who)
    sessions(who)
    guardian(who)
    clients(who)
    apis(who)
    connections(who)
    tenant_wide(who)
    phones(who)
    actions(who)
    logs(who)
    assert {one for one in EVERY if one not in who.succeeded} == set()
    entries = changes_in_the_log(who)
    assert {one["description"] for one in entries} == {one.log_description for one in ENDPOINTS if one.log_description}
    assert entries[0]["client_id"] == who.application("deploy").client_id
    for secret in SECRETS:
        assert secret not in str(entries)
    request = entries[0]["details"]["request"]
    assert {name: request[name] for name in ("method", "path", "channel")} == {
        "method": "POST", "path": "/api/v2/users", "channel": "api",
    }  # fmt: skip
    assert (request["body"]["email"], request["body"]["password"]) == ("mary@example.test", "*****")
    assert request["auth"]["user"] == {"user_id": f"{entries[0]['client_id']}@clients"}


def changes_in_the_log(who: Recorded) -> list[dict[str, Any]]:
    """Every change, oldest first."""
    found: list[dict[str, Any]] = []
    for page in range(10):
        found += who.manage("GET", "/logs", query=f"?q=type:sapi&sort=date:1&per_page=100&page={page}")
    return found


def users(who: Recorded) -> None:
    user_id = who.user("mary@example.test").user_id
    assert [one["user_id"] for one in who.manage("GET", "/users", query="?q=email:mary*")] == [user_id]
    assert who.manage("GET", "/users-by-email", query="?email=mary@example.test")[0]["user_id"] == user_id
    assert who.manage("PATCH", "/users/{id}", {"blocked": True}, id=user_id)["blocked"] is True
    assert who.manage("GET", "/users/{id}", id=user_id, query="?fields=email,blocked") == {
        "email": "mary@example.test", "blocked": True,
    }  # fmt: skip
    assert who.manage("GET", "/users/{id}/logs", id=user_id) == []
    who.manage("DELETE", "/users/{id}", id=user_id)


def factors(who: Recorded) -> None:
    user_id, methods = who.user("mary@example.test").user_id, "/users/{id}/authentication-methods"
    phone = who.manage("POST", methods, {"type": "phone", "phone_number": "+15551234567", "name": "x"}, id=user_id)
    assert (phone["phone_number"], phone["confirmed"]) == ("+15551234567", True)
    one = methods + "/{method_id}"
    assert who.manage("GET", one, id=user_id, method_id=phone["id"])["phone_number"] == "XXXXXXXX4567"
    assert who.manage("PATCH", one, {"name": "y"}, id=user_id, method_id=phone["id"])["name"] == "y"
    (enrolled,) = who.manage("GET", "/users/{id}/enrollments", id=user_id)
    assert (enrolled["status"], enrolled["phone_number"]) == ("confirmed", "XXXXXXXX4567")
    assert who.manage("GET", "/guardian/enrollments/{id}", id=enrolled["id"]) == enrolled
    who.manage("DELETE", "/guardian/enrollments/{id}", id=enrolled["id"])
    replaced = who.manage(
        "PUT", methods, [{"type": "totp", "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}], id=user_id
    )
    assert replaced[0]["totp_secret"] == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert [each["type"] for each in who.manage("GET", methods, id=user_id)] == ["totp"]
    who.manage("DELETE", one, id=user_id, method_id=replaced[0]["id"])
    who.manage("POST", methods, {"type": "totp"}, id=user_id)
    who.manage("DELETE", "/users/{id}/multifactor/{provider}", id=user_id, provider="google-authenticator")
    assert who.manage("GET", methods, id=user_id) == []
    who.manage("POST", methods, {"type": "email", "email": "m@example.test"}, id=user_id)
    who.manage("DELETE", methods, id=user_id)
    who.manage("PUT", "/guardian/factors/{name}", {"enabled": True}, name="recovery-code")
    user = User(who, user_id, "mary@example.test")
    former = user.associate_app(user.mfa_access_token(who.web))["recovery_codes"][0]
    new = who.manage("POST", "/users/{id}/recovery-code-regeneration", id=user_id)["recovery_code"]
    assert (len(new), new == former) == (24, False)
    who.manage("DELETE", "/users/{id}/authenticators", id=user_id)
    who.manage("POST", "/users/{id}/multifactor/actions/invalidate-remember-browser", id=user_id)
    who.manage("GET", "/user-blocks", query="?identifier=mary@example.test")
    who.manage("GET", "/user-blocks/{id}", id=user_id)
    who.manage("DELETE", "/user-blocks", query="?identifier=mary@example.test")
    who.manage("DELETE", "/user-blocks/{id}", id=user_id)
    who.manage("DELETE", "/users/{id}", id=user_id)


def sessions(who: Recorded) -> None:
    user, shown_there = who.user("mary@example.test"), []
    user_id = user.user_id
    for _ in range(3):
        user.sign_in(who.web, audience=None, scope="openid offline_access")
        who.move_clock(1)
        shown_there = [one["id"] for one in who.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"]]
    shown = who.manage("GET", "/users/{id}/sessions", id=user_id, query="?take=2")
    assert (len(shown["sessions"]), shown["next"]) == (2, "2")
    first, second, third = shown_there
    assert who.manage("GET", "/sessions/{id}", id=first)["user_id"] == user_id
    who.manage("DELETE", "/sessions/{id}", id=first)
    left = who.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"]
    assert [one["id"] for one in left] == [second, third]
    who.manage("DELETE", "/users/{id}/sessions", id=user_id)
    assert who.manage("GET", "/users/{id}/sessions", id=user_id)["sessions"] == []
    tokens = who.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]
    assert len(tokens) == 3
    assert who.manage("GET", "/refresh-tokens/{id}", id=tokens[0]["id"]) == tokens[0]
    who.manage("DELETE", "/refresh-tokens/{id}", id=tokens[0]["id"])
    assert len(who.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]) == 2
    who.manage("DELETE", "/users/{id}/refresh-tokens", id=user_id)
    assert who.manage("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"] == []
    who.manage("POST", "/users/{id}/revoke-access", {}, id=user_id)
    with who.browser(who.web) as browser:
        at = browser.give_password(user, audience=None, scope="openid", prompt="consent")
        assert browser.post(at, action="accept").callback is not None
    (grant,) = who.manage("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert grant["scope"] == ["openid"]
    who.manage("DELETE", "/grants/{id}", id=grant["id"])
    who.manage("DELETE", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert who.manage("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}") == []


def guardian(who: Recorded) -> None:
    assert len(who.manage("GET", "/guardian/factors")) == 8
    assert who.manage("PUT", "/guardian/factors/{name}", {"enabled": True}, name="duo") == {"enabled": True}
    assert who.manage("PUT", "/guardian/policies", ["all-applications"]) == ["all-applications"]
    assert who.manage("GET", "/guardian/policies") == ["all-applications"]
    for path in ("/guardian/factors/phone", "/guardian/factors/sms"):
        for name, body in (
            ("message-types", {"message_types": ["sms", "voice"]}),
            ("selected-provider", {"provider": "twilio"}),
            ("providers/twilio", {"sid": "AC1", "auth_token": "twilio token", "from": "+15550000000"}),
            ("templates", {"enrollment_message": "{{code}}", "verification_message": "{{ code }}!"}),
        ):
            put = who.manage("PUT", f"{path}/{name}", body)
            assert {**put, **body} == put
            assert who.manage("GET", f"{path}/{name}") == put
    ticket = who.manage("POST", "/guardian/enrollments/ticket", {"user_id": who.user().user_id})
    assert ticket["ticket_url"].endswith(f"/mfa/enrollment?ticket={ticket['ticket_id']}")
    for one in ENDPOINTS:
        if one.path.startswith("/guardian/factors/") and (one.method, one.path) not in who.succeeded:
            who.manage(one.method, one.path, {} if one.body else None, name="sms")


def clients(who: Recorded) -> None:
    made = who.manage("POST", "/clients", {"name": "new", "app_type": "spa", "callbacks": ["https://new.test/cb"]})
    client_id = made["client_id"]
    assert (made["token_endpoint_auth_method"], bool(made["client_secret"])) == ("none", True)
    who.manage("PATCH", "/clients/{id}", {"is_first_party": False, "client_metadata": {"a": "b"}}, id=client_id)
    shown = who.manage("GET", "/clients/{id}", id=client_id, query="?fields=client_secret&include_fields=false")
    assert (shown["is_first_party"], shown["client_metadata"], "client_secret" in shown) == (False, {"a": "b"}, False)
    assert client_id in [one["client_id"] for one in who.manage("GET", "/clients")]
    assert who.manage("POST", "/clients/{id}/rotate-secret", id=client_id)["client_secret"] != made["client_secret"]
    who.manage("DELETE", "/clients/{id}", id=client_id)
    assert who.refused("GET", "/clients/{id}", id=client_id)[1] == "inexistent_client"


def apis(who: Recorded) -> None:
    given = {
        "identifier": "https://api.test/",
        "scopes": [{"value": "read:x"}],
        "signing_secret": "a long signing secret",
    }
    made = who.manage("POST", "/resource-servers", given)
    assert "signing_secret" not in made
    assert who.manage("GET", "/resource-servers/{id}", id=made["id"])["token_lifetime"] == 86_400
    assert who.manage("PATCH", "/resource-servers/{id}", {"token_lifetime": 60}, id=made["id"])["token_lifetime"] == 60
    assert len(who.manage("GET", "/resource-servers")) == 2
    wanted = {"client_id": who.web.client_id, "audience": "https://api.test/", "scope": ["read:x"]}
    grant = who.manage("POST", "/client-grants", wanted)
    assert who.refused("POST", "/client-grants", wanted)[0] == 409
    assert who.manage("GET", "/client-grants", query=f"?client_id={who.web.client_id}") == [grant]
    assert who.manage("GET", "/client-grants/{id}", id=grant["id"]) == grant
    assert who.manage("PATCH", "/client-grants/{id}", {"scope": []}, id=grant["id"])["scope"] == []
    who.manage("DELETE", "/client-grants/{id}", id=grant["id"])
    who.manage("DELETE", "/resource-servers/{id}", id=made["id"])


def connections(who: Recorded) -> None:
    made = who.manage("POST", "/connections", {"name": "new", "strategy": "auth0", "enabled_clients": []})
    changes = [{"client_id": who.web.client_id, "status": True}]
    assert who.manage("PATCH", "/connections/{id}/clients", changes, id=made["id"]) is None
    assert who.manage("GET", "/connections/{id}/clients", id=made["id"]) == {
        "clients": [{"client_id": who.web.client_id}]
    }
    assert who.manage("PATCH", "/connections/{id}", {"options": {"x": 1}}, id=made["id"])["options"] == {"x": 1}
    assert who.manage("GET", "/connections/{id}", id=made["id"])["enabled_clients"] == [who.web.client_id]
    assert "new" in [one["name"] for one in who.manage("GET", "/connections", query="?take=50")["connections"]]
    who.manage("DELETE", "/connections/{id}", id=made["id"])


def tenant_wide(who: Recorded) -> None:
    for (method, path), endpoint in EVERY.items():
        if path.startswith(("/attack-protection/", "/prompts", "/tenants/")):
            shown = who.manage(method, path, body_of(endpoint))
            assert shown == who.manage("GET", path)


def phones(who: Recorded) -> None:
    given = {
        "name": "twilio", "credentials": {"auth_token": "twilio token"},
        "configuration": {"sid": "AC1", "default_from": "+15550000000", "delivery_methods": ["text"]},
    }  # fmt: skip
    providers, templates = "/branding/phone/providers", "/branding/phone/templates"
    made = who.manage("POST", providers, given)
    assert "credentials" not in made
    assert who.refused("POST", providers, given)[0] == 409
    assert who.manage("GET", providers) == {"providers": [made]}
    assert who.manage("GET", providers + "/{id}", id=made["id"]) == made
    assert who.manage("PATCH", providers + "/{id}", {"disabled": True}, id=made["id"])["disabled"] is True
    who.manage("DELETE", providers + "/{id}", id=made["id"])
    template = who.manage("POST", templates, {"type": "otp_enroll", "content": {"body": {"text": "Hi {{ code }}"}}})
    assert who.manage("GET", templates) == {"templates": [template]}
    assert who.manage("GET", templates + "/{id}", id=template["id"]) == template
    who.manage("PATCH", templates + "/{id}", {"disabled": True}, id=template["id"])
    who.manage("PATCH", templates + "/{id}/reset", {}, id=template["id"])
    who.manage("DELETE", templates + "/{id}", id=template["id"])


def actions(who: Recorded) -> None:
    one = "/actions/actions/{id}"
    given = {
        "name": "mine", "supported_triggers": [{"id": "post-login", "version": "v3"}],
        "secrets": [{"name": "KEY", "value": "action secret"}],
    }  # fmt: skip
    made = who.manage("POST", "/actions/actions", given)
    assert made["secrets"] == [{"name": "KEY"}]
    assert who.manage("PATCH", one, {"code": "exports.x = 1"}, id=made["id"])["code"] == "exports.x = 1"
    assert who.manage("GET", one, id=made["id"])["name"] == "mine"
    assert who.manage("GET", "/actions/actions")["total"] == 1
    bindings = {"bindings": [{"ref": {"type": "action_name", "value": "mine"}}]}
    trigger = "/actions/triggers/{id}/bindings"
    assert who.refused("PATCH", trigger, bindings, id="post-login")[0] == 404
    who.manage("POST", one + "/deploy", id=made["id"])
    assert len(who.manage("GET", "/actions/triggers")["triggers"]) > 3
    assert who.manage("PATCH", trigger, bindings, id="post-login")["bindings"][0]["display_name"] == "mine"
    assert who.manage("GET", trigger, id="post-login")["total"] == 1
    assert who.refused("DELETE", one, id=made["id"])[0] == 409
    who.manage("DELETE", one, id=made["id"], query="?force=true")


def logs(who: Recorded) -> None:
    newest = who.manage("GET", "/logs", query="?per_page=1")[0]
    assert who.manage("GET", "/logs/{id}", id=newest["log_id"]) == newest
