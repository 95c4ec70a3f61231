"""The record of one request and its response, with the names of parameters and without their values."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, and the status of its response."""

    method: str
    host: str
    path: str
    parameters: frozenset[str]
    """Names of the parameters in query and body."""
    authorization: str | None
    """The scheme of the Authorization header: `Bearer`, `Basic`, or None."""
    clients: frozenset[str]
    """The client ids in body, query or Basic authentication."""
    status: int | None
    error: str | None = None
    """The OAuth 2.0 error code of a response that refuses."""

    @property
    def carries_client_secret(self) -> bool:
        """Return whether the request authenticated a client with a secret or an assertion (AF-CLIENT-01)."""
        return self.authorization == "Basic" or bool(self.parameters & {"client_secret", "client_assertion"})

    def __str__(self) -> str:
        response = "no response" if self.status is None else f"{self.status} {self.error or ''}".rstrip()
        return f"{self.method} {self.path} ({', '.join(sorted(self.parameters)) or 'nothing sent'}) → {response}"


def exchange_of(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: str | bytes | None,
    status: int | None,
    error: str | None = None,
) -> Exchange:
    """Return the record of a request as it was sent."""
    parts = urlsplit(url)
    sent = [*parse_qsl(parts.query, keep_blank_values=True), *_body_pairs(headers.get("Content-Type", ""), body)]
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    clients = {value for name, value in sent if name == "client_id"}
    if scheme == "Basic":
        clients.add(_basic_user(credentials))
    return Exchange(
        method=method,
        host=parts.netloc,
        path=parts.path,
        parameters=frozenset(name for name, _ in sent),
        authorization=scheme or None,
        clients=frozenset(clients),
        status=status,
        error=error,
    )


def _body_pairs(content_type: str, body: str | bytes | None) -> list[tuple[str, str]]:
    text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
    if content_type.startswith("application/json"):
        content = json.loads(text)
        return [(name, str(value)) for name, value in content.items()] if isinstance(content, dict) else []
    if content_type.startswith("application/x-www-form-urlencoded"):
        return parse_qsl(text, keep_blank_values=True)
    return []


def _basic_user(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except ValueError:
        return "unreadable"
