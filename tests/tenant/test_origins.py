"""CORS, as a browser asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.tenant import Tenant as Rules
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.client import Application, LocalTenant

PATHS = ["/oauth/token", "/oauth/revoke", "/mfa/associate", "/mfa/authenticators", "/mfa/authenticators/sms%7Cdev_x",
         "/mfa/challenge", "/userinfo", "/dbconnections/signup", "/.well-known/jwks.json"]  # fmt: skip
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,auth0-client,content-type",
}
ALLOW = "Access-Control-Allow-Origin"


def origin_of(application: Application) -> str:
    parts = urlsplit(application.callback)
    return f"{parts.scheme}://{parts.netloc}"


def preflight(tenant: LocalTenant, path: str, origin: str) -> requests.Response:
    return tenant.http.options(tenant.url(path), headers=ASKED | {"Origin": origin})


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered(tenant: LocalTenant, spa: Application, path: str) -> None:
    answer = preflight(tenant, path, origin_of(spa))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers[ALLOW] == origin_of(spa)
    assert {"post", "get", "delete"} <= words(answer.headers["Access-Control-Allow-Methods"])
    assert words(answer.headers["Access-Control-Allow-Headers"]) == {"authorization", "content-type", "auth0-client"}
    assert "origin" in words(answer.headers["Vary"])


@pytest.mark.parametrize("path", PATHS)
def test_a_refusal_can_be_read_by_the_page_that_asked(tenant: LocalTenant, spa: Application, path: str) -> None:
    answer = tenant.http.post(tenant.url(path), json={}, headers={"Origin": origin_of(spa)})
    assert answer.status_code >= 400
    assert (answer.headers[ALLOW], answer.headers["Vary"]) == (origin_of(spa), "Origin")


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.test", "null", "https://spa.test.elsewhere.test", "http://spa.test"]
)
def test_another_page_is_told_nothing(tenant: LocalTenant, origin: str) -> None:
    answer = preflight(tenant, "/oauth/token", origin)
    assert answer.status_code == 204
    assert ALLOW not in answer.headers
    assert "Access-Control-Allow-Headers" not in answer.headers
    assert ALLOW not in tenant.http.post(tenant.url("/oauth/token"), json={}, headers={"Origin": origin}).headers


@pytest.mark.parametrize("path", ["/authorize", "/api/v2/users", "/u/login"])
def test_no_page_may_call_anything_else(tenant: LocalTenant, spa: Application, path: str) -> None:
    assert ALLOW not in preflight(tenant, path, origin_of(spa)).headers
    assert ALLOW not in tenant.http.get(tenant.url(path), headers={"Origin": origin_of(spa)}).headers


@pytest.fixture
def own_origins(tenant: LocalTenant, spa: Application) -> Iterator[None]:
    change = {"allowed_origins": ["https://allowed.test"], "web_origins": ["https://web-message.test"]}
    assert tenant.management("PATCH", f"/clients/{spa.client_id}", change).status_code == 200
    yield
    tenant.management("PATCH", f"/clients/{spa.client_id}", {"allowed_origins": [], "web_origins": []})


@pytest.mark.usefixtures("own_origins")
def test_origins_that_the_administrator_allows(tenant: LocalTenant) -> None:
    for origin in ("https://allowed.test", "https://web-message.test"):
        assert preflight(tenant, "/mfa/associate", origin).headers[ALLOW] == origin


def test_where_web_origins_are_not_for_cors() -> None:
    (dialect,) = variations.find(["no-cors-for-web-origins"])
    tenant = Rules(parse(read(DEFAULT)), "localhost:1", Clock(), Inbox(), [dialect])
    application = tenant.configuration.applications["spa"]
    application.allowed_origins, application.web_origins = ["https://allowed.test"], ["https://web-message.test"]
    assert tenant.origins.is_allowed("https://allowed.test")
    assert not tenant.origins.is_allowed("https://web-message.test")


def test_what_is_no_address_has_no_origin(tenant: LocalTenant, spa: Application) -> None:
    kept = tenant.management("GET", f"/clients/{spa.client_id}").json()["callbacks"]
    tenant.management("PATCH", f"/clients/{spa.client_id}", {"callbacks": [*kept, "https://[", ""]})
    answer = preflight(tenant, "/oauth/token", "https://[")
    tenant.management("PATCH", f"/clients/{spa.client_id}", {"callbacks": kept})
    assert (answer.status_code, ALLOW in answer.headers) == (204, False)


def test_a_limit_can_be_read_by_the_page_too(tenant: LocalTenant, spa: Application) -> None:
    tenant.controls("POST", "/outages", {"path": "/mfa/challenge", "response": 503})
    answer = tenant.http.post(tenant.url("/mfa/challenge"), json={}, headers={"Origin": origin_of(spa)})
    assert (answer.status_code, answer.headers[ALLOW]) == (503, origin_of(spa))
