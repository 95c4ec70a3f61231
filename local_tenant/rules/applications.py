"""Applications (Auth0's clients): who they are, how they prove it, where they send people (contract, 3.1, 7.5)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from local_tenant.caller import calling
from local_tenant.errors import CLIENT_REFUSED, Refused
from local_tenant.rules.base import Rule


@dataclass
class Application:
    """One application of the tenant."""

    client_id: str
    client_secret: str | None = field(repr=False)
    name: str
    app_type: str
    token_endpoint_auth_method: str
    grant_types: list[str] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    allowed_origins: list[str] = field(default_factory=list)
    web_origins: list[str] = field(default_factory=list)
    client_metadata: dict[str, str] = field(default_factory=dict)
    description: str = ""
    management_scopes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a token request: the id, and the secret from the body or the Basic header."""

    client_id: str | None
    client_secret: str | None = field(default=None, repr=False)


class Applications(Rule):
    """How an application is known, and which callbacks are its own."""

    def authenticate(self, given: Credentials) -> Application:
        """Return the application behind the credentials, or refuse: 401 `access_denied` (contract, 3.1)."""
        application = self.tenant.store.applications.get(given.client_id or "")
        if application is None:
            raise Refused(CLIENT_REFUSED)
        calling().client_id = application.client_id
        if self.needs_secret(application) and not self.secret_is_right(application, given.client_secret):
            raise Refused(CLIENT_REFUSED)
        return application

    def needs_secret(self, application: Application) -> bool:
        """Only a public application is known by its id alone; a secret that it sends is not looked at."""
        return application.token_endpoint_auth_method != "none"

    def secret_is_right(self, application: Application, given: str | None) -> bool:
        """Compare in constant time; no secret is never right."""
        if not application.client_secret or not given:
            return False
        return hmac.compare_digest(application.client_secret.encode(), given.encode())

    def callback_is_allowed(self, application: Application, url: str) -> bool:
        """A callback is the application's own only when it matches to the letter."""
        return url in application.callbacks
