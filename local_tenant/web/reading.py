"""Reading requests: parameters, tokens, who asks; and a browser in the middle of a sign-in, and its way back."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from urllib.parse import unquote, urlencode, urlsplit

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.errors import BODY_UNREADABLE, PARAMETER_MISSING, Refused
from local_tenant.model import Credentials, SignIn
from local_tenant.tenant import Tenant

Answer = dict[str, str]
BROWSER_COOKIE = "auth0"
"""Whose a sign-in is, and who is signed in."""
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Parameters(dict[str, str]):
    """The parameters of a token request; what is empty or null is absent."""

    def need(self, name: str) -> str:
        """Return a parameter, or refuse: 400 `invalid_request`."""
        if name not in self:
            raise Refused(PARAMETER_MISSING, name=name)
        return self[name]


def json_object() -> dict[str, object] | None:
    """Return the JSON object of the body; None for anything else."""
    body = json_value()
    return body if isinstance(body, dict) else None


def json_value() -> object:
    """Return what JSON the body is; None for anything else, half characters and bottomless nesting included."""
    try:
        body = request.get_json(silent=True, force=True)
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return None
    return body


def parameters() -> Parameters:
    """Read a form or a JSON object of texts (AF-GRANT-01, AF-SDK-08)."""
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
    """Read who the application says it is: from the Basic header, or from the body (AF-CLIENT-01)."""
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
    """Return the bearer token of the header, if there is one."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Callback:
    """Where the browser goes at the end, how the answer gets there, and the application's own state."""

    url: str
    state: str | None
    mode: str = "query"

    def send(self, answer: Answer) -> Response:
        """Send the browser back with an answer: a code, tokens, or an error and its words."""
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


def origin_of(url: str) -> str:
    """Return the origin of an address; none of what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def callback_of(tenant: Tenant, sign_in: SignIn) -> Callback:
    """Return where a sign-in ends."""
    return Callback(sign_in.redirect_uri, tenant.sign_ins.callback_state(sign_in), sign_in.response_mode)


def set_callback(callback: Callback) -> None:
    """From now on, refusals of this request go to the callback."""
    g.callback = callback


def current_sign_in(tenant: Tenant) -> SignIn:
    """Return the sign-in of a Universal Login page; its refusals go to its callback, if it has one."""
    sign_in = tenant.sign_ins.find(request.values.get("state"), request.cookies.get(BROWSER_COOKIE, ""))
    if not sign_in.ticket:
        set_callback(callback_of(tenant, sign_in))
    return sign_in
