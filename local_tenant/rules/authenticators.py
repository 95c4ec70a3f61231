"""Authenticators: factors that one user enrolled (AF-LIST-02, AF-LIST-08)."""

from __future__ import annotations

from local_tenant.keys import alphanumeric
from local_tenant.model import CHANNEL, TYPE, Authenticator, Kind, User
from local_tenant.rules import Rule


class Authenticators(Rule):
    """What a user has, and how it is shown to that user."""

    def add(
        self, user: User, kind: Kind, *, phone: str = "", secret: str = "", device: str | None = None
    ) -> Authenticator:
        """Begin an enrollment: a new entry each time, whatever else stands unconfirmed. A pair shares its device."""
        now = self.tenant.clock.now()
        device = device or f"dev_{alphanumeric(16)}"
        added = Authenticator(device, kind, user.user_id, now, phone=phone, secret=secret)
        if not self.needs_confirmation():
            added.confirmed_at = now
        self.tenant.store.authenticators[added.id] = added
        return added

    def needs_confirmation(self) -> bool:
        """An enrollment counts only after a code proved it."""
        return True

    def confirm(self, authenticator: Authenticator) -> None:
        """Let an enrollment count."""
        authenticator.confirmed_at = authenticator.confirmed_at or self.tenant.clock.now()

    def after_wrong_code(self, authenticator: Authenticator) -> None:
        """A wrong code leaves an enrollment as it was: unconfirmed, and open to the right code."""

    def of(self, user: User) -> list[Authenticator]:
        """Return everything a user began to enroll, oldest first; a verified address comes by itself."""
        has_address = self.has_verified_email(user)
        own = [one for one in self.tenant.store.authenticators.values() if one.user_id == user.user_id]
        own = [one for one in own if not one.is_verified_email or (has_address and one.phone == user.email)]
        if has_address and not any(one.is_verified_email for one in own):
            own.append(self._add_verified_email(user))
        return own

    def has_verified_email(self, user: User) -> bool:
        """With e-mail on, every verified address is an active authenticator (AF-LIST-09)."""
        return user.email_verified and self.tenant.factors.is_enabled("email")

    def _add_verified_email(self, user: User) -> Authenticator:
        now = self.tenant.clock.now()
        added = Authenticator(
            f"dev_{alphanumeric(16)}", "email", user.user_id, now, now, phone=user.email, is_verified_email=True
        )
        self.tenant.store.authenticators[added.id] = added
        return added

    def pair_of(self, authenticator: Authenticator) -> list[Authenticator]:
        """What shares its device: a number texted and called, a push and the app's one-time passwords."""
        everything = self.tenant.store.authenticators.values()
        return [one for one in everything if one.device == authenticator.device and one is not authenticator]

    def confirmed_with(self, authenticator: Authenticator) -> list[Authenticator]:
        """What the same code proves: what shares its device, and nothing else."""
        return self.pair_of(authenticator)

    def is_confirmed(self, authenticator: Authenticator) -> bool:
        """Say whether a code proved it."""
        return authenticator.confirmed_at is not None

    def remove(self, authenticator: Authenticator) -> None:
        """Forget an authenticator and what it is paired with; its codes are worthless from now on."""
        for one in (authenticator, *self.pair_of(authenticator)):
            self.tenant.store.forget_authenticator(one.id)
        self.tenant.recovery_codes.remove_if_alone(authenticator.user_id)

    def removable_by(self, user: User) -> list[Authenticator]:
        """What a user may remove: their own alone."""
        return self.of(user)

    def is_removable(self, authenticator: Authenticator) -> bool:
        """A verified address and a recovery code are not."""
        return authenticator.kind != "recovery-code" and not authenticator.is_verified_email

    def listed(self, user: User) -> list[dict[str, object]]:
        """What `GET /mfa/authenticators` shows: unconfirmed entries too."""
        return [self.entry(one) for one in self.of(user) if self.is_listed(one)]

    def is_listed(self, authenticator: Authenticator) -> bool:  # noqa: ARG002  # a variation looks at it
        """Everything of the user's is listed."""
        return True

    def entry(self, authenticator: Authenticator) -> dict[str, object]:
        """One entry: `id`, `authenticator_type`, `active`, `type`, `oob_channel`, and what is masked as `name`."""
        kind = authenticator.kind
        shown: dict[str, object] = {
            "id": authenticator.id,
            "authenticator_type": "oob" if kind in CHANNEL else TYPE[kind],
            "active": self.is_shown_active(authenticator),
        }
        if self.shows_type():
            shown["type"] = TYPE[kind]
        if kind in CHANNEL:
            shown[self.channel_key()] = CHANNEL[kind]
        if authenticator.phone:
            shown["name"] = self.shown_name(authenticator)
        return shown

    def shows_type(self) -> bool:
        """Newer tenants say `type` (AF-LIST-04)."""
        return True

    def channel_key(self) -> str:
        """`oob_channel`, one text (AF-LIST-02)."""
        return "oob_channel"

    def is_shown_active(self, authenticator: Authenticator) -> bool:
        """Active means confirmed."""
        return self.is_confirmed(authenticator)

    def shown_name(self, authenticator: Authenticator) -> str:
        """A phone's name is its masked number, an e-mail's its masked address."""
        if authenticator.kind == "email":
            return self.tenant.emails.mask(authenticator.phone)
        return self.tenant.phones.mask(authenticator.phone)
