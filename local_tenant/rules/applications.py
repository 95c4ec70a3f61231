"""Applications (Auth0's clients): who they are, how they prove it, where they send people (contract, 3.1, 7.5)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import cached_property

from joserfc.jwk import RSAKey

from local_tenant import key_making
from local_tenant.caller import calling
from local_tenant.errors import CLIENT_REFUSED, Refused, Row
from local_tenant.rules.base import Rule


class KeyPair:
    """The halves of a key as PEM: the public one of the tenant file alone, or both of a pair made when it is needed."""

    def __init__(self, public: str | None = None) -> None:
        """Take the public half, if the application keeps the private one to itself."""
        self._public = public

    @cached_property
    def _pair(self) -> RSAKey:
        return key_making.take()

    @property
    def public(self) -> str:
        """The half that everybody may know."""
        return self._public or self._pair.as_pem(private=False).decode()

    @property
    def private(self) -> str | None:
        """The half that signs."""
        return None if self._public else self._pair.as_pem(private=True).decode()


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
    allowed_logout_urls: list[str] = field(default_factory=list)
    is_first_party: bool = True
    skip_non_verifiable_callback_uri_confirmation_prompt: bool | None = None
    """None: as the tenant says."""
    client_metadata: dict[str, str] = field(default_factory=dict)
    description: str = ""
    management_scopes: list[str] = field(default_factory=list)
    key: KeyPair | None = field(default=None, repr=False)
    more: dict[str, object] = field(default_factory=dict)
    """What the operator set beside that, as the Management API shows it."""

    @property
    def public_key(self) -> str | None:
        """With it the application proves itself by signing (private_key_jwt)."""
        return self.key.public if self.key is not None else None

    @property
    def private_key(self) -> str | None:
        """The other half, where the tenant made the pair."""
        return self.key.private if self.key is not None else None


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

    def logout_url_is_allowed(self, application: Application | None, url: str) -> bool:
        """After a logout the browser goes only to the letter where the application, or the tenant, says."""
        own = application.allowed_logout_urls if application is not None else []
        return url in own or url in self.tenant.settings.tenant["allowed_logout_urls"]
