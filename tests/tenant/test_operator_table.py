"""Every endpoint of the Management API: its success, its scopes, what it does not know, what it does not read."""

from __future__ import annotations

import pytest

from local_tenant import scopes
from local_tenant.model import Order, Session
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from tests.tenant.operating import EVERY, Operator, filled, make_user, operator

NAMES = [f"{one.method} {one.path}" for one in ENDPOINTS]
WHO = operator()
UNIFIED = operator('phone_experience = "unified"\n')
FORGIVING = {
    ("DELETE", "/users/{id}"), ("DELETE", "/clients/{id}"), ("DELETE", "/grants/{id}"), ("GET", "/users/{id}/logs"),
}  # fmt: skip
"""What is gone already is deleted; nobody's log is empty."""

UNKNOWN = {
    "/users": "inexistent_user", "/user-blocks": "inexistent_user", "/clients": "inexistent_client",
    "/resource-servers": "inexistent_resource_server", "/client-grants": "inexistent_client_grant",
    "/connections": "inexistent_connection", "/guardian/enrollments": "enrollment_not_found",
    "/guardian/factors": "inexistent_factor", "/sessions": "inexistent_session",
    "/refresh-tokens": "inexistent_refresh_token", "/branding/phone/providers": "inexistent_phone_provider",
    "/branding/phone/templates": "inexistent_phone_template", "/actions/actions": "inexistent_action",
    "/actions/triggers": "inexistent_trigger", "/logs": "inexistent_log",
}  # fmt: skip
"""What each says that does not know the first name in its path."""


def who_for(endpoint: Endpoint) -> Operator:
    return UNIFIED if endpoint.path.startswith("/branding/") else WHO


def body_of(endpoint: Endpoint) -> object:
    """A body of the declared shape, as small as it may be."""
    return None if endpoint.body is None else least(dict(endpoint.body))


def least(shape: dict[str, object]) -> object:
    match shape["type"]:
        case "object":
            properties: dict[str, dict[str, object]] = shape["properties"]  # type: ignore[assignment]
            needed = list(shape["required"]) or list(properties)[: int(shape["minProperties"])]  # type: ignore[call-overload]
            return {name: least(properties[name]) for name in needed}
        case "array":
            return [least(shape["items"]) for _ in range(int(shape["minItems"]))]  # type: ignore[arg-type, call-overload]
        case "boolean":
            return True
        case "integer":
            return shape["minimum"]
    if shape["enum"]:
        return shape["enum"][0]  # type: ignore[index]
    return "a@example.test" if shape["format"] == "email" else "+15550000000"


def test_no_two_rows_are_the_same() -> None:
    assert len(EVERY) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_each_demands_its_scopes(endpoint: Endpoint) -> None:
    others = tuple(scope for scope in scopes.ALL if scope not in endpoint.scopes)
    assert set(endpoint.scopes) <= set(scopes.ALL)
    answer = who_for(endpoint).ask(
        endpoint.method,
        endpoint.path,
        body_of(endpoint),
        token=WHO.token(others) if who_for(endpoint) is WHO else UNIFIED.token(others),
        **filled(endpoint),
    )
    assert (answer.status_code, answer.get_json()) == (
        403,
        {
            "statusCode": 403, "error": "Forbidden", "errorCode": "insufficient_scope",
            "message": f"Insufficient scope, expected any of: {', '.join(endpoint.scopes)}",
        },
    )  # fmt: skip


@pytest.mark.parametrize("scope", sorted({scope for one in ENDPOINTS for scope in one.scopes}))
def test_any_one_of_its_scopes_is_enough(scope: str) -> None:
    for endpoint in (one for one in ENDPOINTS if scope in one.scopes):
        who = who_for(endpoint)
        answer = who.ask(endpoint.method, endpoint.path, token=who.token((scope,)), **filled(endpoint))
        assert answer.status_code != 403, endpoint.path


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if "{" in one.path], ids=[name for name in NAMES if "{" in name]
)
def test_what_is_not_known(endpoint: Endpoint) -> None:
    if (endpoint.method, endpoint.path) in FORGIVING:
        who_for(endpoint).does(endpoint.method, endpoint.path, body_of(endpoint), **filled(endpoint))
        return
    refused = who_for(endpoint).refused(endpoint.method, endpoint.path, body_of(endpoint), **filled(endpoint))
    if endpoint.path.endswith("{provider}"):
        assert refused[:2] == (400, "invalid_uri")
    else:
        assert refused[:2] == (404, UNKNOWN[endpoint.path.partition("/{")[0]])


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if one.body is not None],
    ids=[f"{one.method} {one.path}" for one in ENDPOINTS if one.body is not None],
)  # fmt: skip
def test_bodies_that_are_not_read(endpoint: Endpoint) -> None:
    who, other = who_for(endpoint), "array" if endpoint.body["type"] == "object" else "object"  # type: ignore[index]
    wrongs: list[object] = ["text", 1, [] if other == "array" else {}]
    for wrong in wrongs:
        status, code, message = who.refused(endpoint.method, endpoint.path, wrong, **filled(endpoint))
        assert (status, code) == (400, "invalid_body")
        assert message.startswith(f"Payload validation error: 'Expected type {endpoint.body['type']} but found type ")  # type: ignore[index]
    if other == "array" and not endpoint.body["additionalProperties"]:  # type: ignore[index]
        body = body_of(endpoint)
        assert isinstance(body, dict)
        unknown = who.refused(endpoint.method, endpoint.path, body | {"surplus": 1}, **filled(endpoint))
        assert unknown == (
            400,
            "invalid_body",
            "Payload validation error: 'Additional properties not allowed: surplus'",
        )
        for name in endpoint.body["required"]:  # type: ignore[index]
            without = {key: value for key, value in body.items() if key != name}
            assert who.refused(endpoint.method, endpoint.path, without, **filled(endpoint))[1:] == (
                "invalid_body", f"Payload validation error: 'Missing required property: {name}'",
            )  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_queries_that_are_not_read(endpoint: Endpoint) -> None:
    if endpoint.query["required"]:
        missing = who_for(endpoint).refused(endpoint.method, endpoint.path, **filled(endpoint))
        assert missing[:2] == (400, "invalid_query_string")
    surplus = who_for(endpoint).refused(endpoint.method, endpoint.path, query="?surplus=1", **filled(endpoint))
    assert surplus[:2] == (400, "invalid_query_string")


def test_every_endpoint_succeeds_and_every_change_is_logged() -> None:
    """One long story; what it leaves out would be an endpoint that nobody ever saw succeed."""
    who = operator('phone_experience = "unified"\n')
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
    entries = [one for one in who.tenant.log.entries if one.type == "sapi"]
    assert {one.description for one in entries} == {one.does for one in ENDPOINTS if one.does}
    assert who.web.client_id == entries[0].client_id
    everything = str([one.details for one in entries])
    for secret in (
        "Passw0rd!",
        "twilio token",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "action secret",
        "a long signing secret",
    ):
        assert secret not in everything
    request = entries[0].details["request"]
    assert isinstance(request, dict)
    assert {name: request[name] for name in ("method", "path", "channel")} == {
        "method": "POST", "path": "/api/v2/users", "channel": "api",
    }  # fmt: skip
    assert request["body"]["email"] == "mary@example.test"
    assert request["body"]["password"] == "*****"
    assert request["auth"]["user"] == {"user_id": f"{who.web.client_id}@clients"}


def users(who: Operator) -> None:
    user_id = make_user(who)
    assert [one["user_id"] for one in who.does("GET", "/users", query="?q=email:mary*")] == [user_id]
    assert who.does("GET", "/users-by-email", query="?email=mary@example.test")[0]["user_id"] == user_id
    assert who.does("PATCH", "/users/{id}", {"blocked": True}, id=user_id)["blocked"] is True
    assert who.does("GET", "/users/{id}", id=user_id, query="?fields=email,blocked") == {
        "email": "mary@example.test", "blocked": True,
    }  # fmt: skip
    assert who.does("GET", "/users/{id}/logs", id=user_id) == []
    who.does("DELETE", "/users/{id}", id=user_id)


def factors(who: Operator) -> None:
    user_id, methods = make_user(who), "/users/{id}/authentication-methods"
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
    who.tenant.authenticators.add(who.tenant.people.get(user_id), "recovery-code", secret="A" * 24)
    new = who.does("POST", "/users/{id}/recovery-code-regeneration", id=user_id)["recovery_code"]
    assert (len(new), new == "A" * 24) == (24, False)
    who.does("DELETE", "/users/{id}/authenticators", id=user_id)
    who.does("POST", "/users/{id}/multifactor/actions/invalidate-remember-browser", id=user_id)
    who.does("GET", "/user-blocks", query="?identifier=mary@example.test")
    who.does("GET", "/user-blocks/{id}", id=user_id)
    who.does("DELETE", "/user-blocks", query="?identifier=mary@example.test")
    who.does("DELETE", "/user-blocks/{id}", id=user_id)
    who.does("DELETE", "/users/{id}", id=user_id)


def sessions(who: Operator) -> None:
    user_id = make_user(who)
    person, tenant = who.tenant.people.get(user_id), who.tenant
    for cookie in ("one", "two", "three"):
        tenant.store.sessions[cookie] = Session(user_id, tenant.clock.now(), False)
        tenant.refresh_tokens.issue(Order(person, who.web, None, ["openid"], grant=cookie))
    shown = who.does("GET", "/users/{id}/sessions", id=user_id, query="?take=2")
    assert (len(shown["sessions"]), shown["next"]) == (2, "2")
    assert "one" not in [one["id"] for one in shown["sessions"]]
    assert who.does("GET", "/sessions/{id}", id=shown["sessions"][0]["id"])["user_id"] == user_id
    who.does("DELETE", "/sessions/{id}", id=shown["sessions"][0]["id"])
    assert sorted(tenant.store.sessions) == ["three", "two"]
    who.does("DELETE", "/users/{id}/sessions", id=user_id)
    assert tenant.store.sessions == {}
    tokens = who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]
    assert len(tokens) == 3
    assert who.does("GET", "/refresh-tokens/{id}", id=tokens[0]["id"]) == tokens[0]
    who.does("DELETE", "/refresh-tokens/{id}", id=tokens[0]["id"])
    assert len(who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"]) == 2
    who.does("DELETE", "/users/{id}/refresh-tokens", id=user_id)
    assert who.does("GET", "/users/{id}/refresh-tokens", id=user_id)["tokens"] == []
    who.does("POST", "/users/{id}/revoke-access", {}, id=user_id)
    tenant.store.consents[user_id, who.web.client_id, ""] = {"openid"}
    (grant,) = who.does("GET", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert grant["scope"] == ["openid"]
    who.does("DELETE", "/grants/{id}", id=grant["id"])
    who.does("DELETE", "/grants", query=f"?user_id={user_id.replace('|', '%7C')}")
    assert tenant.store.consents == {}


def guardian(who: Operator) -> None:
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
    ticket = who.does("POST", "/guardian/enrollments/ticket", {"user_id": next(iter(who.tenant.store.people))})
    assert ticket["ticket_url"].endswith(f"/mfa/enrollment?ticket={ticket['ticket_id']}")
    for one in ENDPOINTS:
        if one.path.startswith("/guardian/factors/") and (one.method, one.path) not in who.answered:
            who.does(one.method, one.path, {} if one.body else None, name="sms")


def clients(who: Operator) -> None:
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


def apis(who: Operator) -> None:
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


def connections(who: Operator) -> None:
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


def tenant_wide(who: Operator) -> None:
    for (method, path), endpoint in EVERY.items():
        if path.startswith(("/attack-protection/", "/prompts", "/tenants/")):
            shown = who.does(method, path, body_of(endpoint))
            assert shown == who.does("GET", path)


def phones(who: Operator) -> None:
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


def actions(who: Operator) -> None:
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


def logs(who: Operator) -> None:
    newest = who.does("GET", "/logs", query="?per_page=1")[0]
    assert who.does("GET", "/logs/{id}", id=newest["log_id"]) == newest
