"""A site that shows one page after another, as Universal Login does, and records the forms that it receives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug import Request, Response

from tests.servers import Server

CALLBACK = "https://app.test/callback?tenant=one"
LANDED = f"{CALLBACK}&code=the-code&state=the-state"


@dataclass
class Reply:
    """A response: a page or a redirect."""

    html: str = ""
    status: int = 200
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A page of a journey: its place, its content, and the response to its form."""

    place: str
    html: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: Callable[[dict[str, str]], Reply | None] = lambda sent: None
    """Returns the response to a form; None leads to the next page of the journey."""


class Site(Server):
    """Serves one journey at a time."""

    def __init__(self) -> None:
        self.journey: list[Page] = []
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.end = LANDED
        self.asked: dict[str, str] = {}
        """The headers of the last request."""
        self.also: dict[str, Reply] = {}
        self.release = threading.Event()
        """Slow files are sent after this event."""
        super().__init__("localhost")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def plays(self, *pages: Page, end: str = LANDED) -> str:
        """Start a journey; return its first URL."""
        self.journey, self.sent, self.end = list(pages), [], end
        self.release.clear()
        return f"{self.url}/authorize?client_id=one"

    def stop(self) -> None:
        self.release.set()
        super().stop()

    def dispatch(self, request: Request) -> Response:
        self.asked = dict(request.headers.items())
        answer = self._route(request.path, request.form.to_dict() if request.method == "POST" else None)
        headers = answer.headers | ({"Location": answer.location} if answer.location is not None else {})
        response = Response(answer.html, answer.status, headers, content_type="text/html; charset=utf-8")
        response.autocorrect_location_header = False
        return response

    def _route(self, path: str, form: dict[str, str] | None) -> Reply:
        if path in self.also:
            return self.also[path]
        if path in ("/slow.js", "/slow.css"):
            self.release.wait(60)
            return Reply()
        if path in ("/authorize", "/authorize/resume"):
            return self._lead_to(0) if path == "/authorize" else Reply(location=self._here(), status=302)
        for number, page in enumerate(self.journey):
            if path.endswith(f"/u/{page.place}"):
                if form is None:
                    return Reply(page.html, page.status, headers=page.headers)
                self.sent.append((page.place, form))
                return page.after(form) or self._lead_to(number + 1)
        return Reply("", 404)

    def _here(self) -> str:
        return f"/u/{self.journey[min(len(self.sent), len(self.journey) - 1)].place}?state=s"

    def _lead_to(self, number: int) -> Reply:
        there = number < len(self.journey)
        return Reply(status=302, location=f"/u/{self.journey[number].place}?state=s" if there else self.end)
