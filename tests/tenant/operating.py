"""A tenant without a network, and an operator with any scopes: for the whole table of the Management API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local_tenant import scopes
from local_tenant.clock import Clock
from local_tenant.model import Application
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from local_tenant.web.app import tenant_app
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from phone_inbox import Inbox
from tests.tenant.driving import PASSWORD

EVERY = {(one.method, one.path): one for one in ENDPOINTS}


@dataclass
class Operator:
    """Asks the Management API of one tenant; what it was answered with success is remembered."""

    tenant: Tenant
    inbox: Inbox
    browser: FlaskClient
    answered: set[tuple[str, str]] = field(default_factory=set)
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def web(self) -> Application:
        return self.tenant.configuration.applications["web"]

    def token(self, granted: tuple[str, ...] = scopes.ALL) -> str:
        if granted not in self.tokens:
            answer = self.tenant.tokens.machine_answer(self.web, self.tenant.audiences.management(), list(granted))
            self.tokens[granted] = str(answer["access_token"])
        return self.tokens[granted]

    def ask(
        self, method: str, path: str, body: object = None, *, token: str | None = None, query: str = "", **named: str
    ) -> TestResponse:
        """Ask; `path` is the table's, its blanks filled by `named`."""
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        data = None if body is None else json.dumps(body)
        filled = path.format(**{name: value.replace("|", "%7C") for name, value in named.items()})
        return self.browser.open(
            f"/api/v2{filled}{query}", method=method, data=data, headers=headers, content_type="application/json"
        )

    def does(self, method: str, path: str, body: object = None, *, query: str = "", **named: str) -> Any:
        """Ask for what must succeed, and return what came."""
        answer = self.ask(method, path, body, query=query, **named)
        assert 200 <= answer.status_code < 300, (method, path, answer.get_data(as_text=True))
        self.answered.add((method, path))
        return answer.get_json(silent=True)

    def refused(
        self, method: str, path: str, body: object = None, *, query: str = "", **named: str
    ) -> tuple[int, Any, str]:
        """Ask for what must not succeed: status, `errorCode`, `message`."""
        answer = self.ask(method, path, body, query=query, **named)
        said = answer.get_json()
        assert (said["statusCode"], answer.status_code >= 400) == (answer.status_code, True), said
        return answer.status_code, said.get("errorCode"), said["message"]


def operator(more: str = "", *, text: str | None = None) -> Operator:
    """Return an operator of a new tenant; `more` begins its file."""
    inbox = Inbox()
    tenant = Tenant(parse(more + (text or read(DEFAULT))), "localhost:1", Clock(), inbox, [])
    app = tenant_app(tenant)
    app.testing = True  # an internal error is raised here, not answered
    return Operator(tenant, inbox, app.test_client())


def filled(endpoint: Endpoint) -> dict[str, str]:
    """Blanks of a path that name nothing."""
    return dict.fromkeys(("id", "method_id", "name", "provider"), "nothing")


def make_user(who: Operator, email: str = "mary@example.test") -> str:
    body = {"email": email, "password": PASSWORD, "connection": who.tenant.configuration.connection}
    return str(who.does("POST", "/users", body)["user_id"])
