"""Whatever is sent to whichever endpoint: never an internal error, a traceback, a hang or a secret in the answer."""

from __future__ import annotations

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
from tests.tenant.client import PASSWORD
from tests.tenant.endpoints import EVERY, UNIFIED
from tests.tenant.in_process import InProcess

WHO = InProcess(UNIFIED)
MARY = WHO.user("mary@example.test")
HARMLESS = tuple(one for one in MANAGEMENT_SCOPES if "client_keys" not in one)


def mfa_token() -> str:
    WHO.manage("PUT", "/guardian/policies", ["all-applications"])
    token = MARY.mfa_token(WHO.web)
    WHO.manage("PUT", "/guardian/policies", [])
    return token


TOKENS = [WHO.management_token(scope=" ".join(HARMLESS)), MARY.mfa_access_token(WHO.web), mfa_token(), "nonsense"]
SECRETS = [PASSWORD, *(value for name, value in WHO.settings.items() if name.endswith("_SECRET"))]
KEPT = [one["id"] for path in ("/connections", "/client-grants") for one in WHO.manage("GET", path)]
KNOWN_IDS: list[str] = [
    MARY.user_id, WHO.web.client_id, *KEPT, "management", "sms",
    "post-login", "google-authenticator",
]  # fmt: skip
RULES = [(sorted((rule.methods or {"GET"}) - {"OPTIONS", "HEAD"}), rule.rule) for rule in WHO.app.url_map.iter_rules()]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
TYPES = [
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "",
    "application/json; charset=utf-16", "application/json; charset=nonsense",
]  # fmt: skip
PROPERTIES = sorted(
    {name for one in ENDPOINTS for shape in (one.body, one.query) if shape for name in shape.get("properties", {})}
    | {"grant_type", "client_id", "mfa_token", "otp", "oob_code", "authenticator_types", "state", "action", "username"}
)
HARD = ["x" * 9000, "\x00", "%", "{{", "..", "0", "", "true", "\ud800", "\U0001f600", "'", '"', "-1", "1e999", "null"]
BROWSER = WHO.app.test_client()
STATUSES: Counter[int] = Counter()


class Wild(random.Random):
    """Makes requests; the same number makes the same ones."""

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
        """A value of the declared shape, or mostly so: what is all wrong never gets deep."""
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
        return self.choice([json.dumps(self.value()).encode(), self.randbytes(20), b"[" * 5_000, pairs, b""])

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
        if token := self.choice([*TOKENS, *TOKENS[:1] * 6, None]):
            headers["Authorization"] = f"{self.choice(['Bearer'] * 6 + ['bearer', 'Basic'])} {token}"
        return {
            "method": method, "path": "/".join(parts), "headers": headers, "query_string": urlencode(query),
            "data": self.body(EVERY.get((method, table))), "content_type": self.choice(TYPES[:1] * 3 + TYPES),
        }  # fmt: skip


def send(request: dict[str, Any]) -> None:
    began = time.monotonic()
    answer = BROWSER.open(**request)
    assert time.monotonic() - began < 30
    STATUSES[answer.status_code] += 1
    assert answer.status_code < 500 or answer.status_code == 503, request
    body = answer.get_data(as_text=True)
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


def test_wild_requests_get_deep() -> None:
    """What is always refused at the door would prove nothing."""
    STATUSES.clear()
    wild = Wild(1)
    for _ in range(1_000):
        send(wild.request())
    assert STATUSES[200] + STATUSES[201] > 10
    assert {204, 400, 401, 403, 404} <= STATUSES.keys()
