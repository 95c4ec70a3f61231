"""Refusals of the Management API. `error` is its `errorCode`, which some refusals do not have."""

from __future__ import annotations

from collections.abc import Callable

import requests

from tests.tenant.arranged import CONNECTION, Arranged
from tests.tenant.browser import PASSWORD
from tests.tenant.client import bearer
from tests.tenant.in_process import UNIFIED
from tests.tenant.refusals.table import Case, Table

API = {"identifier": "https://api.test/"}
PROVIDER = {"name": "twilio", "credentials": {"auth_token": "x"}}
TEMPLATE = {"type": "otp_enroll", "content": {"body": {"text": "{{ code }}"}}}
PHONE = {"type": "phone", "phone_number": "+15551230000"}
ACTION = {"name": "mine", "supported_triggers": [{"id": "post-login"}], "deploy": True}
TICKET = "/guardian/enrollments/ticket"
METHODS = "/users/{user}/authentication-methods"
NO_USER = (404, "inexistent_user", "The user does not exist.")
NO_CLIENT = (404, "inexistent_client", "The client does not exist")
NO_API = (404, "inexistent_resource_server", "The resource server does not exist")
Ask = Callable[[Arranged], requests.Response]


def api(method: str, path: str, body: object = None, times: int = 1) -> Ask:
    """Return a request that is sent `times` times; the blanks of its path are the user and the application."""

    def ask(it: Arranged) -> requests.Response:
        filled = path.format(user=it.mary.user_id.replace("|", "%7C"), client=it.spa.client_id)
        for _ in range(times - 1):
            it.manage(method, filled, body)
        return it.management(method, filled, body)

    return ask


def gets(path: str) -> Ask:
    return api("GET", path)


def user(**changes: object) -> Ask:
    """Return the request that creates a user, with changes; without changes it is sent twice."""
    given = {"email": "new@example.test", "password": PASSWORD, "connection": CONNECTION}
    return api("POST", "/users", given | changes, times=2 if changes == {} else 1)


def client_grant(times: int = 1, **changes: str) -> Ask:
    def ask(it: Arranged) -> requests.Response:
        it.manage("POST", "/resource-servers", API)
        body = {"client_id": it.spa.client_id, "audience": API["identifier"], "scope": []} | changes
        return api("POST", "/client-grants", body, times)(it)

    return ask


def with_header(value: str | None) -> Ask:
    return lambda it: it.http.get(it.url("/api/v2/users"), headers={} if value is None else {"Authorization": value})


def expired(it: Arranged) -> requests.Response:
    it.manage("GET", "/users")
    it.later(86_400)
    return it.management("GET", "/users")


def of_another_tenant(it: Arranged) -> requests.Response:
    grant = {"grant_type": "client_credentials", "audience": it.url("/api/v2/")}
    another = Arranged()
    token = another.token(another.application("deploy").body(**grant)).json()["access_token"]
    return with_header(f"Bearer {token}")(it)


def taken_address(it: Arranged) -> requests.Response:
    return api("PATCH", "/users/{user}", {"email": it.user().email})(it)


def bound_action(it: Arranged) -> requests.Response:
    made = it.manage("POST", "/actions/actions", ACTION)
    bindings = {"bindings": [{"ref": {"type": "action_name", "value": "mine"}}]}
    it.manage("PATCH", "/actions/triggers/post-login/bindings", bindings)
    return it.management("DELETE", f"/actions/actions/{made['id']}")


def undeployed_action(it: Arranged) -> requests.Response:
    it.manage("POST", "/actions/actions", ACTION | {"deploy": False})
    bindings = {"bindings": [{"ref": {"type": "action_name", "value": "mine"}}]}
    return it.management("PATCH", "/actions/triggers/post-login/bindings", bindings)


def bad_body(problem: str) -> tuple[int, str, str]:
    return 400, "invalid_body", f"Payload validation error: '{problem}'"


TOKENS: Table = {
    "API_HEADER_MISSING": Case(with_header(None), 401, "", "Missing authentication"),
    "API_TOKEN_BAD": Case(with_header("Bearer a.b.c"), 401, "", "Invalid token"),
    "API_TOKEN_EXPIRED": Case(expired, 401, "", "Expired token received for JSON Web Token validation"),
    "API_SIGNATURE_BAD": Case(of_another_tenant, 401, "", "Invalid signature received for JSON Web Token validation"),
    "API_AUDIENCE_BAD": Case(
        lambda it: it.http.get(it.url("/api/v2/users"), headers=bearer(it.access_token)), 401, "",
        "Bad audience: ['https://localhost:1/mfa/', 'https://localhost:1/userinfo']",
    ),
    "API_SCOPE": Case(
        lambda it: it.management("PATCH", f"/clients/{it.spa.client_id}", {"name": "x"}, role="management"), 403,
        "insufficient_scope", "Insufficient scope, expected any of: update:clients, update:client_keys",
    ),
    "API_RATE_LIMITED": Case(
        lambda it: (it.management("GET", "/users"), it.outage("/api/", 429).management("GET", "/users"))[1], 429,
        "too_many_requests", "Global limit has been reached",
    ),
} | {
    f"API_HEADER_BAD, {header!r}": Case(with_header(header), 400, "Bearer", "Bad HTTP authentication header format")
    for header in ("Basic abc", "Bearer", "Bearer ", "nonsense")
}  # fmt: skip

USERS: Table = {
    "API_BODY, email null": Case(
        user(email=None), 400, "invalid_body",
        "Payload validation error: 'Expected type string but found type null' on property email",
    ),
    "API_BODY, flag as a string": Case(
        user(email_verified="yes"), 400, "invalid_body",
        "Payload validation error: 'Expected type boolean but found type string' on property email_verified",
    ),
    "API_BODY, unknown property": Case(user(mail="x"), *bad_body("Additional properties not allowed: mail")),
    "API_QUERY": Case(
        gets("/users?per_page=101"), 400, "invalid_query_string",
        "Query validation error: 'Value 101 is greater than maximum 100' on property per_page",
    ),
    "USER_EXISTS": Case(user(), 409, "auth0_idp_error", "The user already exists."),
    "USER_MISSING": Case(gets("/users/auth0%7Cnobody"), *NO_USER),
    "USER_MISSING, of a ticket": Case(api("POST", TICKET, {"user_id": "auth0|nobody"}), *NO_USER),
    "USER_MISSING, of a ticket by email": Case(api("POST", TICKET, {"email": "nobody@example.test"}), *NO_USER),
    "EMAIL_TAKEN": Case(taken_address, 400, "", "The specified new email already exists"),
    "WEAK_PASSWORD": Case(user(password="weak"), 400, "", "PasswordStrengthError: Password is too weak"),
    "CONNECTION_MISSING": Case(
        user(connection="other"), 400, "inexistent_connection", "The connection does not exist.",
    ),
    "NO_SUCH_METHOD": Case(
        gets(f"{METHODS}/sms%7Cdev_nothing"), 404, "inexistent_authentication_method",
        "The authentication method does not exist.",
    ),
    "SAME_METHOD": Case(api("POST", METHODS, PHONE, times=2), 409, "", "The authentication method already exists."),
    "API_URI": Case(
        api("DELETE", "/users/{user}/multifactor/nothing"), 400, "invalid_uri",
        "Path validation error: 'No enum match for: nothing' on property provider",
    ),
    "NO_RECOVERY": Case(
        api("POST", "/users/{user}/recovery-code-regeneration"), 404, "", "The user does not have a recovery code.",
    ),
    "ENROLLMENT_MISSING": Case(
        gets("/guardian/enrollments/nothing"), 404, "enrollment_not_found", "Enrollment not found",
    ),
    "SESSION_MISSING": Case(gets("/sessions/nothing"), 404, "inexistent_session", "The session does not exist."),
    "TOKEN_MISSING": Case(
        gets("/refresh-tokens/nothing"), 404, "inexistent_refresh_token", "The refresh token does not exist.",
    ),
    "LOG_MISSING": Case(gets("/logs/1"), 404, "inexistent_log", "The log event does not exist."),
    "TICKET_BODY": Case(api("POST", TICKET, {"send_mail": False}), 400, "invalid_body",
                         "Either user_id or email is needed"),
}  # fmt: skip

SETTINGS: Table = {
    "CLIENT_MISSING": Case(gets("/clients/nobody"), *NO_CLIENT),
    "CLIENT_MISSING, of a grant": Case(client_grant(client_id="nobody"), *NO_CLIENT),
    "RESOURCE_SERVER_MISSING": Case(gets("/resource-servers/nothing"), *NO_API),
    "RESOURCE_SERVER_MISSING, of a grant": Case(client_grant(audience="https://nothing.test/"), *NO_API),
    "RESOURCE_SERVER_EXISTS": Case(
        api("POST", "/resource-servers", API, times=2), 409, "resource_server_exists",
        "A resource server with the same identifier exists.",
    ),
    "API_BODY, scopes of the Management API": Case(
        api("PATCH", "/resource-servers/management", {"scopes": []}),
        *bad_body("Additional properties not allowed: scopes"),
    ),
    "CLIENT_GRANT_MISSING": Case(
        gets("/client-grants/nothing"), 404, "inexistent_client_grant", "The client grant does not exist",
    ),
    "GRANT_EXISTS": Case(client_grant(times=2), 409, "resource_exists", "A resource with the same identifier exists."),
    "NO_SUCH_CONNECTION": Case(
        gets("/connections/nothing"), 404, "inexistent_connection", "The connection does not exist",
    ),
    "CONNECTION_EXISTS": Case(
        api("POST", "/connections", {"name": "twice", "strategy": "auth0"}, times=2), 409, "connection_conflict",
        "A connection with this name exists.",
    ),
    "API_ENTITLEMENT": Case(
        gets("/branding/phone/providers"), 403, "insufficient_entitlement",
        "This tenant does not have the unified phone experience.",
    ),
    "PROVIDER_EXISTS": Case(
        api("POST", "/branding/phone/providers", PROVIDER, times=2), 409, "phone_provider_conflict",
        "A phone provider is configured already.", text=UNIFIED,
    ),
    "PROVIDER_MISSING": Case(
        gets("/branding/phone/providers/nothing"), 404, "inexistent_phone_provider",
        "The phone provider does not exist.", text=UNIFIED,
    ),
    "TEMPLATE_EXISTS": Case(
        api("POST", "/branding/phone/templates", TEMPLATE, times=2), 409, "phone_template_conflict",
        "A template of this type exists.", text=UNIFIED,
    ),
    "TEMPLATE_MISSING": Case(
        gets("/branding/phone/templates/nothing"), 404, "inexistent_phone_template", "The template does not exist.",
        text=UNIFIED,
    ),
    "ACTION_MISSING": Case(
        gets("/actions/actions/nothing"), 404, "inexistent_action", "The action does not exist or is not deployed.",
    ),
    "ACTION_MISSING, not deployed": Case(
        undeployed_action, 404, "inexistent_action", "The action does not exist or is not deployed.",
    ),
    "ACTION_BOUND": Case(bound_action, 409, "action_bound", "The action is bound to a trigger."),
    "TRIGGER_MISSING": Case(
        gets("/actions/triggers/nothing/bindings"), 404, "inexistent_trigger", "The trigger does not exist.",
    ),
    "FACTOR_MISSING": Case(
        api("PUT", "/guardian/factors/smoke", {"enabled": True}), 404, "inexistent_factor",
        "The factor does not exist.",
    ),
    "API_BODY, unknown policy": Case(
        api("PUT", "/guardian/policies", ["always"]), 400, "invalid_body",
        "Payload validation error: 'No enum match for: always' on property 0",
    ),
}  # fmt: skip

MANAGEMENT: Table = TOKENS | USERS | SETTINGS
