"""The one way to open a pool of connections, and to meet what goes wrong in it: no address and no value in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from mfa_verification.core.exchange import Exchange, exchange_of

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
Proxies = Mapping[str, str]


class NoAnswer(Exception):
    """A request met no answer. It carries nothing of the library's own error, which prints address and content."""

    def __init__(self, error: requests.RequestException) -> None:
        """Take from the error what may be said."""
        self.kind = type(error).__name__
        self.is_certificate = isinstance(error, requests.exceptions.SSLError)
        in_time = "it did not answer in time"
        self.why = in_time if isinstance(error, requests.exceptions.Timeout) else "the connection failed"
        if self.is_certificate:
            self.why = "its certificate was not accepted"
        super().__init__(self.why)


def proxies_for(url: str) -> Proxies:
    """Return the proxies through which an address is reached from this machine; none for the machine itself."""
    parts = urlsplit(url)
    found = {} if parts.hostname in ("localhost", "127.0.0.1", "::1") else get_environ_proxies(url)
    return {scheme: address for scheme, address in found.items() if scheme in (parts.scheme, "all")}


def no_proxies(url: str) -> Proxies:  # noqa: ARG001  # the shape of `proxies_for`
    """Return none: nothing between may see the request."""
    return {}


class Session:
    """A pool of connections, and a jar of cookies. Nothing of this machine's settings is used but its proxies."""

    def __init__(
        self,
        ca_bundle: Path | None = None,
        headers: Mapping[str, str] | None = None,
        proxies: Callable[[str], Proxies] = proxies_for,
    ) -> None:
        """Verify certificates against `ca_bundle` (the usual authorities where None); send `headers` each time."""
        self._session = requests.Session()
        # A .netrc entry for the host would replace our Authorization header, and REQUESTS_CA_BUNDLE the profile's own.
        self._session.trust_env = False
        self._session.verify = str(ca_bundle) if ca_bundle else True
        self._session.headers.update(headers or {})
        self._proxies = proxies

    def prepared(self, method: str, url: str, **given: Any) -> requests.PreparedRequest:
        """Build a request, which holds secrets in clear: it lives from here to the wire, and nowhere else."""
        return self._session.prepare_request(requests.Request(method, url, **given))

    def send(self, prepared: requests.PreparedRequest, read_seconds: float = READ_SECONDS) -> requests.Response:
        """Send a request, redirects not followed; raise `NoAnswer` where none came."""
        assert prepared.url
        proxies, timeout = dict(self._proxies(prepared.url)), (CONNECT_SECONDS, read_seconds)
        try:
            return self._session.send(prepared, timeout=timeout, allow_redirects=False, proxies=proxies)
        except requests.RequestException as error:
            met = NoAnswer(error)
        # Raised out here, so that it does not carry the error along.
        raise met

    def close(self) -> None:
        """Close the pool."""
        self._session.close()


def json_of(response: requests.Response) -> Any:
    """Return an answer's JSON; None where there is none: the error's own words would quote the answer."""
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def exchange_with(sent: requests.PreparedRequest, status: int | None, error: str | None = None) -> Exchange:
    """Return the record of a request, as it was really sent, and of its answer."""
    assert sent.method and sent.url
    return exchange_of(sent.method, sent.url, sent.headers, sent.body, status, error)
