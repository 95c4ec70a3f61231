"""Requests to a service that receives texts: one way to send them, and one way to sort what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from mfa_verification.outcome import Inconclusive
from mfa_verification.phones.provider import ProviderBusy, ProviderMisconfigured
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

CONNECT_SECONDS, READ_SECONDS = 5, 15


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    status: int
    body: Any
    """JSON; None where there was none."""
    headers: Mapping[str, str]
    text: str = field(default="", repr=False)
    """The same as it came, for services that answer otherwise than with one piece of JSON."""

    @property
    def moment(self) -> datetime | None:
        """When it answered, by its own clock: the runner's is not trusted."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None


class Service:
    """One service at one address, with the headers that prove who asks."""

    def __init__(self, name: str, url: str, setting: str, credentials: str, headers: Mapping[str, Secret]) -> None:
        """Take the address, the setting that it came from, and the one that a refusal speaks of.

        Raises `ProviderMisconfigured` for an address that cannot be right.
        """
        self.url = _address(url, setting).rstrip("/")
        self.where = f"the {name} at {urlsplit(url).hostname}"
        self._setting, self._credentials, self._headers = setting, credentials, headers
        self._session = requests.Session()
        # Not trust_env: a .netrc of the runner would replace our header. A proxy is used where TLS hides all from it.
        self._session.trust_env = False
        self._session.proxies = get_environ_proxies(self.url) if url.startswith("https") else {}

    def ask(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        hold: float = 0.0,
        healthy: tuple[int, ...] = (),
    ) -> Reply:
        """Send one request; `hold` is for how long the service may keep it, `healthy` what else is an answer.

        Every other status is sorted: the user's to mend, or trouble.
        """
        reply = self._send(method, path, hold, params=query, json=json, data=form)
        if reply.status in healthy or 200 <= reply.status < 300:
            return reply
        if reply.status in {401, 403}:
            raise ProviderMisconfigured(self._credentials, f"{self.where} refuses it ({reply.status})")
        if reply.status == 429 or reply.status >= 500:
            seconds = reply.headers.get("Retry-After", "")
            busy = f"{self.where} answered {reply.status}"
            raise ProviderBusy(busy, float(seconds) if re.fullmatch("[0-9]{1,4}", seconds) else 0.0)
        raise ProviderMisconfigured(self._setting, f"{self.where} answers {reply.status}: is this the right one?")

    def garbled(self, what: str) -> Inconclusive:
        """Trouble: an answer that is not as described, in words without its content."""
        return Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, f"{self.where} {what}")

    def _send(self, method: str, path: str, hold: float, **given: Any) -> Reply:
        revealed = {name: secret.reveal() for name, secret in self._headers.items()}
        try:
            response = self._session.request(
                method,
                path if path.startswith("http") else self.url + path,
                headers={**revealed, "Accept": "application/json"},
                timeout=(CONNECT_SECONDS, hold + READ_SECONDS),
                allow_redirects=False,
                **given,
            )
            return Reply(response.status_code, _json(response), response.headers, response.text)
        except requests.RequestException as error:
            kind = type(error).__name__
        # Raised out here, so that it does not carry the error along, which prints the number and the address.
        raise self.garbled(f"could not be read ({kind})")


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None  # its message quotes the answer, so it goes no further


def moment_of(text: object) -> datetime | None:
    """Read an ISO 8601 moment with its zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def credential(settings: Mapping[str, str], name: str) -> Secret:
    """Return a setting that goes into a header; raises `ProviderMisconfigured` where no header can carry it."""
    text = settings.get(name, "")
    if not re.fullmatch("[!-~]+", text):
        raise ProviderMisconfigured(name, "expected a token: it is empty, or holds what no header can carry")
    return Secret(text, name)


def _address(url: str, setting: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        _ = parts.port  # raises where it is not a number
    except ValueError:
        usable = False
    if not usable or not re.fullmatch("[!-~]+", url):
        raise ProviderMisconfigured(setting, "expected an address such as https://host/texts, without a password")
    return url
