"""A custom phone provider: texts are posted to its URL instead of to the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from local_tenant.section import Section, TenantFileError

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class PhoneProvider:
    """Where it is, and the bearer token that it wants, if any."""

    url: str
    token: str | None = field(default=None, repr=False)

    def post(self, payload: Mapping[str, object]) -> str | None:
        """Hand over a message; return what went wrong, in words without the message."""
        import requests  # noqa: PLC0415  # only such a tenant needs it

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(self.url, json=payload, headers=headers, timeout=SECONDS, allow_redirects=False)
            except requests.RequestException as reason:
                return type(reason).__name__
        return None if answer.ok and not answer.is_redirect else f"status {answer.status_code}"


def provider(section: Section) -> PhoneProvider | None:
    """Read the tenant's provider; without one texts go to the inbox."""
    if not section:
        return None
    url = section.text("url")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise TenantFileError("phone_provider.url: expected an address that begins with http:// or https://")
    return PhoneProvider(url, section.text("token") if section.has("token") else None)
