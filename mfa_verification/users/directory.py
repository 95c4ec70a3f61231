"""The people of one scenario: created on its tenant, removed from it at the end."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping
from typing import Protocol

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive, NotApplicable, Outcome, TenantFault, UserNotRemoved
from mfa_verification.core.secret import Secret
from mfa_verification.phones.phone import Phone
from mfa_verification.users.held import NothingInHand
from mfa_verification.users.mark import mark, mark_of
from mfa_verification.users.test_user import Person


class NewPhone(Protocol):
    """Gives the user of an id a phone: one that is theirs alone, or one more hand on a number."""

    def __call__(self, user_id: str, number: str | None = None) -> Phone:
        """Return it; `number` is that of somebody else's."""


class Household:
    """The people of one scenario, by the name that the feature gives them."""

    def __init__(self, tenant: Tenant, run: str, new_address: Callable[[], str], new_phone: NewPhone) -> None:
        """Make people on `tenant`, marked as of `run`, each with an address and a phone (by user id) of their own."""
        self.created = 0
        self.removed = 0
        self._new_address = new_address
        self._tenant = tenant
        self._run = run
        self._new_phone = new_phone
        self._people: dict[str, Person] = {}
        self._asked_for: dict[tuple[str, str], str | None] = {}
        """By address and connection: two people may have one address, each in a connection of their own."""

    def __getitem__(self, name: str) -> Person:
        if name not in self._people:
            raise NothingInHand(f"nobody is called {name}: no Given made them")
        return self._people[name]

    @property
    def present(self) -> list[Person]:
        """Everybody who was made, in that order."""
        return list(self._people.values())

    def create(self, name: str, email: str | None = None, **more: str) -> Person:
        """Create a person with a password and no second factor.

        With an address of their own unless `email` is that of somebody else; `more`: another `connection`, a `user_id`.
        """
        email, password = email or self._new_address(), Secret(_new_password(), "password")
        # Noted before the request: whatever cuts it short, the tenant may have made somebody by then.
        asked = (email, more.get("connection", self._tenant.profile.connection))
        self._asked_for[asked] = None
        user_id = self._asked_for[asked] = self._make(email, password, more)
        self.created += 1
        phone = self._new_phone(user_id)
        self._people[name] = Person(
            name=name, email=email, password=password, user_id=user_id, phone=phone, tenant=self._tenant
        )
        return self._people[name]

    def create_double(self, name: str, of: str, application: str) -> Person:
        """Create a person with somebody else's address, in the other connection of the settings."""
        connection, client_id = self._tenant.profile.other_connection, self._tenant.application(application).client_id
        if connection is None:
            raise NotApplicable("this needs a second database connection, and AUTH0_OTHER_CONNECTION is not set")
        found = self._tenant.management.connection(connection)
        if found is None or client_id not in found.enabled_clients:
            raise NotApplicable(f"this needs AUTH0_OTHER_CONNECTION to be enabled for the {application}")
        return self.create(name, self[of].email, connection=connection)

    def sign_up(self, application: str, email: str | None = None) -> Outcome[str]:
        """Make an account as anybody may, with a new address unless `email` is that of somebody else."""
        address, password = email or self._new_address(), Secret(_new_password(), "password")
        connection = self._tenant.profile.connection
        signed_up = self._tenant.authentication.sign_up(
            self._tenant.application(application), connection, address, password
        )
        if signed_up.value is not None:
            self._asked_for[address, connection] = signed_up.value
            self.created += 1
            self._tenant.management.set_app_metadata(signed_up.value, mark(self._run, self._tenant.clock.now()))
        return signed_up

    def see_that_anybody_may_sign_up(self, application: str) -> None:
        """Make an account with a new address; `NotApplicable` where the tenant lets nobody."""
        signed_up = self.sign_up(application)
        if signed_up.refusal is not None:
            raise NotApplicable(f"this needs a connection where people may sign up, and it met {signed_up.met}")

    def change(self, name: str, what: str) -> None:
        """Change somebody's `password` or `email`, as an operator does; they go on with the new one."""
        person = self[name]
        changed = Secret(_new_password(), "password") if what == "password" else self._new_address()
        connection = self._tenant.profile.connection
        self._tenant.management.update_user(person.user_id, {what: changed, "connection": connection})
        if isinstance(changed, Secret):
            person.take_new_password(changed)
        else:
            person.email = changed

    def share_phone(self, name: str, owner: str) -> None:
        """Let somebody use the phone of somebody else."""
        person = self[name]
        person.phone = self._new_phone(person.user_id, self[owner].phone.number)

    def take_up_another_phone(self, name: str) -> None:
        """Give somebody another phone; the former stays where it is enrolled."""
        self[name].phone = self._new_phone(self[name].user_id)

    def remove_all(self) -> list[str]:
        """Remove everybody, and return a warning for each whom an unreachable tenant may still have.

        Raises `UserNotRemoved` where the tenant refused, after having tried them all.
        """
        for person in self._people.values():
            person.put_device_away()
        unreachable, refused = [], []
        for (email, _), user_id in self._asked_for.items():
            try:
                self._remove(email, user_id)
            except TenantFault as fault:
                refused.append(f"{email}: {fault}")
            except Inconclusive as trouble:
                unreachable.append(f"{email} may be left on the tenant: {trouble}")
        self._asked_for.clear()
        self._people.clear()
        if refused:
            raise UserNotRemoved(f"the tenant did not remove {'; '.join(refused)}")
        return unreachable

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
            raise Inconclusive(Cause.PERSON_NOT_MADE, f"nobody could be made in AUTH0_CONNECTION: {fault}") from None

    def _remove(self, email: str, user_id: str | None) -> None:
        """Remove one person; trouble on the way deserves a second try."""
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
        found = self._tenant.management.users_of(email)
        return [str(user["user_id"]) for user in found if (mark_of(user) or {}).get("run") == self._run]


def _new_password() -> str:
    """Random, and strong enough for any of Auth0's password policies: all four kinds of character."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(24)) + "aA1!"
