"""Provide pytest-httpserver with parallel requests, a fast stop and cut connections."""

from __future__ import annotations

import socket
import ssl

from pytest_httpserver import HTTPServer
from werkzeug import Request


class Server(HTTPServer):
    """A server on this machine, started when it is created."""

    def __init__(self, host: str = "127.0.0.1", ssl_context: ssl.SSLContext | None = None) -> None:
        super().__init__(host, ssl_context=ssl_context, threaded=True)
        self.start()

    def thread_target(self) -> None:
        assert self.server is not None
        self.server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        if self.is_running():
            super().stop()


def cut(request: Request) -> ConnectionResetError:
    """Close the connection of a request without a response, and return the exception to raise."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return ConnectionResetError("the test cut this connection")
