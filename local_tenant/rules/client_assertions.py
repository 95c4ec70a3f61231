"""Applications that prove themselves by signing: private_key_jwt (contract, 3.1; RFC 7523)."""

from __future__ import annotations

import json

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.tokens import Claims

ALGORITHMS = ["RS256", "RS384", "PS256"]


class ClientAssertions(Rule):
    """Which assertion proves which application."""

    def named_client(self, assertion: str | None) -> str | None:
        """Return whom an assertion speaks of, before it is believed."""
        try:
            claims = json.loads(jws.extract_compact((assertion or "").encode()).payload)
        except (JoseError, ValueError, RecursionError):
            return None
        subject = claims.get("sub") if isinstance(claims, dict) else None
        return subject if isinstance(subject, str) else None

    def is_right(self, application: Application, assertion: str | None) -> bool:
        """Say whether the application signed this for us, just now, and never sent it before."""
        claims = self._read(application, assertion)
        if claims is None or not self.is_meant_for_us(claims):
            return False
        if claims.get("iss") != application.client_id or claims.get("sub") != application.client_id:
            return False
        expires, now = claims.get("exp"), self.tenant.clock.now()
        if not isinstance(expires, int | float) or now >= expires:
            return False
        return self.is_first_use(application, claims, float(expires))

    def is_meant_for_us(self, claims: Claims) -> bool:
        """Its audience is the issuer, or the token endpoint."""
        issuer = self.tenant.tokens.issuer()
        ours = {issuer, issuer.rstrip("/"), f"{issuer}oauth/token"}
        named = claims.get("aud")
        return any(one in ours for one in (named if isinstance(named, list) else [named]) if isinstance(one, str))

    def is_first_use(self, application: Application, claims: Claims, expires: float) -> bool:
        """An assertion with a `jti` is good once."""
        used, now = self.tenant.store.assertions, self.tenant.clock.now()
        for key in [key for key, until in used.items() if until <= now]:
            del used[key]
        key = (application.client_id, str(claims.get("jti")))
        if "jti" in claims and key in used:
            return False
        used[key] = expires
        return True

    def _read(self, application: Application, assertion: str | None) -> Claims | None:
        if not assertion or application.public_key is None:
            return None
        try:
            return jwt.decode(assertion, RSAKey.import_key(application.public_key), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            return None
