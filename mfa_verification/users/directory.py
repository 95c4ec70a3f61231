"""Test users: the mark that they carry, what one of them does, and all of a scenario, created and removed."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.core.outcome import Inconclusive, NotApplicable, Outcome, TenantFault, UserNotRemoved
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.phone import Phone
from mfa_verification.settings.profile import Application
from mfa_verification.transport import Value
from mfa_verification.users.confirmations import MfaChallenge
from mfa_verification.users.enrollment import Enrollment
from mfa_verification.users.held import Account, FormerPassword, MissingPrecondition, NamedPassword
from mfa_verification.users.sign_ins import SignIns
from mfa_verification.users.token_requests import TokenRequests

# RFC 2606 keeps this domain for examples: nobody can own an address in it, and every validator takes it.
EMAIL_DOMAIN = "mfa-verification.example.com"
LIFE_SECONDS = 3600
"""A user older than this was left behind, and may be removed by anybody."""
KEY = "mfa_verification"
SUITE = "mfa-verification"


def mark(run: str, now: float) -> dict[str, Value]:
    """Return the metadata of a user of a run; `now` is the tenant's time."""
    return {KEY: {"suite": SUITE, "run": run, "expires_at": int(now) + LIFE_SECONDS}}


def is_reserved(email: str) -> bool:
    """Say whether an address is in the suite's own domain."""
    return email.lower().endswith(f"@{EMAIL_DOMAIN}")


def mark_of(user: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the mark of a user as the Management API shows them; None for anybody else's user."""
    metadata = user.get("app_metadata")
    found = metadata.get(KEY) if isinstance(metadata, dict) else None
    ours = isinstance(found, dict) and found.get("suite") == SUITE and is_reserved(str(user.get("email", "")))
    return found if ours else None


BLOCK = 10
"""So many addresses are reserved at once: one request for ten users."""


def address(run: str, worker: int, number: int) -> str:
    """Return the address of one user of a run."""
    return f"{run}-w{worker}-{number}@{EMAIL_DOMAIN}"


@dataclass
class Addresses:
    """The addresses of one worker; what was reserved is written down before the first of it is used."""

    _run: str
    _worker: int
    _reserve: Callable[[int, int], None]
    """Writes down that the worker may have used its first so many."""
    _used: int = field(default=0, init=False)
    _reserved: int = field(default=0, init=False)

    def next(self) -> str:
        """Return an address that nobody had before."""
        if self._used == self._reserved:
            self._reserve(self._worker, self._reserved + BLOCK)
            self._reserved += BLOCK
        self._used += 1
        return address(self._run, self._worker, self._used - 1)


@dataclass(kw_only=True)
class TestUser(Account):
    """A user of the tenant, named as in the feature, with a phone of their own.

    Each action returns its outcome and judges nothing; what it got for the user is in `held`.
    """

    __test__ = False  # no test class, whatever pytest makes of the name

    sign_in: SignIns = field(init=False, repr=False)
    enrollment: Enrollment = field(init=False, repr=False)
    challenge: MfaChallenge = field(init=False, repr=False)
    tokens: TokenRequests = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sign_in = SignIns(self)
        self.enrollment = Enrollment(self)
        self.challenge = MfaChallenge(self)
        self.tokens = TokenRequests(self)

    @property
    def app(self) -> AuthenticatorApp:
        """The authenticator app, once it was set up."""
        return self.held.latest(AuthenticatorApp)


class NewPhone(Protocol):
    """Gives the user of an id a phone: one that is theirs alone, or one more hand on a number."""

    def __call__(self, user_id: str, number: str | None = None) -> Phone:
        """Return it; `number` is that of somebody else's."""


class TestUsers:
    """The test users of one scenario, by the name that the feature gives them."""

    __test__ = False  # no test class, whatever pytest makes of the name

    def __init__(self, tenant: Tenant, run: str, new_address: Callable[[], str], new_phone: NewPhone) -> None:
        """Create users on `tenant`, marked as of `run`, each with an address and a phone (by user id) of their own."""
        self.created = 0
        self.removed = 0
        self._new_address = new_address
        self._tenant = tenant
        self._run = run
        self._new_phone = new_phone
        self._users: dict[str, TestUser] = {}
        self._asked_for: dict[tuple[str, str], str | None] = {}
        """By address and connection: two users may have one address, each in a connection of their own."""

    def __getitem__(self, name: str) -> TestUser:
        if name not in self._users:
            raise MissingPrecondition(f"nobody is called {name}: no Given created them")
        return self._users[name]

    @property
    def present(self) -> list[TestUser]:
        """All who were created, in that order."""
        return list(self._users.values())

    def create(self, name: str, email: str | None = None, **more: str) -> TestUser:
        """Create a user with a password and no second factor.

        With an address of their own unless `email` is another user's; `more`: another `connection`, a `user_id`.
        """
        email, password = email or self._new_address(), Secret(_new_password(), "password")
        # Noted before the request: whatever cuts it short, the tenant may have made somebody by then.
        asked = (email, more.get("connection", self._tenant.profile.connection))
        self._asked_for[asked] = None
        user_id = self._asked_for[asked] = self._make(email, password, more)
        self.created += 1
        phone = self._new_phone(user_id)
        user = TestUser(name=name, email=email, password=password, user_id=user_id, phone=phone, tenant=self._tenant)
        self._users[name] = user
        return user

    def create_with_same_email(self, name: str, of: str, application: Application) -> TestUser:
        """Create a user with another user's address, in the other connection of the settings."""
        connection = self._tenant.profile.other_connection
        if connection is None:
            raise NotApplicable("this needs a second database connection, and AUTH0_OTHER_CONNECTION is not set")
        found = self._tenant.management.connection(connection)
        if found is None or application.client_id not in found.enabled_clients:
            raise NotApplicable(f"this needs AUTH0_OTHER_CONNECTION to be enabled for the {application.name}")
        return self.create(name, self[of].email, connection=connection)

    def sign_up(self, application: Application, email: str | None = None) -> Outcome[str]:
        """Create an account as anybody may, with a new address unless `email` is another user's."""
        address, password = email or self._new_address(), Secret(_new_password(), "password")
        connection = self._tenant.profile.connection
        signed_up = self._tenant.authentication.sign_up(application, connection, address, password)
        if signed_up.value is not None:
            self._asked_for[address, connection] = signed_up.value
            self.created += 1
            self._tenant.management.set_app_metadata(signed_up.value, mark(self._run, self._tenant.clock.now()))
        return signed_up

    def request_password_reset(self, name: str) -> Outcome[bool]:
        """Request the e-mail with which a user's password is reset, as anybody may, and name a password right away."""
        user, named = self[name], Secret(_new_password(), "named password")
        user.held.keep(NamedPassword(named))
        application, connection = user.held.latest(Application), self._tenant.profile.connection
        return self._tenant.authentication.request_password_change(application, connection, user.email, named)

    def change_password(self, name: str) -> None:
        """Change a user's password as the administrator; the user goes on with the new one."""
        user, changed = self[name], Secret(_new_password(), "password")
        self._change(user, {"password": changed})
        user.held.keep(FormerPassword(user.password))
        user.password = changed

    def change_email(self, name: str) -> None:
        """Change a user's e-mail address as the administrator; the user goes on with the new one."""
        user, changed = self[name], self._new_address()
        self._change(user, {"email": changed})
        user.email = changed

    def share_phone(self, name: str, owner: str) -> None:
        """Let a user have the phone of another one."""
        user = self[name]
        user.phone = self._new_phone(user.user_id, self[owner].phone.number)

    def change_phone(self, name: str) -> None:
        """Give a user another phone; the former stays where it is enrolled."""
        user = self[name]
        user.phone = self._new_phone(user.user_id)

    def remove_all(self) -> list[str]:
        """Remove all, and return a warning for each whom an unreachable tenant may still have.

        Raises `UserNotRemoved` where the tenant refused, after having tried them all.
        """
        for user in self.present:
            user.sign_in.discard_device()
        unreachable, refused = [], []
        for (email, _), user_id in self._asked_for.items():
            try:
                self._remove(email, user_id)
            except TenantFault as fault:
                refused.append(f"{email}: {fault}")
            except Inconclusive as trouble:
                unreachable.append(f"{email} may be left on the tenant: {trouble}")
        self._asked_for.clear()
        self._users.clear()
        if refused:
            raise UserNotRemoved(f"the tenant did not remove {'; '.join(refused)}")
        return unreachable

    def _change(self, user: TestUser, changes: Mapping[str, Value]) -> None:
        changed: dict[str, Value] = {**changes, "connection": self._tenant.profile.connection}
        self._tenant.management.update_user(user.user_id, changed)

    def _make(self, email: str, password: Secret, more: Mapping[str, str]) -> str:
        try:
            return self._tenant.management.create_user(
                {
                    "connection": self._tenant.profile.connection,
                    "email": email,
                    "password": password,
                    "email_verified": True,
                    "verify_email": False,
                    "app_metadata": mark(self._run, self._tenant.clock.now()),
                    **more,
                }
            )
        except TenantFault as fault:
            # Nothing was verified yet: most often the connection is another one, or wants more of a user.
            raise Inconclusive(Cause.USER_NOT_CREATED, f"nobody could be made in AUTH0_CONNECTION: {fault}") from None

    def _remove(self, email: str, user_id: str | None) -> None:
        """Remove one user; trouble on the way deserves a second try."""
        for last_try in (False, True):
            try:
                for found in [user_id] if user_id else self._made_by_us(email):
                    self._tenant.management.delete_user(found)
                    self.removed += 1
            except Inconclusive:
                if last_try:
                    raise
            else:
                return

    def _made_by_us(self, email: str) -> list[str]:
        """Return whom a request made that was cut short: ours by the mark, else nobody."""
        found = self._tenant.management.users_by_email(email)
        return [str(user["user_id"]) for user in found if (mark_of(user) or {}).get("run") == self._run]


def _new_password() -> str:
    """Random, and strong enough for any of Auth0's password policies: all four kinds of character."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(24)) + "aA1!"
