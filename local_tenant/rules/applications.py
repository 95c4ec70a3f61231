"""Applications (Auth0's clients): who they are, how they prove it, where they send people (contract, 3.1, 7.5)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from local_tenant.caller import calling
from local_tenant.errors import CLIENT_REFUSED, Refused, Row
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
    is_first_party: bool = True
    public_key: str | None = None
    """With it the application proves itself by signing (private_key_jwt)."""
    private_key: str | None = field(default=None, repr=False)
    """The other half, where the tenant made the pair."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a token request: the id, and the secret from the body or the Basic header, or an assertion."""

    client_id: str | None
    client_secret: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)


class Applications(Rule):
    """How an application is known, and which callbacks are its own."""

    def authenticate(self, given: Credentials) -> Application:
        """Return the application behind the credentials, or refuse: 401 `access_denied` (contract, 3.1)."""
        assertions = self.tenant.client_assertions
        client_id = given.client_id or assertions.named_client(given.assertion)
        application = self.tenant.store.applications.get(client_id or "")
        if application is not None:
            calling().client_id = application.client_id
        if application is None or not self._is_proved(application, given):
            raise Refused(self.refused_row())
        return application

    def _is_proved(self, application: Application, given: Credentials) -> bool:
        if application.public_key is not None:
            return self.tenant.client_assertions.is_right(application, given.assertion)
        if self.needs_secret(application):
            return self.secret_is_right(application, given.client_secret)
        return self.surplus_secret_is_harmless(given.client_secret)

    def refused_row(self) -> Row:
        """An application that does not prove itself meets 401 `access_denied` (open question 9)."""
        return CLIENT_REFUSED

    def needs_secret(self, application: Application) -> bool:
        """Only a public application is known by its id alone."""
        return application.token_endpoint_auth_method != "none"

    def surplus_secret_is_harmless(self, given: str | None) -> bool:  # noqa: ARG002  # a variation looks at it
        """A secret that a public application sends is not looked at (open question 9)."""
        return True

    def secret_is_right(self, application: Application, given: str | None) -> bool:
        """Compare in constant time; no secret is never right."""
        if not application.client_secret or not given:
            return False
        return hmac.compare_digest(application.client_secret.encode(), given.encode())

    def callback_is_allowed(self, application: Application, url: str) -> bool:
        """A callback is the application's own only when it matches to the letter."""
        return url in application.callbacks
