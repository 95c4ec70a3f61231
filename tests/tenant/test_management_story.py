"""Every endpoint of the Management API succeeds, in one story; what it left out nobody would have seen succeed."""

from __future__ import annotations

from typing import Any

from local_tenant.web.management import ENDPOINTS
from tests.tenant.administrator import EVERY, UNIFIED, ManagementCaller, body_of
from tests.tenant.client import PASSWORD, User

SECRETS = (
    PASSWORD, "twilio token", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "action secret", "a long signing secret",
)  # fmt: skip


def test_every_endpoint_succeeds_and_every_change_is_logged() -> None:
    """One long story; what it leaves out would be an endpoint that nobody ever saw succeed."""
    who = ManagementCaller(UNIFIED)
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
    assert {one for one in EVERY if one not in who.answered} == set()
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


def changes_in_the_log(who: ManagementCaller) -> list[dict[str, Any]]:
    """Every change, oldest first."""
    found: list[dict[str, Any]] = []
    for page in range(10):
        found += who.does("GET", "/logs", query=f"?q=type:sapi&sort=date:1&per_page=100&page={page}")
    return found


def users(who: ManagementCaller) -> None:
    user_id = who.mary().user_id
    assert [one["user_id"] for one in who.does("GET", "/users", query="?q=email:mary*")] == [user_id]
    assert who.does("GET", "/users-by-email", query="?email=mary@example.test")[0]["user_id"] == user_id
    assert who.does("PATCH", "/users/{id}", {"blocked": True}, id=user_id)["blocked"] is True
    assert who.does("GET", "/users/{id}", id=user_id, query="?fields=email,blocked") == {
        "email": "mary@example.test", "blocked": True,
    }  # fmt: skip
    assert who.does("GET", "/users/{id}/logs", id=user_id) == []
    who.does("DELETE", "/users/{id}", id=user_id)


def factors(who: ManagementCaller) -> None:
    user_id, methods = who.mary().user_id, "/users/{id}/authentication-methods"
    phone = who.does("POST", methods, {"type": "phone", "phone_number": "+15551234567", "name": "x"}, id=user_id)
    assert (phone["phone_number"], phone["confirmed"]) == ("+15551234567", True)
    one = methods + "/{method_id}"
    assert who.does("GET", one, id=user_id, method_id=phone["id"])["phone_number"] == "XXXXXXXX4567"
    assert who.does("PATCH", one, {"name": "y"}, id=user_id, method_id=phone["id"])["name"] == "y"
    (enrolled,) = who.does("GET", "/users/{id}/enrollments", id=user_id)
    assert (enrolled["status"], enrolled["phone_number"]) == ("confirmed", "XXXXXXXX4567")
    assert who.does("GET", "/guardian/enrollments/{id}", id=enrolled["id"]) == enrolled
    who.does("DELETE", "/guardian/enrollments/{id}", id=enrolled["id"])
    replaced = who.does(
        "PUT", methods, [{"type": "totp", "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}], id=user_id
    )
    assert replaced[0]["totp_secret"] == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    assert [each["type"] for each in who.does("GET", methods, id=user_id)] == ["totp"]
    who.does("DELETE", one, id=user_id, method_id=replaced[0]["id"])
    who.does("POST", methods, {"type": "totp"}, id=user_id)
    who.does("DELETE", "/users/{id}/multifactor/{provider}", id=user_id, provider="google-authenticator")
    assert who.does("GET", methods, id=user_id) == []
    who.does("POST", methods, {"type": "email", "email": "m@example.test"}, id=user_id)
    who.does("DELETE", methods, id=user_id)
    who.does("PUT", "/guardian/factors/{name}", {"enabled": True}, name="recovery-code")
    user = User(who, user_id, "mary@example.test")
    former = user.associate_app(user.mfa_access_token(who.web))["recovery_codes"][0]
    new = who.does("POST", "/users/{id}/recovery-code-regeneration", id=user_id)["recovery_code"]
    assert (len(new), new == former) == (24, False)
    who.does("DELETE", "/users/{id}/authenticators", id=user_id)
    who.does("POST", "/users/{id}/multifactor/actions/invalidate-remember-browser", id=user_id)
    who.does("GET", "/user-blocks", query="?identifier=mary@example.test")
    who.does("GET", "/user-blocks/{id}", id=user_id)
    who.does("DELETE", "/user-blocks", query="?identifier=mary@example.test")
    who.does("DELETE", "/user-blocks/{id}", id=user_id)
    who.does("DELETE", "/users/{id}", id=user_id)


def sessions(who: ManagementCaller) -> None:
    user, shown_there = who.mary(), []
    user_id = user.user_id
    for _ in range(3):
        user.sign_in(who.web, audience=None, scope="openid offline_access")
        who.move_clock(1)
        shown_there = [one["id"] for one in who.does("GET", "/users/{id}/sessions", id=user_id)["sessions"]]
    shown = who.does("GET", "/users/{id}/sessions", id=user_id, query="?take=2")
    assert (len(shown["sessions"]), shown["next"]) == (2, "2")
    first, second, third = shown_there
    assert who.does("GET", "/sessions/{id}", id=first)["user_id"] == user_id
    who.does("DELETE", "/sessions/{id}", id=first)
    left = who.does("GET", "/users/{id}/sessions", id=user_id)["sessions"]
    assert [one["id"] for one in left] == [second, third]
    who.does("DELETE", "/users/{id}/sessions", id=user_id)
    assert who.does("GET", "/users/{id}/sessions", id=user_id)["sessions"] == []
    tokens = who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]
    assert len(tokens) == 3
    assert who.does("GET", "/refresh-tokens/{id}", id=tokens[0]["id"]) == tokens[0]
    who.does("DELETE", "/refresh-tokens/{id}", id=tokens[0]["id"])
    assert len(who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]) == 2
    who.does("DELETE", "/users/{id}/refresh-tokens", id=user_id)
    assert who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"] == []
    who.does("POST", "/users/{id}/revoke-access", {}, id=user_id)
    with who.browser(who.web) as browser:
        at = browser.give_password(user, audience=None, scope="openid", prompt="consent")
        assert browser.post(at, action="accept").callback is not None
    (grant,) = who.does("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert grant["scope"] == ["openid"]
    who.does("DELETE", "/grants/{id}", id=grant["id"])
    who.does("DELETE", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert who.does("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}") == []


def guardian(who: ManagementCaller) -> None:
    assert len(who.does("GET", "/guardian/factors")) == 8
    assert who.does("PUT", "/guardian/factors/{name}", {"enabled": True}, name="duo") == {"enabled": True}
    assert who.does("PUT", "/guardian/policies", ["all-applications"]) == ["all-applications"]
    assert who.does("GET", "/guardian/policies") == ["all-applications"]
    for path in ("/guardian/factors/phone", "/guardian/factors/sms"):
        for name, body in (
            ("message-types", {"message_types": ["sms", "voice"]}),
            ("selected-provider", {"provider": "twilio"}),
            ("providers/twilio", {"sid": "AC1", "auth_token": "twilio token", "from": "+15550000000"}),
            ("templates", {"enrollment_message": "{{code}}", "verification_message": "{{ code }}!"}),
        ):
            put = who.does("PUT", f"{path}/{name}", body)
            assert {**put, **body} == put
            assert who.does("GET", f"{path}/{name}") == put
    ticket = who.does("POST", "/guardian/enrollments/ticket", {"user_id": who.user().user_id})
    assert ticket["ticket_url"].endswith(f"/mfa/enrollment?ticket={ticket['ticket_id']}")
    for one in ENDPOINTS:
        if one.path.startswith("/guardian/factors/") and (one.method, one.path) not in who.answered:
            who.does(one.method, one.path, {} if one.body else None, name="sms")


def clients(who: ManagementCaller) -> None:
    made = who.does("POST", "/clients", {"name": "new", "app_type": "spa", "callbacks": ["https://new.test/cb"]})
    client_id = made["client_id"]
    assert (made["token_endpoint_auth_method"], bool(made["client_secret"])) == ("none", True)
    who.does("PATCH", "/clients/{id}", {"is_first_party": False, "client_metadata": {"a": "b"}}, id=client_id)
    shown = who.does("GET", "/clients/{id}", id=client_id, query="?fields=client_secret&include_fields=false")
    assert (shown["is_first_party"], shown["client_metadata"], "client_secret" in shown) == (False, {"a": "b"}, False)
    assert client_id in [one["client_id"] for one in who.does("GET", "/clients")]
    assert who.does("POST", "/clients/{id}/rotate-secret", id=client_id)["client_secret"] != made["client_secret"]
    who.does("DELETE", "/clients/{id}", id=client_id)
    assert who.refused("GET", "/clients/{id}", id=client_id)[1] == "inexistent_client"


def apis(who: ManagementCaller) -> None:
    given = {
        "identifier": "https://api.test/",
        "scopes": [{"value": "read:x"}],
        "signing_secret": "a long signing secret",
    }
    made = who.does("POST", "/resource-servers", given)
    assert "signing_secret" not in made
    assert who.does("GET", "/resource-servers/{id}", id=made["id"])["token_lifetime"] == 86_400
    assert who.does("PATCH", "/resource-servers/{id}", {"token_lifetime": 60}, id=made["id"])["token_lifetime"] == 60
    assert len(who.does("GET", "/resource-servers")) == 2
    wanted = {"client_id": who.web.client_id, "audience": "https://api.test/", "scope": ["read:x"]}
    grant = who.does("POST", "/client-grants", wanted)
    assert who.refused("POST", "/client-grants", wanted)[0] == 409
    assert who.does("GET", "/client-grants", query=f"?client_id={who.web.client_id}") == [grant]
    assert who.does("GET", "/client-grants/{id}", id=grant["id"]) == grant
    assert who.does("PATCH", "/client-grants/{id}", {"scope": []}, id=grant["id"])["scope"] == []
    who.does("DELETE", "/client-grants/{id}", id=grant["id"])
    who.does("DELETE", "/resource-servers/{id}", id=made["id"])


def connections(who: ManagementCaller) -> None:
    made = who.does("POST", "/connections", {"name": "new", "strategy": "auth0", "enabled_clients": []})
    changes = [{"client_id": who.web.client_id, "status": True}]
    assert who.does("PATCH", "/connections/{id}/clients", changes, id=made["id"]) is None
    assert who.does("GET", "/connections/{id}/clients", id=made["id"]) == {
        "clients": [{"client_id": who.web.client_id}]
    }
    assert who.does("PATCH", "/connections/{id}", {"options": {"x": 1}}, id=made["id"])["options"] == {"x": 1}
    assert who.does("GET", "/connections/{id}", id=made["id"])["enabled_clients"] == [who.web.client_id]
    assert "new" in [one["name"] for one in who.does("GET", "/connections", query="?take=50")["connections"]]
    who.does("DELETE", "/connections/{id}", id=made["id"])


def tenant_wide(who: ManagementCaller) -> None:
    for (method, path), endpoint in EVERY.items():
        if path.startswith(("/attack-protection/", "/prompts", "/tenants/")):
            shown = who.does(method, path, body_of(endpoint))
            assert shown == who.does("GET", path)


def phones(who: ManagementCaller) -> None:
    given = {
        "name": "twilio", "credentials": {"auth_token": "twilio token"},
        "configuration": {"sid": "AC1", "default_from": "+15550000000", "delivery_methods": ["text"]},
    }  # fmt: skip
    providers, templates = "/branding/phone/providers", "/branding/phone/templates"
    made = who.does("POST", providers, given)
    assert "credentials" not in made
    assert who.refused("POST", providers, given)[0] == 409
    assert who.does("GET", providers) == {"providers": [made]}
    assert who.does("GET", providers + "/{id}", id=made["id"]) == made
    assert who.does("PATCH", providers + "/{id}", {"disabled": True}, id=made["id"])["disabled"] is True
    who.does("DELETE", providers + "/{id}", id=made["id"])
    template = who.does("POST", templates, {"type": "otp_enroll", "content": {"body": {"text": "Hi {{ code }}"}}})
    assert who.does("GET", templates) == {"templates": [template]}
    assert who.does("GET", templates + "/{id}", id=template["id"]) == template
    who.does("PATCH", templates + "/{id}", {"disabled": True}, id=template["id"])
    who.does("PATCH", templates + "/{id}/reset", {}, id=template["id"])
    who.does("DELETE", templates + "/{id}", id=template["id"])


def actions(who: ManagementCaller) -> None:
    one = "/actions/actions/{id}"
    given = {
        "name": "mine", "supported_triggers": [{"id": "post-login", "version": "v3"}],
        "secrets": [{"name": "KEY", "value": "action secret"}],
    }  # fmt: skip
    made = who.does("POST", "/actions/actions", given)
    assert made["secrets"] == [{"name": "KEY"}]
    assert who.does("PATCH", one, {"code": "exports.x = 1"}, id=made["id"])["code"] == "exports.x = 1"
    assert who.does("GET", one, id=made["id"])["name"] == "mine"
    assert who.does("GET", "/actions/actions")["total"] == 1
    bindings = {"bindings": [{"ref": {"type": "action_name", "value": "mine"}}]}
    trigger = "/actions/triggers/{id}/bindings"
    assert who.refused("PATCH", trigger, bindings, id="post-login")[0] == 404
    who.does("POST", one + "/deploy", id=made["id"])
    assert len(who.does("GET", "/actions/triggers")["triggers"]) > 3
    assert who.does("PATCH", trigger, bindings, id="post-login")["bindings"][0]["display_name"] == "mine"
    assert who.does("GET", trigger, id="post-login")["total"] == 1
    assert who.refused("DELETE", one, id=made["id"])[0] == 409
    who.does("DELETE", one, id=made["id"], query="?force=true")


def logs(who: ManagementCaller) -> None:
    newest = who.does("GET", "/logs", query="?per_page=1")[0]
    assert who.does("GET", "/logs/{id}", id=newest["log_id"]) == newest
