"""A window without a browser: the same pages over HTTP, for scenarios that are not about the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from selectolax.lexbor import LexborHTMLParser, LexborNode

from mfa_verification.core.exchange import Exchange
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.window import (
    CAPTCHAS,
    ERROR_NAME,
    ERROR_PAGE,
    HIDDEN,
    KEY,
    Button,
    Callback,
    Entry,
    Form,
    Traffic,
    View,
    errors_at,
    secrets_of,
)
from mfa_verification.transport import NoResponse, Session, exchange_with

CONTROLS = "input, button, select, textarea"
REDIRECTS = 20
SCRIPT_RUNS = "js-available"
"""The hidden field in which a page's script reports that it runs; the script submits a form with only this field."""
BY_SCRIPT = Button(-1, "default")
"""Submits such a form, which has no button."""
HEADERS = {
    "User-Agent": f"mfa-verification {requests.utils.default_user_agent()}",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "Upgrade-Insecure-Requests": "1",
}
"""Headers of a browser, with an honest User-Agent."""
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOT_TYPED = ("hidden", "submit", "button", "image", "reset", "file", "checkbox", "radio")


@dataclass(frozen=True, slots=True)
class HttpDevices:
    """Devices without a browser; certificates are verified with a bundle (None: the usual authorities)."""

    _ca_bundle: Path | None

    def device(self) -> HttpDevice:
        """Return a new device."""
        return HttpDevice(self._ca_bundle)


class HttpDevice:
    """A cookie jar and its connections."""

    def __init__(self, ca_bundle: Path | None) -> None:
        """Start without cookies."""
        self._session = Session(ca_bundle, HEADERS)

    def window(self, callback: Callback, record: list[Exchange]) -> HttpWindow:
        """Open a window."""
        return HttpWindow(self._session, Traffic(callback, record))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


class HttpWindow:
    """The last page. No script runs: hidden elements are recognized by their markup."""

    def __init__(self, session: Session, traffic: Traffic) -> None:
        """Start without a page."""
        self.traffic = traffic
        self._session = session
        self._url = ""
        self._page = LexborHTMLParser("")
        self._hidden: set[int] = set()

    def go(self, url: str) -> None:
        """Fetch a URL."""
        self._fetch("GET", url, None)

    def look(self, seconds: float) -> View | None:  # noqa: ARG002  # the page is there already
        """Return the page; a form that a script would post to the callback counts as the callback (AF-AUTHZ-04)."""
        self._take_posted_callback()
        if self.traffic.landed is not None:
            return None
        errors = self._all(errors_at(self.traffic.status))
        return View(
            url=self._url,
            title=_text(self._page.css_first("title")),
            status=self.traffic.status,
            forms=tuple(self._form(number, node) for number, node in enumerate(self._page.css("form"))),
            errors=tuple(dict.fromkeys(text for node in errors if (text := _text(node)))),
            codes=tuple(code for node in errors if (code := node.attributes.get("data-error-code"))),
            captcha=self._page.css_first(CAPTCHAS) is not None,
            error_page=self._page.css_first(ERROR_PAGE) is not None,
            text=self._page_text()[:300],
        )

    def enter(self, view: View, entry: Entry, seconds: float) -> None:  # noqa: ARG002
        """Send the form as a browser would: hidden fields, typed and ticked values, and the button."""
        form = self._page.css("form")[entry.form.number]
        pairs: list[tuple[str, str]] = []
        typed = dict(entry.typed)
        for node in form.css(CONTROLS):
            name, kind = node.attributes.get("name"), _kind(node)
            if not name or "disabled" in node.attributes or kind in ("submit", "button", "image", "reset", "file"):
                continue
            if kind in ("checkbox", "radio"):
                if self._is_ticked(node, entry):
                    pairs.append((name, node.attributes.get("value") or "on"))
            elif name in typed and self._fillable(node):
                pairs.append((name, typed.pop(name)))
            else:
                pairs.append((name, node.attributes.get("value") or ""))
        if entry.button == BY_SCRIPT:
            pairs = [(name, "true" if name == SCRIPT_RUNS else value) for name, value in pairs]
        else:
            button = _submitters(form)[entry.button.number]
            if name := button.attributes.get("name"):
                pairs.append((name, button.attributes.get("value") or ""))
        target = urljoin(self._url, form.attributes.get("action") or self._url)
        self._fetch((form.attributes.get("method") or "get").upper(), target, pairs)

    def changes(self, view: View, seconds: float) -> bool:  # noqa: ARG002
        """Return False: without scripts nothing changes."""
        return False

    def key(self) -> Secret | None:
        """Return the authenticator key that the page shows as text; the last matching element is the innermost."""
        texts = [_text_without_spaces(node) for node in self._all("body *")]
        found = [text for text in texts if re.fullmatch(KEY, text)]
        return Secret(found[-1], "authenticator app key") if found else None

    def picture(self) -> bytes | None:
        """Return None: there is nothing to see."""
        return None

    def trace(self) -> bytes | None:
        """Return None: only the history is kept."""
        return None

    def close(self) -> None:
        """Do nothing: the device keeps the connections."""

    def _fetch(self, method: str, url: str, form: list[tuple[str, str]] | None) -> None:
        """Send a request and follow redirects to a page or to the callback."""
        try:
            self._follow(method, url, form)
        except ValueError:  # of an unreadable URL; the message would quote it, perhaps with a code
            raise Inconclusive(Cause.UNKNOWN_SCREEN, "the tenant redirects to a malformed URL") from None

    def _follow(self, method: str, url: str, form: list[tuple[str, str]] | None) -> None:
        for _ in range(REDIRECTS):
            if form is not None and method == "GET":
                url, form = f"{url.partition('?')[0]}?{urlencode(form)}", None
            response = self._send(method, url, form)
            target = response.headers.get("Location")
            if not (300 <= response.status_code < 400 and target):
                self._url, self.traffic.status = url, response.status_code
                self._page = LexborHTMLParser(response.text)
                self._hidden = _hidden_in(self._page)
                return
            url = _with_fragment(urljoin(url, target), url)
            if self.traffic.callback.is_at(url):
                self.traffic.landed = self.traffic.callback.parameters(url)
                return
            if response.status_code not in (307, 308):
                method, form = "GET", None
        raise Inconclusive(Cause.SIGN_IN_LOOPS, f"the tenant redirected {REDIRECTS} times in a row")

    def _send(self, method: str, url: str, form: list[tuple[str, str]] | None) -> requests.Response:
        if urlsplit(url).scheme not in ("https", "http"):
            raise Inconclusive(Cause.UNKNOWN_SCREEN, f"the tenant redirects to a {urlsplit(url).scheme}: URL")
        prepared, host = self._session.prepared(method, url, data=form), urlsplit(url).netloc
        try:
            response = self._session.send(prepared)
        except NoResponse as met:
            self.traffic.record.append(exchange_with(prepared, None))
            raise Inconclusive(Cause.TENANT_UNREACHABLE, f"{host} cannot be reached: {met.kind}") from None
        self.traffic.record.append(exchange_with(prepared, response.status_code))
        return response

    def _take_posted_callback(self) -> None:
        for form in self._page.css("form"):
            target = urljoin(self._url, form.attributes.get("action") or self._url)
            if self._url and self.traffic.callback.is_at(target):
                named = [node for node in form.css("input") if node.attributes.get("name")]
                pairs = [(str(node.attributes["name"]), node.attributes.get("value") or "") for node in named]
                self.traffic.landed = secrets_of(pairs)

    def _form(self, number: int, form: LexborNode) -> Form:
        controls = form.css(CONTROLS)
        fields = tuple(str(node.attributes["name"]) for node in controls if self._fillable(node))
        buttons = [
            Button(place, (node.attributes.get("value") or "") if node.attributes.get("name") == "action" else "")
            for place, node in enumerate(_submitters(form))
            if self._is_visible(node) and "disabled" not in node.attributes
        ]
        if not fields and not any(button.action == BY_SCRIPT.action for button in buttons) and _detects_scripts(form):
            buttons.insert(0, BY_SCRIPT)
        return Form(
            number=number,
            fields=fields,
            ticks=tuple(str(node.attributes.get("name")) for node in controls if _kind(node) in ("checkbox", "radio")),
            buttons=tuple(buttons),
            social=form.attributes.get("data-form-secondary") == "true" or "data-provider" in form.attributes,
        )

    def _page_text(self) -> str:
        """Return the error's name on an error page, else the text of the page."""
        if named := self._page.css_first(ERROR_NAME):
            return _text(named)
        read = LexborHTMLParser(self._page.html or "")
        read.strip_tags(["script", "style", "noscript", "template"])
        return _text(read.body)

    def _all(self, selector: str) -> list[LexborNode]:
        return [node for node in self._page.css(selector) if self._is_visible(node)]

    def _is_visible(self, node: LexborNode) -> bool:
        """Return whether the element is visible: neither it nor an ancestor is hidden."""
        place: LexborNode | None = node
        while place is not None:
            if place.mem_id in self._hidden:
                return False
            place = place.parent
        return True

    def _fillable(self, node: LexborNode) -> bool:
        off = {"disabled", "readonly"} & set(node.attributes)
        named = bool(node.attributes.get("name"))
        return named and _kind(node) not in _NOT_TYPED and not off and self._is_visible(node)

    def _is_ticked(self, node: LexborNode, entry: Entry) -> bool:
        name = str(node.attributes["name"])
        if name not in entry.ticked:
            return "checked" in node.attributes
        alike = [tick for tick in entry.form.ticks if tick == name]
        return node.attributes.get("value") == entry.ticked[name] or len(alike) == 1


def _kind(node: LexborNode) -> str:
    """Return a control's type; the default is `submit` for a button and `text` for an input."""
    if node.tag in ("input", "button"):
        return (node.attributes.get("type") or ("text" if node.tag == "input" else "submit")).lower()
    return node.tag or ""


def _detects_scripts(form: LexborNode) -> bool:
    return form.css_first(f"input[name={SCRIPT_RUNS}]") is not None


def _submitters(form: LexborNode) -> list[LexborNode]:
    return [node for node in form.css("button, input") if _kind(node) == "submit"]


def _hidden_in(page: LexborHTMLParser) -> set[int]:
    """Return the elements that are hidden by their markup."""
    styled = (node for node in page.css("[style]") if _INVISIBLE.search(node.attributes.get("style") or ""))
    return {node.mem_id for node in (*page.css(HIDDEN), *styled)}


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node is not None else ""


def _text_without_spaces(node: LexborNode) -> str:
    """Return an element's text, or a field's value, without spaces."""
    text = node.attributes.get("value") if node.tag == "input" else node.text()
    return re.sub(r"\s", "", text or "")


def _with_fragment(target: str, source: str) -> str:
    """Keep the fragment over a redirect without one (RFC 9110, 10.2.2)."""
    fragment = urlsplit(source).fragment
    return f"{target}#{fragment}" if fragment and not urlsplit(target).fragment else target
