"""Reading requests: parameters, tokens, client authentication, and the sign-in of a page."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.errors import BODY_UNREADABLE, PARAMETER_MISSING, Refused
from local_tenant.model import Credentials, SignIn
from local_tenant.rules.responses import origin_of
from local_tenant.tenant import Tenant

Answer = dict[str, str]
BROWSER_COOKIE = "auth0"
"""The cookie of a browser's sign-ins and session."""
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Parameters(dict[str, str]):
    """The parameters of a token request; empty and null values are left out."""

    def need(self, name: str) -> str:
        """Return a parameter. Raises Refused: 400 `invalid_request`."""
        if name not in self:
            raise Refused(PARAMETER_MISSING, name=name)
        return self[name]


def json_object() -> dict[str, object] | None:
    """Return the JSON object of the body; None for anything else."""
    body = json_value()
    return body if isinstance(body, dict) else None


def json_value() -> object:
    """Return the JSON value of the body; None for invalid JSON, lone surrogates and too deep nesting."""
    try:
        body = request.get_json(silent=True, force=True)
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return None
    return body


def parameters() -> Parameters:
    """Read a form-encoded body, or a JSON object of strings (AF-GRANT-01, AF-SDK-08). Raises Refused."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return Parameters({name: value for name, value in request.form.items() if value})
    body = json_object()
    if body is None:
        raise Refused(BODY_UNREADABLE)
    given = Parameters()
    for name, value in body.items():
        if value is not None and not isinstance(value, str):
            raise Refused(BODY_UNREADABLE)
        if value:
            given[name] = value
    return given


def credentials(given: Parameters) -> Credentials:
    """Read the client authentication from the Basic header or the body (AF-CLIENT-01)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        assertion = given.get("client_assertion") if given.get("client_assertion_type") == JWT_BEARER else None
        return Credentials(given.get("client_id"), given.get("client_secret"), assertion)
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Credentials(None)
    return Credentials(unquote(name), unquote(secret))


def bearer() -> str | None:
    """Return the bearer token of the Authorization header, if any."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Callback:
    """The redirect URI of a sign-in, its response mode, and the application's state."""

    url: str
    state: str | None
    mode: str = "query"

    def send(self, answer: Answer) -> Response:
        """Send the browser to the application with a code, tokens or an error."""
        said = answer | ({"state": self.state} if self.state is not None else {})
        match self.mode:
            case "web_message":
                nonce = secrets.token_urlsafe(12)
                page = render_template("web_message.html", origin=origin_of(self.url), said=said, nonce=nonce)
                return make_response(page)
            case "fragment":
                return redirect(f"{self.url}#{urlencode(said)}")
            case _:
                return redirect(f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(said)}")


def callback_of(tenant: Tenant, sign_in: SignIn) -> Callback:
    """Return the callback of a sign-in."""
    return Callback(sign_in.redirect_uri, tenant.sign_ins.callback_state(sign_in), sign_in.response_mode)


def set_callback(callback: Callback) -> None:
    """Send later refusals of this request to the callback."""
    g.callback = callback


def current_sign_in(tenant: Tenant) -> SignIn:
    """Return the sign-in of a page, and send later refusals to its callback, if it has one. Raises Refused."""
    sign_in = tenant.sign_ins.find(request.values.get("state"), request.cookies.get(BROWSER_COOKIE, ""))
    if not sign_in.ticket:
        set_callback(callback_of(tenant, sign_in))
    return sign_in
