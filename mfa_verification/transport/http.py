"""The client of one host: paced, repeated where that is safe, recorded. What is no answer is `Inconclusive`."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote_plus, urlsplit

import requests

from mfa_verification.core.cause import Cause
from mfa_verification.core.clock import TenantClock
from mfa_verification.core.exchange import Exchange
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.waiting import MACHINE, Deadline, Timer, wait_for
from mfa_verification.transport.session import NoAnswer, Session, exchange_with, json_of

Value: TypeAlias = "str | int | bool | Secret | Sequence[Value] | Mapping[str, Value] | None"

PATIENCE_SECONDS = 20.0
"""How long a request waits for a rate limit to end, all its pauses together."""
TRIES = 3
"""How often a safe request is sent where the connection failed or the tenant answered 503."""
SAFE = ("GET", "HEAD")
"""Asking twice changes nothing (RFC 9110, 9.2.1)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the tenant answered: status and body; `received_at` is the tenant's own time, epoch seconds."""

    request: str
    status: int
    body: Any
    received_at: float

    @property
    def is_success(self) -> bool:
        """Say whether the status is 2xx."""
        return 200 <= self.status < 300

    def mapping(self) -> dict[str, Any]:
        """Return the body as a JSON object; anything else is a `TenantFault`."""
        if not isinstance(self.body, dict):
            raise TenantFault(Cause.MALFORMED_ANSWER, f"{self.request} answered {self.status} without a JSON object")
        return self.body

    def items(self) -> list[dict[str, Any]]:
        """Return the body as a JSON array of objects; anything else is a `TenantFault`."""
        if not isinstance(self.body, list) or not all(isinstance(item, dict) for item in self.body):
            raise TenantFault(
                Cause.MALFORMED_ANSWER, f"{self.request} answered {self.status} without a list of objects"
            )
        return self.body


class _Passing(Exception):
    """Trouble that may pass: whoever asked safely may ask again after a pause, in seconds."""

    def __init__(self, trouble: Inconclusive, pause: float) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.pause = pause


class HttpClient:
    """Sends requests to one https host, keeps the clock, and records what was sent."""

    def __init__(
        self,
        host: str,
        ca_bundle: Path | None,
        clock: TenantClock,
        record: list[Exchange],
        timer: Timer = MACHINE,
        repeated: list[str] | None = None,
    ) -> None:
        """Talk to `https://HOST`, verified against `ca_bundle` (the usual authorities where None).

        What was sent again, and why, is added to `repeated`.
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
    ) -> Answer:
        """Send one request and return its answer, whatever the status says about the request.

        Where the tenant limits the rate, it is sent again when the limit is over, as nothing was done about it.
        A safe request is also sent again, three times in all, where the connection failed or the answer was 503.
        Raises `Inconclusive` where the tenant cannot be reached, answers 5xx, or keeps limiting the rate.
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
                answer, pause = self._once(prepared, request)
            except _Passing as passing:
                if tries == 0 or passing.pause > patience.remaining:
                    raise passing.trouble from None
                self._pause_for(passing.pause, f"{request}: {passing.trouble}")
                continue
            if pause is None:
                return answer
            if pause > patience.remaining:
                raise Inconclusive(
                    Cause.RATE_LIMITED, f"{answer.request} answered 429: too many requests for this tenant's plan"
                )
            tries += 1  # a limit that ends is no failure
            self._pause_for(pause, f"{request} answered 429: the tenant's rate limit")

    def _once(self, prepared: requests.PreparedRequest, request: str) -> tuple[Answer, float | None]:
        """Send it once; return the answer, and how long to pause where it was refused for its rate alone."""
        sent_at = time.time()
        try:
            response = self._session.send(prepared)
        except NoAnswer as met:
            self._record.append(exchange_with(prepared, None))
            unreachable = Inconclusive(Cause.TENANT_UNREACHABLE, f"{self.base} cannot be reached: {met.why}")
            if met.is_certificate:
                raise unreachable from None
            raise _Passing(unreachable, 1.0) from None
        if "Date" in response.headers:
            self._clock.observe(response.headers["Date"], sent_at, time.time())
        body = json_of(response)
        error_name = body.get("error") if isinstance(body, dict) and response.status_code >= 400 else None
        self._record.append(exchange_with(prepared, response.status_code, error_name))
        if response.status_code >= 500:
            trouble = Inconclusive(
                Cause.TENANT_UNAVAILABLE,
                f"{request} answered {response.status_code}: the tenant has trouble of its own",
            )
            if response.status_code == 503:
                raise _Passing(trouble, self._pause(response.headers))
            raise trouble
        answer = Answer(request, response.status_code, body, self._clock.now())
        # `too_many_attempts` speaks of the person, not of the rate (contract, 3.6): that is an answer.
        limited = response.status_code == 429 and error_name != "too_many_attempts"
        return answer, self._pause(response.headers) if limited else None

    def close(self) -> None:
        """Close the pool."""
        self._session.close()

    def _pause(self, headers: Mapping[str, str]) -> float:
        """Return the seconds until the limit is over, by the tenant's clock (contract, 7.6); 1 where none are said."""
        if (seconds := headers.get("Retry-After", "")).isdigit():
            return max(1.0, float(seconds))
        if (moment := headers.get("x-ratelimit-reset", "")).isdigit():
            return max(1.0, float(moment) - self._clock.now())
        return 1.0

    def _pause_for(self, seconds: float, reason: str) -> None:
        self._repeated.append(f"{reason}; sent again after {seconds:.0f} s")
        wait_for(seconds, reason, self._timer)


def _basic(client: tuple[str, Secret]) -> dict[str, str]:
    """Return the header by which an application proves itself: id and secret, each form-encoded (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client[0])}:{quote_plus(client[1].reveal())}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _revealed(value: Any) -> Any:
    """Return `value` with every secret in clear: this is where a request is built."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {name: _revealed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_revealed(inner) for inner in value]
    return value
