"""Users: their passwords, their connections, and their removal (AF-USER-01, AF-USER-05, AF-USER-08)."""

from __future__ import annotations

import hmac
import re
import secrets

from local_tenant.errors import DB_INVALID_SIGNUP, USER_EXISTS, USER_MISSING, WEAK_PASSWORD, Refused
from local_tenant.model import User
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule

EMAIL_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


class Users(Rule):
    """The tenant's users."""

    def connections(self) -> list[str]:
        """Return the database connections, the one under test first."""
        return [one.name for one in self.tenant.settings.connections.values() if one.strategy == "auth0"]

    def create(self, email: str, password: str, connection: str | None = None, id_: str | None = None) -> User:
        """Add a user, by default to the first connection. Raises Refused for a weak password or a taken address."""
        address, directory = email.lower(), connection or self.tenant.configuration.connection
        if not self.password_is_strong(password):
            raise Refused(WEAK_PASSWORD)
        user_id = f"auth0|{id_ or secrets.token_hex(12)}"
        if self.by_email(address, directory) is not None or user_id in self.tenant.store.users:
            raise Refused(USER_EXISTS)
        now = self.tenant.clock.now()
        user = User(user_id, address, password, directory, now, now)
        self.tenant.store.users[user_id] = user
        return user

    def is_blocked(self, user: User) -> bool:
        """A user whom the administrator blocked cannot sign in."""
        return user.blocked

    def get(self, user_id: str) -> User:
        """Return a user. Raises Refused: 404 `inexistent_user`."""
        user = self.tenant.store.users.get(user_id)
        if user is None:
            raise Refused(USER_MISSING)
        return user

    def by_email(self, email: str, connection: str | None = None) -> User | None:
        """Return the user with this lower-case address, of one connection or of the first that has one."""
        found = {one.connection: one for one in self.tenant.store.users.values() if one.email == email}
        requested = self.connections() if connection is None else [connection]
        return next((found[name] for name in requested if name in found), None)

    def searchable(self) -> list[User]:
        """Return the users that a search finds; a test may inject a lag."""
        known_by = self.tenant.clock.now() - self.tenant.fault_injection.search_lag
        lags = self.tenant.fault_injection.search_lag > 0
        return [one for one in self.tenant.store.users.values() if not lags or one.created_at <= known_by]

    def sign_in(self, email: str, password: str, connection: str | None = None) -> User | None:
        """Return the user of an address and a password, or None. Raises Refused where attack protection applies."""
        user = self.by_email(email.strip().lower(), connection)
        if user is not None and not self.tenant.connections.allows_current_client(user.connection):
            user = None
        if user is not None:
            current_caller().user_id = user.user_id
        self.tenant.attack_protection.check(user)
        if user is None or not self.password_is_right(user, password):
            self.tenant.attack_protection.count_failure(user)
            return None
        self.tenant.attack_protection.count_success(user)
        return user

    def password_is_right(self, user: User, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(user.password.encode(), given.encode())

    def password_is_breached(self, user: User) -> bool:
        """No password counts as breached."""
        return False

    def password_is_strong(self, password: str) -> bool:
        """Eight characters of three kinds: Auth0's default policy."""
        return len(password) >= 8 and sum(bool(re.search(kind, password)) for kind in CLASSES) >= 3

    def sign_up(self, email: str, password: str, connection: str) -> User:
        """Add a user by self-service sign-up. Raises Refused for a taken address: 400 `invalid_signup`."""
        if self.by_email(email.lower(), connection) is not None:
            raise Refused(DB_INVALID_SIGNUP)
        return self.create(email, password, connection)

    def request_password_change(self, email: str, connection: str, named: str | None) -> None:
        """Anyone may request a change; the link goes to the mailbox alone, and a password in the request is ignored."""

    def after_credential_change(self, user: User) -> None:
        """A new password or address leaves the factors unchanged."""

    def delete(self, user_id: str) -> None:
        """Delete a user's factors, sign-ins, sessions and codes; tokens become invalid without their user."""
        self.tenant.store.forget(user_id)
