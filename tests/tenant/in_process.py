"""A tenant in this process, without a network: its web apps behind `requests`, and a clock that stands."""

from __future__ import annotations

import io
from collections.abc import Sequence
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import Client

from local_tenant import profile, tenant_file, variations
from local_tenant.clock import Clock
from local_tenant.fault_injection import InboxWithOutages
from local_tenant.message_delivery import MessageDelivery
from local_tenant.tenant import Tenant as Rules
from local_tenant.test_controls.api import controls_app
from local_tenant.test_controls.dashboard import DashboardAccess
from local_tenant.test_controls.siblings import Handover, Siblings
from local_tenant.web.app import tenant_app
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from phone_inbox import Inbox, create_app
from tests.tenant.client import LocalTenant

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEFAULT = tenant_file.read(tenant_file.DEFAULT)
UNIFIED = 'phone_experience = "unified"\n' + DEFAULT
"""A tenant file with the unified phone experience."""
EVERY = {(one.method, one.path): one for one in ENDPOINTS}
"""The endpoints of the Management API."""
DOMAIN, CONTROL, INBOX = "localhost:1", "http://control.test", "http://inbox.test"


def all_factors(text: str = DEFAULT) -> str:
    """Return a tenant file with every factor and every channel enabled."""
    text = text.replace(" = false", " = true").replace("first_party = true", "first_party = false")
    return text.replace('message_types = ["sms"]', 'message_types = ["sms", "voice"]')


class StoppedClock(Clock):
    """A clock that stands until it is moved, so that time limits are exact on a slow machine."""

    def now(self) -> float:
        return 1_800_000_000.0 + self.offset


class InProcess(LocalTenant):
    """A tenant in this process; `rules` has what HTTP does not show."""

    time_passes = False
    address = "127.0.0.1"
    """The IP address of requests."""

    def __init__(self, text: str = DEFAULT, vary: Sequence[str] = (), clock: Clock | None = None) -> None:
        clock = clock or StoppedClock()
        self.inbox = Inbox(clock.now)
        post = MessageDelivery(self.inbox, clock)
        chosen = variations.find(vary)
        self.rules = Rules(tenant_file.parse(text), DOMAIN, clock, post, chosen)
        self.app = tenant_app(self.rules)
        self.app.testing = True  # an internal error is raised, not sent as a response
        dashboard = DashboardAccess("dashboard", self.inbox, list(vary))
        self._served: dict[str, WSGIApplication] = {
            f"https://{DOMAIN}": self.app,
            CONTROL: controls_app(self.rules, post, Siblings(Handover(), clock), "control", dashboard),
            INBOX: InboxWithOutages(create_app(self.inbox, "inbox"), self.rules.fault_injection),
        }
        settings = profile.profile(
            self.rules, Path("no-such-file"), (CONTROL, "control"), (f"{INBOX}/messages", "inbox")
        )
        super().__init__(settings)

    def _trust(self, session: requests.Session) -> None:
        session.trust_env = False
        for address, app in self._served.items():
            session.mount(address, WebApp(app, self))


class WebApp(HTTPAdapter):
    """Sends requests to a web app without a socket."""

    def __init__(self, app: WSGIApplication, tenant: InProcess) -> None:
        super().__init__()
        self._client, self._tenant = Client(app, use_cookies=False), tenant

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        headers = {name: value for name, value in request.headers.items() if name != "Content-Length"}
        response = self._client.open(
            request.path_url, base_url=str(request.url).removesuffix(request.path_url), method=request.method or "GET",
            headers=headers, data=request.body, environ_overrides={"REMOTE_ADDR": self._tenant.address},
        )  # fmt: skip
        message = HTTPMessage()
        for name, value in response.headers:
            message.add_header(name, value)
        # requests reads cookies from the original response.
        original: Any = SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None)
        raw = HTTPResponse(
            io.BytesIO(response.get_data()), headers=HTTPHeaderDict(list(response.headers)),
            status=response.status_code, preload_content=False, original_response=original,
        )  # fmt: skip
        return self.build_response(request, raw)


def filled(endpoint: Endpoint) -> dict[str, str]:
    """Return a value for each blank of a path; no object has it."""
    return dict.fromkeys(("id", "method_id", "name", "provider"), "nothing")


def body_of(endpoint: Endpoint) -> object:
    """Return the smallest body of the declared shape."""
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
