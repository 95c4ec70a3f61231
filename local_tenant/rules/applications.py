"""Applications (Auth0: clients): client authentication, redirect URIs, and their connections.

Facts: AF-CLIENT-01, AF-CLIENT-08, AF-APP-02.
"""

from __future__ import annotations

import hmac
import json

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.errors import CLIENT_DENIED, CONNECTION_DISABLED, NO_CONNECTION, Refused, Row
from local_tenant.model import Application, Claims, Credentials
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule


class Applications(Rule):
    """Client authentication, and which redirect URIs an application may use."""

    def authenticate(self, given: Credentials) -> Application:
        """Return the application behind the credentials. Raises Refused: 401 `access_denied`.

        Facts: AF-CLIENT-03, AF-CLIENT-04.
        """
        assertions = self.tenant.client_assertions
        client_id = given.client_id or assertions.named_client(given.assertion)
        application = self.tenant.store.applications.get(client_id or "")
        if application is not None:
            current_caller().client_id = application.client_id
        if application is None or not self._is_authenticated(application, given):
            raise Refused(self.refused_row())
        return application

    def _is_authenticated(self, application: Application, given: Credentials) -> bool:
        if application.public_key is not None:
            return self.tenant.client_assertions.is_valid(application, given.assertion)
        if self.needs_secret(application):
            return self.secret_is_right(application, given.client_secret)
        return self.ignores_surplus_secret(given.client_secret)

    def refused_row(self) -> Row:
        """Failed client authentication gets 401 `access_denied` (AF-CLIENT-04)."""
        return CLIENT_DENIED

    def needs_secret(self, application: Application) -> bool:
        """Only a public application is identified by its client id alone."""
        return application.token_endpoint_auth_method != "none"

    def ignores_surplus_secret(self, given: str | None) -> bool:
        """A secret sent by a public application is ignored (AF-CLIENT-06)."""
        return True

    def secret_is_right(self, application: Application, given: str | None) -> bool:
        """Compare in constant time; a missing secret is never right."""
        if not application.client_secret or not given:
            return False
        return hmac.compare_digest(application.client_secret.encode(), given.encode())

    def callback_is_allowed(self, application: Application, url: str) -> bool:
        """A redirect URI is allowed only if it equals a registered callback URL."""
        return url in application.callbacks

    def logout_url_is_allowed(self, application: Application | None, url: str) -> bool:
        """After a logout, the browser is redirected only to an allowed logout URL of the application or the tenant."""
        own = application.allowed_logout_urls if application is not None else []
        return url in own or url in self.tenant.settings.tenant["allowed_logout_urls"]


ALGORITHMS = ["RS256", "RS384", "PS256"]


class ClientAssertions(Rule):
    """Client authentication by a signed assertion (`private_key_jwt`)."""

    def named_client(self, assertion: str | None) -> str | None:
        """Return the client id that an assertion names, before it is verified."""
        try:
            claims = json.loads(jws.extract_compact((assertion or "").encode()).payload)
        except (JoseError, ValueError, RecursionError):
            return None
        subject = claims.get("sub") if isinstance(claims, dict) else None
        return subject if isinstance(subject, str) else None

    def is_valid(self, application: Application, assertion: str | None) -> bool:
        """Return whether the application signed the assertion for this tenant, and it is neither expired nor reused."""
        claims = self._read(application, assertion)
        if claims is None or not self.audience_is_right(claims):
            return False
        if claims.get("iss") != application.client_id or claims.get("sub") != application.client_id:
            return False
        expires, now = claims.get("exp"), self.tenant.clock.now()
        if not isinstance(expires, int | float) or now >= expires:
            return False
        return self.is_first_use(application, claims, float(expires))

    def audience_is_right(self, claims: Claims) -> bool:
        """The audience is the issuer or the token endpoint."""
        issuer = self.tenant.tokens.issuer()
        ours = {issuer, issuer.rstrip("/"), f"{issuer}oauth/token"}
        named = claims.get("aud")
        return any(one in ours for one in (named if isinstance(named, list) else [named]) if isinstance(one, str))

    def is_first_use(self, application: Application, claims: Claims, expires: float) -> bool:
        """An assertion with a `jti` is valid once."""
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


class Connections(Rule):
    """An application signs users in only through a connection that is enabled for it."""

    def check_any(self, application: Application) -> None:
        """Refuse a sign-in to an application without any connection: 302 `invalid_request`."""
        if not any(
            self.is_enabled(one.name, application.client_id) for one in self.tenant.settings.connections.values()
        ):
            raise Refused(NO_CONNECTION)

    def check_enabled(self, name: str, application: Application) -> None:
        """Refuse a password for a connection that is not enabled for the application: 400 `invalid_request`."""
        if not self.is_enabled(name, application.client_id):
            raise Refused(CONNECTION_DISABLED)

    def is_enabled(self, name: str, client_id: str | None) -> bool:
        """Return whether the connection is enabled for the application."""
        return any(
            one.name == name and client_id in one.enabled_clients for one in self.tenant.settings.connections.values()
        )

    def allows_current_client(self, name: str) -> bool:
        """Return whether the connection is enabled for the application of this request, if there is one."""
        asking = current_caller().client_id
        return asking is None or self.is_enabled(name, asking)
