"""Passwords at the token endpoint: `password` and `password-realm` (contract, 3.3)."""

from __future__ import annotations

from local_tenant.caller import calling
from local_tenant.errors import NO_DEFAULT_DIRECTORY, PASSWORD_OF_BLOCKED, UNKNOWN_REALM, WRONG_PASSWORD, Refused
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.tokens import Order

DEFAULT_SCOPES = ("openid", "profile", "email", "address", "phone")


class PasswordGrant(Rule):
    """What a person's password is worth without a browser."""

    def redeem(
        self, application: Application, username: str, password: str, realm: str | None, audience: str | None,
        asked: list[str],
    ) -> Order:  # fmt: skip
        """Return what to issue tokens for, or refuse: 400, 403."""
        directory = self.check_realm(realm)
        self.tenant.connections.check_open(directory, application)
        named = self.tenant.audiences.find_for_grant(audience)
        calling().audience, calling().scope = named, " ".join(asked)
        person = self.tenant.people.sign_in(username, password, directory)
        if person is None:
            raise Refused(WRONG_PASSWORD)
        if self.tenant.people.is_kept_out(person):
            raise Refused(PASSWORD_OF_BLOCKED)
        now = self.tenant.clock.now()
        person.last_login, person.logins_count = now, person.logins_count + 1
        scopes = self.tenant.tokens.granted_scopes(named, asked or self.default_scopes(named))
        return Order(person, application, named, scopes, None, now, grant="password")

    def check_realm(self, realm: str | None) -> str:
        """The realm is the connection; without one the tenant's default directory is asked."""
        directory = realm or self.default_directory()
        if directory is None:
            raise Refused(NO_DEFAULT_DIRECTORY)
        if directory not in self.tenant.people.connections():
            raise Refused(UNKNOWN_REALM, realm=directory)
        return directory

    def default_directory(self) -> str | None:
        """What the tenant's settings say."""
        return self.tenant.settings.tenant["default_directory"] or None

    def default_scopes(self, audience: str | None) -> list[str]:  # noqa: ARG002  # a variation looks at it
        """Who asks for no scope gets those of the person's profile."""
        return list(DEFAULT_SCOPES)
