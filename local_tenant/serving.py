"""Listeners: cheroot, configured so that a silent or broken client blocks no other client."""

from __future__ import annotations

import os
import ssl
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.server import HTTPConnection
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.workers.threadpool import ThreadPool, WorkerThread

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from local_tenant.keys import Certificates

SHUTDOWN_SECONDS = 0.3
PLAIN_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 38\r\n\r\n"
    b"This port speaks HTTPS, not plain HTTP"
)


class LateHandshake(BuiltinSSLAdapter):
    """Leaves the TLS handshake to the worker thread; cheroot would make it in the accepting thread."""

    def wrap(self, sock: Any) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Wrap a socket without starting the handshake."""
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class Connection(HTTPConnection):
    """A connection that completes the TLS handshake before its first request."""

    greeted = False

    def communicate(self) -> bool:
        """Serve the request that arrived; return whether the connection stays open."""
        if not self.greeted and isinstance(self.socket, ssl.SSLSocket):
            return self._shake_hands(self.socket)
        return bool(super().communicate())  # type: ignore[no-untyped-call]

    def _shake_hands(self, tls: ssl.SSLSocket) -> bool:
        """Continue the handshake as far as the client's data allow, so that no worker waits for the client.

        Browsers open connections ahead of need, and may send no request for a long time.
        """
        patience = tls.gettimeout()
        tls.settimeout(0)
        try:
            tls.do_handshake()
            self.greeted = True
        except ssl.SSLWantReadError:
            pass
        except OSError as reason:
            if "http request" in str(reason).lower():
                os.write(tls.fileno(), PLAIN_HTTP)
            return False
        tls.settimeout(patience)
        return self.communicate() if self.greeted and tls.pending() else True


class Workers(ThreadPool):
    """Worker threads that do not keep the process alive."""

    def _spawn_worker(self) -> WorkerThread:
        worker = WorkerThread(self.server)  # type: ignore[no-untyped-call]
        worker.daemon = True
        worker.start()
        return worker


class Listener(wsgi.Server):
    """One port and its worker threads. A connection reaches a worker only when data have arrived."""

    ConnectionClass = Connection
    expiration_interval = 0.05
    keep_alive_conn_limit = 1_000
    shutdown_timeout = SHUTDOWN_SECONDS
    timeout = 30

    def __init__(self, address: tuple[str, int], threads: int, certificates: Certificates | None = None) -> None:
        """Bind the port. Raises OSError where it is taken."""
        super().__init__(address, None, numthreads=threads, server_name="local-tenant", request_queue_size=128)
        self.requests = Workers(self, min=threads)
        if certificates is not None:
            self.ssl_adapter = _adapter(certificates)
        self.prepare()

    @property
    def port(self) -> int:
        """The port number."""
        return int(self.socket.getsockname()[1])

    def start_serving(self, app: WSGIApplication) -> None:
        """Serve an app in threads."""
        self.wsgi_app = app
        threading.Thread(target=self.serve, daemon=True).start()

    def process_conn(self, conn: Any) -> None:
        """Wait for data on a new connection; give a connection with data to a worker."""
        if conn.last_used is None:
            self._connections.put(conn)  # type: ignore[attr-defined]
        else:
            super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Ignore clients that disconnect; the web app reports the tenant's own errors."""


def _adapter(certificates: Certificates) -> LateHandshake:
    with tempfile.TemporaryDirectory(prefix="local-tenant-") as folder:
        leaf, key = Path(folder) / "leaf.pem", Path(folder) / "key.pem"
        leaf.write_text(certificates.leaf, encoding="ascii")
        key.touch(mode=0o600)
        key.write_text(certificates.leaf_key, encoding="ascii")
        return LateHandshake(str(leaf), str(key))
