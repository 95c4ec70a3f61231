"""`/userinfo`: who is behind an access token (contract, 1.6; client requirements, 2)."""

from __future__ import annotations

from local_tenant.errors import USERINFO_REFUSED, Refused
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person
from local_tenant.rules.tokens import Claims, OpaqueToken


class Userinfo(Rule):
    """Which tokens are believed there, and what they show."""

    def claims(self, token: str | None) -> Claims:
        """`sub`, and what the token's scopes add; or refuse: 401."""
        found = self.read(token or "")
        person = self.tenant.store.people.get(found.user_id) if found is not None else None
        if found is None or person is None or self.tenant.clock.now() >= found.expires_at:
            raise Refused(USERINFO_REFUSED)
        return {"sub": person.user_id} | self.shown(person, found.scopes)

    def read(self, token: str) -> OpaqueToken | None:
        """An opaque access token, or a signed one whose `aud` names this endpoint."""
        opaque = self.tenant.store.opaque_tokens.get(token)
        if opaque is not None:
            return opaque if "openid" in opaque.scopes else None
        claims = self.tenant.tokens.read(token)
        if claims is None or not self.tenant.tokens.is_for(claims, self.tenant.audiences.userinfo()):
            return None
        expires = claims.get("exp")
        scopes = str(claims.get("scope", "")).split()
        return OpaqueToken(str(claims.get("sub")), scopes, expires if isinstance(expires, int) else 0)

    def shown(self, person: Person, scopes: list[str]) -> Claims:
        """What `profile` and `email` add: the same as in an id_token."""
        return self.tenant.tokens.identity_of(person, scopes)
