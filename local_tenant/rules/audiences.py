"""Audiences: the APIs that the tenant has (contract, 1.2)."""

from __future__ import annotations

from typing import Any

from local_tenant.errors import GRANT_NO_SERVICE, NO_SERVICE, Refused, Row
from local_tenant.rules.base import Rule


class Audiences(Rule):
    """Which API an audience names."""

    def mfa(self) -> str:
        """The MFA API, with its trailing slash."""
        return f"https://{self.tenant.domain}/mfa/"

    def management(self) -> str:
        """The Management API."""
        return f"https://{self.tenant.domain}/api/v2/"

    def userinfo(self) -> str:
        """The userinfo endpoint."""
        return f"https://{self.tenant.domain}/userinfo"

    def find(self, asked: str | None) -> str | None:
        """Return the API that a sign-in asked for, or refuse: `access_denied` "Service not found"."""
        return self._find(asked, NO_SERVICE)

    def find_for_grant(self, asked: str | None) -> str | None:
        """Return the API that a token request asked for, or refuse: 403 `access_denied` "Service not found"."""
        return self._find(asked, GRANT_NO_SERVICE)

    def _find(self, asked: str | None, refusal: Row) -> str | None:
        if asked is None:
            return None
        named = self.resolve(asked)
        if named not in (self.mfa(), self.userinfo()) and not self.is_for_programs(named):
            raise Refused(refusal, audience=asked)
        return named

    def is_for_programs(self, audience: str) -> bool:
        """The Management API, and the APIs that the operator made."""
        return self.api(audience) is not None

    def api(self, audience: str | None) -> dict[str, Any] | None:
        """Return an API of the operator's list."""
        servers = self.tenant.settings.resource_servers.values()
        return next((one for one in servers if one["identifier"] == audience), None)

    def resolve(self, asked: str) -> str:
        """An audience names an API only to the letter, the trailing slash included."""
        return asked
