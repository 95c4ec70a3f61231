"""Authenticators: factors that one person enrolled (contract, 4.6, 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person
from local_tenant.sealed import alphanumeric

Kind = Literal["sms", "totp"]
FACTOR: dict[Kind, str] = {"sms": "sms", "totp": "otp"}
TYPE: dict[Kind, str] = {"sms": "phone", "totp": "otp"}


@dataclass
class Authenticator:
    """A phone or an authenticator app of one person; unconfirmed until a code proved it."""

    device: str
    kind: Kind
    user_id: str
    created_at: float
    confirmed_at: float | None = None
    last_used_at: float | None = None
    phone: str = ""
    secret: str = field(default="", repr=False)
    spent_steps: set[int] = field(default_factory=set, repr=False)

    @property
    def id(self) -> str:
        """`sms|dev_…` or `totp|dev_…`."""
        return f"{self.kind}|{self.device}"


class Authenticators(Rule):
    """What a person has, and how it is shown to that person."""

    def add(self, person: Person, kind: Kind, *, phone: str = "", secret: str = "") -> Authenticator:
        """Begin an enrolment: a new entry each time, whatever else stands unconfirmed."""
        now = self.tenant.clock.now()
        added = Authenticator(f"dev_{alphanumeric(16)}", kind, person.user_id, now, phone=phone, secret=secret)
        if not self.needs_confirmation():
            added.confirmed_at = now
        self.tenant.store.authenticators[added.id] = added
        return added

    def needs_confirmation(self) -> bool:
        """An enrolment counts only after a code proved it."""
        return True

    def confirm(self, authenticator: Authenticator) -> None:
        """Let an enrolment count."""
        authenticator.confirmed_at = authenticator.confirmed_at or self.tenant.clock.now()

    def after_wrong_code(self, authenticator: Authenticator) -> None:
        """A wrong code leaves an enrolment as it was: unconfirmed, and open to the right code."""

    def of(self, person: Person) -> list[Authenticator]:
        """Return everything a person began to enrol, oldest first."""
        return [one for one in self.tenant.store.authenticators.values() if one.user_id == person.user_id]

    def is_confirmed(self, authenticator: Authenticator) -> bool:
        """Say whether a code proved it."""
        return authenticator.confirmed_at is not None

    def remove(self, authenticator: Authenticator) -> None:
        """Forget an authenticator; its codes are worthless from now on."""
        self.tenant.store.forget_authenticator(authenticator.id)

    def listed(self, person: Person) -> list[dict[str, object]]:
        """What `GET /mfa/authenticators` shows: unconfirmed entries too."""
        return [self.entry(one) for one in self.of(person) if self.is_listed(one)]

    def is_listed(self, authenticator: Authenticator) -> bool:  # noqa: ARG002  # a variation looks at it
        """Everything of the person's is listed."""
        return True

    def entry(self, authenticator: Authenticator) -> dict[str, object]:
        """One entry: `id`, `authenticator_type`, `active`, `type`, for phones `oob_channel` and the masked `name`."""
        shown: dict[str, object] = {
            "id": authenticator.id,
            "authenticator_type": "oob" if authenticator.kind == "sms" else "otp",
            "active": self.is_shown_active(authenticator),
            "type": TYPE[authenticator.kind],
        }
        if authenticator.kind == "sms":
            shown |= {"oob_channel": "sms", "name": self.shown_name(authenticator)}
        return shown

    def is_shown_active(self, authenticator: Authenticator) -> bool:
        """Active means confirmed."""
        return self.is_confirmed(authenticator)

    def shown_name(self, authenticator: Authenticator) -> str:
        """A phone's name is its masked number."""
        return self.tenant.phones.mask(authenticator.phone)
