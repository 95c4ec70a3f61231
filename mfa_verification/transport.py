"""Sends HTTP requests: handles rate limits, repeats safe requests, and records names without values."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote_plus, urlsplit

import requests
from requests.utils import get_environ_proxies

from mfa_verification.core.clock import MACHINE, Deadline, TenantClock, Timer, wait_for
from mfa_verification.core.exchange import Exchange, exchange_of
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
Proxies = Mapping[str, str]


class NoResponse(Exception):
    """A request got no response. The library's own error is dropped: it prints URL and content."""

    def __init__(self, error: requests.RequestException) -> None:
        """Keep the kind of error, and a reason that may be shown."""
        self.kind = type(error).__name__
        self.is_certificate = isinstance(error, requests.exceptions.SSLError)
        in_time = "no response in time"
        self.why = in_time if isinstance(error, requests.exceptions.Timeout) else "the connection failed"
        if self.is_certificate:
            self.why = "the certificate was not accepted"
        super().__init__(self.why)


def proxies_for(url: str) -> Proxies:
    """Return the proxies of this machine for a URL; none for loopback."""
    parts = urlsplit(url)
    found = {} if parts.hostname in ("localhost", "127.0.0.1", "::1") else get_environ_proxies(url)
    return {scheme: address for scheme, address in found.items() if scheme in (parts.scheme, "all")}


def no_proxies(url: str) -> Proxies:  # noqa: ARG001  # same signature as `proxies_for`
    """Return no proxies, so that no third party sees the request."""
    return {}


class Session:
    """A connection pool and a cookie jar. Of this machine's settings only the proxies are used."""

    def __init__(
        self,
        ca_bundle: Path | None = None,
        headers: Mapping[str, str] | None = None,
        proxies: Callable[[str], Proxies] = proxies_for,
    ) -> None:
        """Verify certificates with `ca_bundle` (None: the usual authorities); send `headers` with each request."""
        self._session = requests.Session()
        # A .netrc entry would replace the Authorization header, and REQUESTS_CA_BUNDLE the profile's CA bundle.
        self._session.trust_env = False
        self._session.verify = str(ca_bundle) if ca_bundle else True
        self._session.headers.update(headers or {})
        self._proxies = proxies

    def prepared(self, method: str, url: str, **given: Any) -> requests.PreparedRequest:
        """Return a request, with its secrets in clear text; it is used only for sending."""
        return self._session.prepare_request(requests.Request(method, url, **given))

    def send(self, prepared: requests.PreparedRequest, read_seconds: float = READ_SECONDS) -> requests.Response:
        """Send a request without following redirects. Raises `NoResponse`."""
        assert prepared.url
        proxies, timeout = dict(self._proxies(prepared.url)), (CONNECT_SECONDS, read_seconds)
        try:
            return self._session.send(prepared, timeout=timeout, allow_redirects=False, proxies=proxies)
        except requests.RequestException as error:
            met = NoResponse(error)
        # Outside `except`, so that the library's error is not attached.
        raise met

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def json_of(response: requests.Response) -> Any:
    """Return a response's JSON, or None; the decoder's error would quote the response."""
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def exchange_with(sent: requests.PreparedRequest, status: int | None, error: str | None = None) -> Exchange:
    """Return the record of a request that was sent, and of its response."""
    assert sent.method and sent.url
    return exchange_of(sent.method, sent.url, sent.headers, sent.body, status, error)


Value: TypeAlias = "str | int | bool | Secret | Sequence[Value] | Mapping[str, Value] | None"

PATIENCE_SECONDS = 20.0
"""Seconds that a request waits for rate limits to end, in total."""
TRIES = 3
"""How often a safe request is sent when the connection fails or the tenant returns 503."""
SAFE = ("GET", "HEAD")
"""Repeating these changes nothing (RFC 9110, 9.2.1)."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response of the tenant; `received_at` is the tenant's time in seconds since 1970."""

    request: str
    status: int
    body: Any
    received_at: float

    @property
    def is_success(self) -> bool:
        """Return whether the status is 2xx."""
        return 200 <= self.status < 300

    def mapping(self) -> dict[str, Any]:
        """Return the body, a JSON object. Raises `TenantFault` where it is none."""
        if not isinstance(self.body, dict):
            raise self.malformed("a JSON object")
        return self.body

    def items(self) -> list[dict[str, Any]]:
        """Return the body, a JSON array of objects. Raises `TenantFault` where it is none."""
        if not isinstance(self.body, list) or not all(isinstance(item, dict) for item in self.body):
            raise self.malformed("a list of objects")
        return self.body

    def malformed(self, missing: str) -> TenantFault:
        """Return the error that names what is missing in the response."""
        return TenantFault(Cause.MALFORMED_RESPONSE, f"{self.request} returned {self.status} without {missing}")


class _Temporary(Exception):
    """An error that may be temporary: a safe request is repeated after `pause` seconds."""

    def __init__(self, error: Inconclusive, pause: float) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class HttpClient:
    """Sends requests to one host over https, measures the tenant's clock, and records the requests."""

    def __init__(
        self,
        host: str,
        ca_bundle: Path | None,
        clock: TenantClock,
        record: list[Exchange],
        timer: Timer = MACHINE,
        repeated: list[str] | None = None,
    ) -> None:
        """Use `https://HOST`, verified with `ca_bundle` (None: the usual authorities).

        Repeated requests, and why, are added to `repeated`.
        """
        self._repeated = repeated if repeated is not None else []
        self._timer = timer
        self.base = f"https://{host}"
        self._clock = clock
        self._record = record
        self._session = Session(ca_bundle)

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Value] | Sequence[Value] | None = None,
        form: Mapping[str, Value] | None = None,
        bearer: Secret | None = None,
        basic: tuple[str, Secret] | None = None,
    ) -> Response:
        """Send a request and return the response, whatever its status.

        After a rate limit the request is sent again: the tenant has not processed it. A safe request is sent up to
        three times when the connection fails or the tenant returns 503. Raises `Inconclusive` where the tenant cannot
        be reached, returns 5xx, or keeps limiting the rate.
        """
        url = f"{self.base}{path}"
        headers = {"Authorization": f"Bearer {bearer.reveal()}"} if bearer else _basic(basic) if basic else {}
        prepared = self._session.prepared(method, url, headers=headers, json=_revealed(json), data=_revealed(form))
        patience = Deadline(PATIENCE_SECONDS, self._timer)
        request = f"{method} {urlsplit(path).path}"
        tries = TRIES if method in SAFE else 1
        while True:
            tries -= 1
            try:
                response, pause = self._once(prepared, request)
            except _Temporary as temporary:
                if tries == 0 or temporary.pause > patience.remaining:
                    raise temporary.error from None
                self._pause_for(temporary.pause, f"{request}: {temporary.error}")
                continue
            if pause is None:
                return response
            if pause > patience.remaining:
                raise Inconclusive(
                    Cause.RATE_LIMITED, f"{response.request} returned 429: too many requests for this tenant's plan"
                )
            tries += 1  # a rate limit is no failed try
            self._pause_for(pause, f"{request} returned 429: the tenant's rate limit")

    def _once(self, prepared: requests.PreparedRequest, request: str) -> tuple[Response, float | None]:
        """Send the request once; return the response, and the seconds to wait if it was rate limited."""
        sent_at = time.time()
        try:
            got = self._session.send(prepared)
        except NoResponse as met:
            self._record.append(exchange_with(prepared, None))
            unreachable = Inconclusive(Cause.TENANT_UNREACHABLE, f"{self.base} cannot be reached: {met.why}")
            if met.is_certificate:
                raise unreachable from None
            raise _Temporary(unreachable, 1.0) from None
        if "Date" in got.headers:
            self._clock.observe(got.headers["Date"], sent_at, time.time())
        body = json_of(got)
        error_name = body.get("error") if isinstance(body, dict) and got.status_code >= 400 else None
        self._record.append(exchange_with(prepared, got.status_code, error_name))
        if got.status_code >= 500:
            outage = Inconclusive(Cause.TENANT_UNAVAILABLE, f"{request} returned {got.status_code}: a tenant outage")
            if got.status_code == 503:
                raise _Temporary(outage, self._pause(got.headers))
            raise outage
        response = Response(request, got.status_code, body, self._clock.now())
        # `too_many_attempts` is about the user, not the rate (AF-GRANT-19).
        limited = got.status_code == 429 and error_name != "too_many_attempts"
        return response, self._pause(got.headers) if limited else None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _pause(self, headers: Mapping[str, str]) -> float:
        """Return the seconds until the rate limit ends, by the tenant's clock (AF-MGMT-13); 1 where none are given."""
        if (seconds := headers.get("Retry-After", "")).isdigit():
            return max(1.0, float(seconds))
        if (moment := headers.get("x-ratelimit-reset", "")).isdigit():
            return max(1.0, float(moment) - self._clock.now())
        return 1.0

    def _pause_for(self, seconds: float, reason: str) -> None:
        self._repeated.append(f"{reason}; sent again after {seconds:.0f} s")
        wait_for(seconds, reason, self._timer)


def _basic(client: tuple[str, Secret]) -> dict[str, str]:
    """Return the header for Basic client authentication: id and secret, each form-encoded (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client[0])}:{quote_plus(client[1].reveal())}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _revealed(value: Any) -> Any:
    """Return `value` with its secrets in clear text, for a request."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {name: _revealed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_revealed(inner) for inner in value]
    return value


TEST_CONTROLS_SECONDS = 30.0


@contextmanager
def sibling(test_controls_url: str, token: Secret) -> Iterator[Mapping[str, str]]:
    """Start a sibling of the tenant through the test controls; yield its settings, and stop it afterwards."""
    created = _call("POST", f"{test_controls_url}/tenants", token)
    try:
        yield created["profile"]
    finally:
        # A sibling that cannot be stopped ends with its parent.
        with suppress(Inconclusive):
            _call("DELETE", f"{test_controls_url}/tenants/{created['id']}", token)


def move_clock(test_controls_url: str, token: Secret, seconds: float) -> None:
    """Move the tenant's clock forward through the test controls."""
    _call("POST", f"{test_controls_url}/clock", token, {"seconds": seconds})


def _call(
    method: str, url: str, token: Secret, body: Mapping[str, float] | None = None
) -> Mapping[str, Mapping[str, str]]:
    session = Session(proxies=no_proxies)  # no proxy may see the token
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    try:
        response = session.send(session.prepared(method, url, headers=headers, json=body or {}), TEST_CONTROLS_SECONDS)
    except NoResponse as met:
        raise _unavailable(method, url, met.kind) from None
    finally:
        session.close()
    if not response.ok:
        raise _unavailable(method, url, "HTTPError")
    found = json_of(response)
    return found if isinstance(found, dict) else {}


def _unavailable(method: str, url: str, kind: str) -> Inconclusive:
    return Inconclusive(
        Cause.TENANT_UNAVAILABLE, f"the test controls at TEST_CONTROLS_URL failed: {method} {url}: {kind}"
    )
