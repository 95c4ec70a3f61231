"""The inbox as its readers meet it: while it is down, every request gets 503."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from local_tenant.trouble import Troubles

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Interruptible:
    """A web app that trouble can shut. What arrives meanwhile is kept."""

    def __init__(self, app: WSGIApplication, troubles: Troubles) -> None:
        """Take the app, and where its trouble stands."""
        self._app = app
        self._troubles = troubles

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it."""
        if not self._troubles.inbox_is_down:
            return self._app(environ, start_response)
        answer = json.dumps({"error": "the inbox is down, to order"}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("503 Service Unavailable", headers)
        return [answer]
