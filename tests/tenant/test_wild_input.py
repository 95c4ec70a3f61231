"""Random input at every endpoint: never an internal error, a traceback, a hang or a secret in the response."""

from __future__ import annotations

import base64
import json
import random
import string
import time
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_tenant.tenant_file import MANAGEMENT_SCOPES
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from local_tenant.web.management.shapes import Shape
from local_tenant.web.screens import by_path
from tests.tenant.arranged import Arranged
from tests.tenant.client import OOB, OTP, PASSWORD, REALM_GRANT, RECOVERY, bearer
from tests.tenant.in_process import EVERY, UNIFIED, InProcess

TENANT = InProcess(UNIFIED)
MARY = TENANT.user("mary@example.test")
HARMLESS = tuple(one for one in MANAGEMENT_SCOPES if "client_keys" not in one)


def mfa_token() -> str:
    TENANT.manage("PUT", "/guardian/policies", ["all-applications"])
    token = MARY.mfa_token(TENANT.web)
    TENANT.manage("PUT", "/guardian/policies", [])
    return token


TOKENS = [TENANT.management_token(scope=" ".join(HARMLESS)), MARY.mfa_access_token(TENANT.web), mfa_token(), "nonsense"]
SECRETS = [PASSWORD, *(value for name, value in TENANT.settings.items() if name.endswith("_SECRET"))]
KEPT = [one["id"] for path in ("/connections", "/client-grants") for one in TENANT.manage("GET", path)]
KNOWN_IDS: list[str] = [
    MARY.user_id, TENANT.web.client_id, *KEPT, "management", "sms",
    "post-login", "google-authenticator",
]  # fmt: skip
RULES = [
    (sorted((rule.methods or {"GET"}) - {"OPTIONS", "HEAD"}), rule.rule) for rule in TENANT.app.url_map.iter_rules()
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
TYPES = [
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "",
    "application/json; charset=utf-16", "application/json; charset=nonsense",
]  # fmt: skip
PROPERTIES = sorted(
    {name for one in ENDPOINTS for shape in (one.body, one.query) if shape for name in shape.get("properties", {})}
    | {
        "grant_type",
        "client_id",
        "mfa_token",
        "otp",
        "oob_code",
        "authenticator_types",
        "state",
        "action",
        "username",
        "returnTo",
        "post_logout_redirect_uri",
        "id_token_hint",
        "ticket",
        "search",
        "sort",
        "from",
        "take",
    }
)
HARD = ["x" * 9000, "\x00", "%", "{{", "..", "0", "", "true", "\ud800", "\U0001f600", "'", '"', "-1", "1e999", "null"]
BROWSER = TENANT.app.test_client()
STATUSES: Counter[int] = Counter()


class Wild(random.Random):
    """Makes random requests; the same seed makes the same ones."""

    def word(self) -> str:
        return self.choice([
            self.choice(HARD), self.choice(KNOWN_IDS), chr(self.randrange(0x110000)) * self.randrange(4),
            "".join(self.choices(string.printable, k=self.randrange(12))),
        ])  # fmt: skip

    def name(self) -> str:
        return self.choice(PROPERTIES) if self.random() < 0.9 else self.word()

    def value(self, depth: int = 3) -> object:
        if depth and self.random() < 0.4:
            inner = range(self.randrange(4))
            if self.random() < 0.5:
                return [self.value(depth - 1) for _ in inner]
            return {self.name(): self.value(depth - 1) for _ in inner}
        return self.choice([None, True, False, 0, -1, 2**70, 1.5, float("nan"), self.word(), self.word()])

    def fitting(self, shape: Shape) -> object:
        """Return a value that fits a declared shape in most parts; other values are refused early."""
        if self.random() < 0.08:
            return self.value()
        match shape["type"]:
            case "object":
                names = set(shape["required"]) | {one for one in shape["properties"] if self.random() < 0.3}
                return {one: self.fitting(shape["properties"][one]) for one in names}
            case "array":
                return [self.fitting(shape["items"]) for _ in range(self.randrange(3))]
            case "boolean":
                return self.random() < 0.5
            case "integer":
                return self.choice([shape["minimum"], shape["maximum"], self.randrange(100)])
        return self.choice(shape["enum"]) if shape["enum"] else self.word()

    def body(self, endpoint: Endpoint | None) -> bytes:
        if endpoint is not None and endpoint.body is not None and self.random() < 0.7:
            return json.dumps(self.fitting(endpoint.body)).encode()
        pairs = "&".join(f"{self.name()}={self.word()}" for _ in range(4)).encode(errors="surrogatepass")
        return self.choice([json.dumps(self.value()).encode(), self.randbytes(20), b"[" * 50_000, pairs, b""])

    def request(self) -> dict[str, Any]:
        methods, rule = self.choice(RULES)
        method = self.choice(methods) if self.random() < 0.9 else self.choice(METHODS)
        parts = [quote(self.word(), safe="|", errors="replace") if one[:1] == "<" else one for one in rule.split("/")]
        query = [
            (self.name().encode(errors="replace"), self.word().encode(errors="replace"))
            for _ in range(self.choice([0, 0, 0, 1, 3]))
        ]
        table = rule.removeprefix("/api/v2").replace("<", "{").replace(">", "}")
        headers = {"X-Wild": "".join(self.choices("abc\t;',=", k=8))}
        if token := self.choice([*TOKENS, *TOKENS[:1] * 6, None, base64.b64encode(self.randbytes(12)).decode()]):
            headers["Authorization"] = f"{self.choice(['Bearer'] * 6 + ['bearer', 'Basic'])} {token}"
        return {
            "method": method, "path": "/".join(parts), "headers": headers, "query_string": urlencode(query),
            "data": self.body(EVERY.get((method, table))), "content_type": self.choice(TYPES[:1] * 3 + TYPES),
        }  # fmt: skip


def send(request: dict[str, Any]) -> None:
    began = time.monotonic()
    response = BROWSER.open(**request)
    assert time.monotonic() - began < 30
    STATUSES[response.status_code] += 1
    assert response.status_code < 500 or response.status_code == 503, request
    body = response.get_data(as_text=True)
    assert "Traceback" not in body
    assert not [secret for secret in SECRETS if secret in body], request["path"]


@given(st.integers(0, 2**32))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_thousand_requests(number: int) -> None:
    wild = Wild(number)
    for _ in range(10):
        send(wild.request())


@pytest.mark.soak
@given(st.integers(0, 2**32))
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_hundred_thousand_requests(number: int) -> None:
    wild = Wild(number)
    for _ in range(100):
        send(wild.request())


def test_wild_requests_reach_what_lies_behind_the_checks() -> None:
    """Requests that are all refused at the first check would show nothing."""
    STATUSES.clear()
    wild = Wild(1)
    for _ in range(1_000):
        send(wild.request())
    assert STATUSES[200] + STATUSES[201] > 10
    assert {204, 400, 401, 403, 404} <= STATUSES.keys()


IT = Arranged()
"""A tenant whose clock stands: no token of it expires."""
ENROLLED = IT.user()
ENROLLED.enroll_with(ENROLLED.enroll("sms", IT.spa), "otp", IT.spa)
MFA_TOKEN = IT.mfa_token
KINDS = {
    "mfa-sms-challenge": "sms", "mfa-otp-challenge": "totp", "mfa-login-options": "totp",
    "mfa-recovery-code-challenge": "recovery-code", "mfa-sms-list": "sms",
}  # fmt: skip
"""Pages of a challenge, and the kind of authenticator that they challenge."""
SIGN_IN = {"client_id": IT.web.client_id, "redirect_uri": IT.web.callback, "response_type": "code", "scope": "openid"}
FIELDS = ["action", "username", "email", "password", "code", "phone", "type", "saved", "rememberBrowser", "captcha"]
AUTHORIZE = [
    *SIGN_IN, "audience", "state", "prompt", "response_mode", "max_age", "connection", "acr_values", "ui_locales",
    "nonce",
]  # fmt: skip
GRANTS = [
    "authorization_code", "client_credentials", "refresh_token", "password", REALM_GRANT, OOB, OTP, RECOVERY,
]  # fmt: skip
TOKEN_REQUEST = [
    "code", "audience", "mfa_token", "otp", "oob_code", "binding_code", "client_secret", "scope", "refresh_token",
    "username", "password", "realm", "recovery_code",
]  # fmt: skip
SIGN_UP = ["client_id", "connection", "email", "password"]
BODIES: dict[str, tuple[dict[str, str], list[str], str, set[int]]] = {
    "/mfa/associate": ({}, ["authenticator_types", "oob_channels", "phone_number"], IT.access_token, {400}),
    "/mfa/challenge": (
        IT.spa.body(mfa_token=MFA_TOKEN), ["mfa_token", "challenge_type", "authenticator_id", "client_id"], "",
        {400, 401, 403},
    ),
    "/dbconnections/signup": ({}, SIGN_UP, "", {400}),
    "/dbconnections/change_password": ({}, SIGN_UP, "", {200, 400}),
    "/oauth/revoke": ({}, ["client_id", "client_secret", "token"], "", {400, 401}),
    "/userinfo": ({}, ["access_token"], IT.access_token, {200, 401}),
}  # fmt: skip
"""Correct parts of a body, the names of the others, a bearer token, and the statuses expected."""
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=[]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
token_parts = st.lists(
    anything.map(lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")), max_size=4
)


def post(path: str, body: object, token: str = "") -> int:
    headers = {"Content-Type": "application/json"} | (bearer(token) if token else {})
    return IT.app.test_client().post(path, data=json.dumps(body), headers=headers).status_code


@given(st.sampled_from(GRANTS), st.dictionaries(st.sampled_from(TOKEN_REQUEST), anything))
@settings(max_examples=200, deadline=None)
def test_token_requests(grant: str, body: dict[str, object]) -> None:
    assert post("/oauth/token", IT.web.body(grant_type=grant) | body) in (400, 401, 403)


@pytest.mark.parametrize("path", BODIES)
@given(data=st.data())
@settings(max_examples=75, deadline=None)
def test_bodies(path: str, data: st.DataObject) -> None:
    own, names, token, statuses = BODIES[path]
    body = data.draw(st.dictionaries(st.sampled_from(names), anything) | anything)
    assert post(path, own | body if isinstance(body, dict) else body, token) in statuses


@given(token_parts)
@settings(max_examples=150, deadline=None)
def test_tokens_of_any_shape(parts: list[str]) -> None:
    token = ".".join(parts)
    assert post("/mfa/associate", {}, token) == 401
    assert IT.app.test_client().get("/userinfo", headers=bearer(token)).status_code == 401
    assert IT.app.test_client().get("/api/v2/users", headers=bearer(token)).status_code in (400, 401)
    assertion = {
        "grant_type": "client_credentials", "client_assertion": token,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }  # fmt: skip
    assert post("/oauth/token", assertion) == 401


@given(st.dictionaries(st.sampled_from(range(3)), st.text("AZaz09-_=", max_size=6)))
@settings(max_examples=100, deadline=None)
def test_tokens_with_a_changed_part(changes: dict[int, str]) -> None:
    parts = dict(enumerate(IT.access_token.split(".")))
    token = ".".join((parts | changes).values())
    if token != IT.access_token:
        assert post("/mfa/associate", {}, token) == 401


@given(st.dictionaries(st.sampled_from(AUTHORIZE), st.text()), st.booleans())
@settings(max_examples=200, deadline=None)
def test_authorize_parameters(changes: dict[str, str], form: bool) -> None:
    client, given_there = IT.app.test_client(), SIGN_IN | changes
    response = client.post("/authorize", data=given_there) if form else client.get(
        "/authorize", query_string=given_there
    )  # fmt: skip
    assert response.status_code in (200, 302, 403)


@given(st.sampled_from(sorted(by_path())), st.dictionaries(st.text(max_size=12) | st.sampled_from(FIELDS), st.text()))
@settings(max_examples=200, deadline=None)
def test_forms_of_every_screen(path: str, fields: dict[str, str]) -> None:
    browser, store = IT.app.test_client(), IT.rules.store
    state = browser.get("/authorize", query_string=SIGN_IN).headers["Location"].partition("state=")[2]
    sign_in = store.sign_ins[state]
    user = ENROLLED if path in KINDS else IT.mary
    sign_in.user_id = None if path.startswith(("login", "signup")) else user.user_id
    if path in KINDS:
        own = IT.rules.authenticators.of(IT.rules.users.get(user.user_id))
        sign_in.authenticator_id = next(one.id for one in own if one.kind == KINDS[path])
    store.policy = "all-applications" if "enroll" in path or "country" in path else "never"
    IT.rules.sign_ins.show_screen(sign_in)
    assert browser.get(f"/u/{path}?state={state}").status_code in (200, 302)
    assert browser.post(f"/u/{path}?state={state}", data=fields).status_code in (200, 302, 400)
    store.policy = "never"
