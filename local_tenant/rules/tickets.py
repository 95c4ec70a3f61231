"""Enrolment tickets: a link of the operator's with which a person enrols without signing in (contract, 7.4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from local_tenant.errors import ALREADY_ENROLLED, TICKET_WORTHLESS, Refused
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person
from local_tenant.rules.sign_ins import SignIn

NO_APPLICATION = Application(
    client_id="",
    client_secret=None,
    name="",
    app_type="spa",
    token_endpoint_auth_method="none",  # noqa: S106
    grant_types=[],
)
"""Nobody's: a ticket leads back to no application."""


@dataclass
class Ticket:
    """Whose it is, and what it is good for."""

    user_id: str
    issued_at: float
    allows_another: bool
    """Whether somebody who is enrolled may add a factor with it."""
    opened: SignIn | None = field(default=None, repr=False)
    used: bool = False


class Tickets(Rule):
    """What the operator hands out, and what it is worth."""

    def issue(self, person: Person, allows_another: bool) -> str:
        """Return the secret of a new ticket."""
        ticket = secrets.token_urlsafe(24)
        self.tenant.store.tickets[ticket] = Ticket(person.user_id, self.tenant.clock.now(), allows_another)
        return ticket

    def open(self, given: str, browser: str) -> SignIn:
        """Begin to enrol, or refuse. Opened again it begins anew, and what was begun before leads nowhere."""
        ticket, now = self.tenant.store.tickets.get(given), self.tenant.clock.now()
        if ticket is None or self.is_worthless(ticket):
            raise Refused(TICKET_WORTHLESS)
        person = self.tenant.people.get(ticket.user_id)
        if not ticket.allows_another and self.tenant.second_factor.is_enrolled(person):
            raise Refused(ALREADY_ENROLLED)
        if ticket.opened is not None:
            self.tenant.sign_ins.end(ticket.opened)
        ticket.opened = SignIn(
            state=self.tenant.sign_ins.new_state(), application=NO_APPLICATION, redirect_uri="", scopes=[],
            audience=None, client_state=None, nonce=None, code_challenge=None, code_challenge_method="",
            login_hint="", started_at=now, browser=browser, user_id=person.user_id, ticket=given,
        )  # fmt: skip
        self.tenant.sign_ins.begin(ticket.opened)
        return ticket.opened

    def lifetime(self) -> float:
        """Five days."""
        return 5 * 86_400.0

    def is_worthless(self, ticket: Ticket) -> bool:
        """Used or too old."""
        return ticket.used or self.tenant.clock.now() >= ticket.issued_at + self.lifetime()

    def spend(self, sign_in: SignIn) -> None:
        """A ticket is good for one factor; until that is enrolled it can be opened again."""
        self.tenant.store.tickets[sign_in.ticket].used = True
