"""An administrator: calls the Management API by the paths of its own table, with any scopes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests

from local_tenant.tenant_file import MANAGEMENT_SCOPES
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from tests.tenant.client import PASSWORD, Application, Refusal, User, refusal
from tests.tenant.in_process import DEFAULT, InProcess

EVERY = {(one.method, one.path): one for one in ENDPOINTS}
UNIFIED = 'phone_experience = "unified"\n' + DEFAULT


class ManagementCaller(InProcess):
    """A tenant and its administrator; what succeeded is remembered."""

    def __init__(self, text: str = DEFAULT) -> None:
        super().__init__(text)
        self.answered: set[tuple[str, str]] = set()

    @property
    def web(self) -> Application:
        return self.application("web")

    def granted(self, *scope: str) -> str:
        """Return an access token with these scopes, or with all."""
        body = self.application("deploy").body(grant_type="client_credentials", audience=self.url("/api/v2/"))
        token: str = self.token(body | {"scope": " ".join(scope or MANAGEMENT_SCOPES)}).json()["access_token"]
        return token

    def ask(
        self, method: str, path: str, body: object = None, *, scope: str = "", query: str = "", **named: str
    ) -> requests.Response:
        """Call an endpoint; the blanks of its path are filled by `named`."""
        filled = path.format(**{name: quote(value, safe="") for name, value in named.items()})
        return self.api(method, filled + query, body, scope=scope)

    def does(self, method: str, path: str, body: object = None, *, query: str = "", **named: str) -> Any:
        """Call what must succeed, and return what came."""
        answer = self.ask(method, path, body, query=query, **named)
        assert 200 <= answer.status_code < 300, (method, path, answer.text)
        self.answered.add((method, path))
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: object = None, *, query: str = "", **named: str) -> Refusal:
        """Call what must not succeed: status, `errorCode`, `message`."""
        return refusal(self.ask(method, path, body, query=query, **named))

    def mary(self) -> User:
        """Create a user of a known address."""
        body = {"email": "mary@example.test", "password": PASSWORD, "connection": self.settings["AUTH0_CONNECTION"]}
        return User(self, self.does("POST", "/users", body)["user_id"], "mary@example.test")


def filled(endpoint: Endpoint) -> dict[str, str]:
    """Fill the blanks of a path with what names nothing."""
    return dict.fromkeys(("id", "method_id", "name", "provider"), "nothing")


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
