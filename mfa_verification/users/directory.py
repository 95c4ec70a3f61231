"""Test users: how they are marked, what a user can do, and how those of a scenario are created and removed."""

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

# RFC 2606 reserves this domain for examples: no one owns an address in it, and validators accept it.
EMAIL_DOMAIN = "mfa-verification.example.com"
LIFE_SECONDS = 3600
"""Seconds after which a test user was left behind by a killed run, and may be removed."""
KEY = "mfa_verification"
SUITE = "mfa-verification"


def mark(run: str, now: float) -> dict[str, Value]:
    """Return the metadata that mark a user of a run; `now` is the tenant's time."""
    return {KEY: {"suite": SUITE, "run": run, "expires_at": int(now) + LIFE_SECONDS}}


def is_reserved(email: str) -> bool:
    """Return whether an address is in the suite's own domain."""
    return email.lower().endswith(f"@{EMAIL_DOMAIN}")


def mark_of(user: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the mark of a user as returned by the Management API; None where there is none."""
    metadata = user.get("app_metadata")
    found = metadata.get(KEY) if isinstance(metadata, dict) else None
    ours = isinstance(found, dict) and found.get("suite") == SUITE and is_reserved(str(user.get("email", "")))
    return found if ours else None


BLOCK = 10
"""How many addresses are reserved with one request."""


def address(run: str, worker: int, number: int) -> str:
    """Return the email address of one user of a run."""
    return f"{run}-w{worker}-{number}@{EMAIL_DOMAIN}"


@dataclass
class Addresses:
    """The email addresses of one worker; each is reserved in the tenant lock before it is used."""

    _run: str
    _worker: int
    _reserve: Callable[[int, int], None]
    """Stores that the worker may have used so many addresses."""
    _used: int = field(default=0, init=False)
    _reserved: int = field(default=0, init=False)

    def next(self) -> str:
        """Return an unused address."""
        if self._used == self._reserved:
            self._reserve(self._worker, self._reserved + BLOCK)
            self._reserved += BLOCK
        self._used += 1
        return address(self._run, self._worker, self._used - 1)


@dataclass(kw_only=True)
class TestUser(Account):
    """A test user with a phone; the features name it.

    Each action returns an outcome without judging it; what it got for the user is kept in `held`.
    """

    __test__ = False  # pytest takes the name for a test class

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
        """Return the authenticator app that was set up last."""
        return self.held.latest(AuthenticatorApp)


class NewPhone(Protocol):
    """Gives a user a phone with a number of their own, or with another user's number."""

    def __call__(self, user_id: str, number: str | None = None) -> Phone:
        """Return the phone; `number` is another user's."""


class TestUsers:
    """The test users of one scenario, by name."""

    __test__ = False  # pytest takes the name for a test class

    def __init__(self, tenant: Tenant, run: str, new_address: Callable[[], str], new_phone: NewPhone) -> None:
        """Create users on `tenant`, marked as those of `run`."""
        self.created = 0
        self.removed = 0
        self._new_address = new_address
        self._tenant = tenant
        self._run = run
        self._new_phone = new_phone
        self._users: dict[str, TestUser] = {}
        self._asked_for: dict[tuple[str, str], str | None] = {}
        """User ids by address and connection: two users may share an address in different connections."""

    def __getitem__(self, name: str) -> TestUser:
        if name not in self._users:
            raise MissingPrecondition(f"there is no test user {name}: no Given created it")
        return self._users[name]

    @property
    def present(self) -> list[TestUser]:
        """Return the created users in order."""
        return list(self._users.values())

    def create(self, name: str, email: str | None = None, **more: str) -> TestUser:
        """Create a user with a password and no second factor.

        `email` is another user's address; `more` may name another `connection` or a `user_id`.
        """
        email, password = email or self._new_address(), Secret(_new_password(), "password")
        # Noted before the request: if it is cut short, the user may exist.
        asked = (email, more.get("connection", self._tenant.profile.connection))
        self._asked_for[asked] = None
        user_id = self._asked_for[asked] = self._create(email, password, more)
        self.created += 1
        phone = self._new_phone(user_id)
        user = TestUser(name=name, email=email, password=password, user_id=user_id, phone=phone, tenant=self._tenant)
        self._users[name] = user
        return user

    def create_with_same_email(self, name: str, of: str, application: Application) -> TestUser:
        """Create a user with another user's address in the other connection of the settings."""
        connection = self._tenant.profile.other_connection
        if connection is None:
            raise NotApplicable("this needs a second database connection: set AUTH0_OTHER_CONNECTION")
        found = self._tenant.management.connection(connection)
        if found is None or application.client_id not in found.enabled_clients:
            raise NotApplicable(f"this needs AUTH0_OTHER_CONNECTION to be enabled for the {application.name}")
        return self.create(name, self[of].email, connection=connection)

    def sign_up(self, application: Application, email: str | None = None) -> Outcome[str]:
        """Sign a user up, with a new address unless `email` is given."""
        address, password = email or self._new_address(), Secret(_new_password(), "password")
        connection = self._tenant.profile.connection
        signed_up = self._tenant.authentication.sign_up(application, connection, address, password)
        if signed_up.value is not None:
            self._asked_for[address, connection] = signed_up.value
            self.created += 1
            self._tenant.management.set_app_metadata(signed_up.value, mark(self._run, self._tenant.clock.now()))
        return signed_up

    def request_password_reset(self, name: str) -> Outcome[bool]:
        """Request a password reset email for a user, sending a new password along."""
        user, named = self[name], Secret(_new_password(), "password sent with a reset")
        user.held.keep(NamedPassword(named))
        application, connection = user.held.latest(Application), self._tenant.profile.connection
        return self._tenant.authentication.request_password_change(application, connection, user.email, named)

    def change_password(self, name: str) -> None:
        """Change a user's password as the administrator; the user continues with the new one."""
        user, changed = self[name], Secret(_new_password(), "password")
        self._change(user, {"password": changed})
        user.held.keep(FormerPassword(user.password))
        user.password = changed

    def change_email(self, name: str) -> None:
        """Change a user's email address as the administrator; the user continues with the new one."""
        user, changed = self[name], self._new_address()
        self._change(user, {"email": changed})
        user.email = changed

    def share_phone(self, name: str, owner: str) -> None:
        """Give a user the phone number of another user."""
        user = self[name]
        user.phone = self._new_phone(user.user_id, self[owner].phone.number)

    def change_phone(self, name: str) -> None:
        """Give a user another phone; the former one stays enrolled."""
        user = self[name]
        user.phone = self._new_phone(user.user_id)

    def remove_all(self) -> list[str]:
        """Remove all users; return a warning for each that an unreachable tenant may still have.

        Raises `UserNotRemoved` where the tenant refused, after trying all.
        """
        for user in self.present:
            user.sign_in.discard_device()
        unreachable, refused = [], []
        for (email, _), user_id in self._asked_for.items():
            try:
                self._remove(email, user_id)
            except TenantFault as fault:
                refused.append(f"{email}: {fault}")
            except Inconclusive as error:
                unreachable.append(f"{email} may be left on the tenant: {error}")
        self._asked_for.clear()
        self._users.clear()
        if refused:
            raise UserNotRemoved(f"the tenant did not remove {'; '.join(refused)}")
        return unreachable

    def _change(self, user: TestUser, changes: Mapping[str, Value]) -> None:
        changed: dict[str, Value] = {**changes, "connection": self._tenant.profile.connection}
        self._tenant.management.update_user(user.user_id, changed)

    def _create(self, email: str, password: Secret, more: Mapping[str, str]) -> str:
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
            # Nothing was verified yet: mostly it is the wrong connection, or it requires more attributes.
            raise Inconclusive(
                Cause.USER_NOT_CREATED, f"no user could be created in AUTH0_CONNECTION: {fault}"
            ) from None

    def _remove(self, email: str, user_id: str | None) -> None:
        """Remove one user, with a second try after an outage."""
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
        """Return the ids of users created by an interrupted request, by this run's mark."""
        found = self._tenant.management.users_by_email(email)
        return [str(user["user_id"]) for user in found if (mark_of(user) or {}).get("run") == self._run]


def _new_password() -> str:
    """Return a random password that satisfies all of Auth0's password policies."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(24)) + "aA1!"
