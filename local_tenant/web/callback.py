"""A browser in the middle of a sign-in: which one, and how it goes back to the application (contract, 1.4, 1.5)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.model import SignIn
from local_tenant.tenant import Tenant

Answer = dict[str, str]
BROWSER_COOKIE = "auth0"
"""Whose a sign-in is, and who is signed in."""


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


def go_back_to(callback: Callback) -> None:
    """From now on, refusals of this request go to the callback."""
    g.callback = callback


def current_sign_in(tenant: Tenant) -> SignIn:
    """Return the sign-in of a Universal Login page; its refusals go to its callback, if it has one."""
    sign_in = tenant.sign_ins.find(request.values.get("state"), request.cookies.get(BROWSER_COOKIE, ""))
    if not sign_in.ticket:
        go_back_to(callback_of(tenant, sign_in))
    return sign_in
