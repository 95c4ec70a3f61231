"""APIs by their audience, and the userinfo endpoint, which is one of them (AF-API-08, AF-TOKEN-04)."""

from __future__ import annotations

from typing import Any

from local_tenant.errors import GRANT_NO_SERVICE, NO_SERVICE, USERINFO_REFUSED, Refused, Row
from local_tenant.model import Claims, OpaqueToken, User
from local_tenant.rules import Rule


class Audiences(Rule):
    """Which API an audience names."""

    def mfa(self) -> str:
        """Return the audience of the MFA API, with its trailing slash."""
        return f"https://{self.tenant.domain}/mfa/"

    def management(self) -> str:
        """Return the audience of the Management API."""
        return f"https://{self.tenant.domain}/api/v2/"

    def userinfo(self) -> str:
        """Return the audience of the userinfo endpoint."""
        return f"https://{self.tenant.domain}/userinfo"

    def find(self, requested: str | None) -> str | None:
        """Return the API that a sign-in requests. Raises Refused: `access_denied`, "Service not found"."""
        return self._find(requested, NO_SERVICE)

    def find_for_grant(self, requested: str | None) -> str | None:
        """Return the API that a token request names. Raises Refused: 403 `access_denied`, "Service not found"."""
        return self._find(requested, GRANT_NO_SERVICE)

    def _find(self, requested: str | None, refusal: Row) -> str | None:
        if requested is None:
            return None
        named = self.resolve(requested)
        if named not in (self.mfa(), self.userinfo()) and not self.allows_client_credentials(named):
            raise Refused(refusal, audience=requested)
        return named

    def allows_client_credentials(self, audience: str) -> bool:
        """The client credentials grant is for the Management API and the administrator's own APIs."""
        return self.api(audience) is not None

    def api(self, audience: str | None) -> dict[str, Any] | None:
        """Return an API of the administrator's list."""
        servers = self.tenant.settings.resource_servers.values()
        return next((one for one in servers if one["identifier"] == audience), None)

    def resolve(self, requested: str) -> str:
        """An audience names an API only if it is equal, the trailing slash included."""
        return requested


class Userinfo(Rule):
    """Which tokens the userinfo endpoint accepts, and what it returns."""

    def claims(self, token: str | None) -> Claims:
        """Return `sub` and the claims of the token's scopes. Raises Refused: 401."""
        found = self.read(token or "")
        user = self.tenant.store.users.get(found.user_id) if found is not None else None
        if found is None or user is None or self.tenant.clock.now() >= found.expires_at:
            raise Refused(USERINFO_REFUSED)
        return {"sub": user.user_id} | self.shown(user, found.scopes)

    def read(self, token: str) -> OpaqueToken | None:
        """Accept an opaque access token, or a signed one whose `aud` names this endpoint."""
        opaque = self.tenant.store.opaque_tokens.get(token)
        if opaque is not None:
            return opaque if "openid" in opaque.scopes else None
        claims = self.tenant.signatures.verify(token)
        if claims is None or not self.tenant.tokens.is_for(claims, self.tenant.audiences.userinfo()):
            return None
        expires = claims.get("exp")
        scopes = str(claims.get("scope", "")).split()
        return OpaqueToken(str(claims.get("sub")), scopes, expires if isinstance(expires, int) else 0)

    def shown(self, user: User, scopes: list[str]) -> Claims:
        """Return the claims that `profile` and `email` add, as in an id token."""
        return self.tenant.tokens.profile_claims(user, scopes)
