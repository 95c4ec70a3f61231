"""How the browser goes back to the application: in the address, in a form, or in a message to its page (contract, 1.4, 1.5)."""  # noqa: E501

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import g, make_response, redirect, render_template
from werkzeug.wrappers import Response

from local_tenant.model import SignIn
from local_tenant.tenant import Tenant

Answer = dict[str, str]


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
            case "form_post":
                return self._page("form_post.html", said)
            case "web_message":
                return self._page("web_message.html", said)
            case "fragment":
                return redirect(f"{self.url}#{urlencode(said)}")
            case _:
                return redirect(f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(said)}")

    def _page(self, template: str, said: Answer) -> Response:
        """A page that hands the answer on by itself; its one script is the only thing that it may run."""
        nonce = secrets.token_urlsafe(12)
        page = render_template(template, url=self.url, origin=origin_of(self.url), said=said, nonce=nonce)
        return make_response(page)


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
