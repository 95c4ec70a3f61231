"""A tiny site that shows one page after another, as Universal Login does, and keeps what was sent to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from werkzeug import Request, Response

from tests.servers import Server

CALLBACK = "https://app.test/callback?tenant=one"
LANDED = f"{CALLBACK}&code=the-code&state=the-state"


@dataclass
class Answer:
    """What the site answers: a page, or a redirect."""

    html: str = ""
    status: int = 200
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """One page of a journey: where it is, what it shows, and what an answer to it leads to."""

    place: str
    html: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after: Callable[[dict[str, str]], Answer | None] = lambda sent: None
    """What a posted form leads to; None: to the next page of the journey."""


class Site(Server):
    """Serves one journey at a time on loopback."""

    def __init__(self) -> None:
        self.journey: list[Page] = []
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.end = LANDED
        self.asked: dict[str, str] = {}
        """Headers of the last request."""
        self.also: dict[str, Answer] = {}
        self.release = threading.Event()
        """What waits for it is never answered before."""
        super().__init__("localhost")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def plays(self, *pages: Page, end: str = LANDED) -> str:
        """Begin a journey anew; return where it starts."""
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

    def _route(self, path: str, form: dict[str, str] | None) -> Answer:
        if path in self.also:
            return self.also[path]
        if path in ("/slow.js", "/slow.css"):
            self.release.wait(60)
            return Answer()
        if path in ("/authorize", "/authorize/resume"):
            return self._lead_to(0) if path == "/authorize" else Answer(location=self._here(), status=302)
        for number, page in enumerate(self.journey):
            if path.endswith(f"/u/{page.place}"):
                if form is None:
                    return Answer(page.html, page.status, headers=page.headers)
                self.sent.append((page.place, form))
                return page.after(form) or self._lead_to(number + 1)
        return Answer("", 404)

    def _here(self) -> str:
        return f"/u/{self.journey[min(len(self.sent), len(self.journey) - 1)].place}?state=s"

    def _lead_to(self, number: int) -> Answer:
        there = number < len(self.journey)
        return Answer(status=302, location=f"/u/{self.journey[number].place}?state=s" if there else self.end)
