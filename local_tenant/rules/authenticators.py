"""Authenticators: the factors that a user enrolled (AF-LIST-02, AF-LIST-08)."""

from __future__ import annotations

from local_tenant.keys import alphanumeric
from local_tenant.model import CHANNEL, TYPE, Authenticator, Kind, User
from local_tenant.rules import Rule


class Authenticators(Rule):
    """A user's factors, and how the user's own list shows them."""

    def add(
        self, user: User, kind: Kind, *, phone: str = "", secret: str = "", device: str | None = None
    ) -> Authenticator:
        """Add an unconfirmed authenticator; others may be pending. A pair shares its device."""
        now = self.tenant.clock.now()
        device = device or f"dev_{alphanumeric(16)}"
        added = Authenticator(device, kind, user.user_id, now, phone=phone, secret=secret)
        if not self.needs_confirmation():
            added.confirmed_at = now
        self.tenant.store.authenticators[added.id] = added
        return added

    def needs_confirmation(self) -> bool:
        """An enrollment counts only after a code confirms it."""
        return True

    def confirm(self, authenticator: Authenticator) -> None:
        """Mark an enrollment as confirmed."""
        authenticator.confirmed_at = authenticator.confirmed_at or self.tenant.clock.now()

    def after_wrong_code(self, authenticator: Authenticator) -> None:
        """A wrong code leaves an enrollment unconfirmed, and the right code still works."""

    def of(self, user: User) -> list[Authenticator]:
        """Return all authenticators of a user, oldest first, the verified email address included."""
        has_address = self.has_verified_email(user)
        own = [one for one in self.tenant.store.authenticators.values() if one.user_id == user.user_id]
        own = [one for one in own if not one.is_verified_email or (has_address and one.phone == user.email)]
        if has_address and not any(one.is_verified_email for one in own):
            own.append(self._add_verified_email(user))
        return own

    def has_verified_email(self, user: User) -> bool:
        """With the factor email enabled, a verified address is an active authenticator (AF-LIST-09)."""
        return user.email_verified and self.tenant.factors.is_enabled("email")

    def _add_verified_email(self, user: User) -> Authenticator:
        now = self.tenant.clock.now()
        added = Authenticator(
            f"dev_{alphanumeric(16)}", "email", user.user_id, now, now, phone=user.email, is_verified_email=True
        )
        self.tenant.store.authenticators[added.id] = added
        return added

    def pair_of(self, authenticator: Authenticator) -> list[Authenticator]:
        """Return the other authenticators of the same device: SMS and voice of a phone, push and OTP of an app."""
        everything = self.tenant.store.authenticators.values()
        return [one for one in everything if one.device == authenticator.device and one is not authenticator]

    def confirmed_with(self, authenticator: Authenticator) -> list[Authenticator]:
        """A code confirms the authenticators of the same device, and no others."""
        return self.pair_of(authenticator)

    def is_confirmed(self, authenticator: Authenticator) -> bool:
        """Return whether a code confirmed it."""
        return authenticator.confirmed_at is not None

    def remove(self, authenticator: Authenticator) -> None:
        """Remove an authenticator and its pair; their codes become invalid."""
        for one in (authenticator, *self.pair_of(authenticator)):
            self.tenant.store.forget_authenticator(one.id)
        self.tenant.recovery_codes.remove_if_alone(authenticator.user_id)

    def removable_by(self, user: User) -> list[Authenticator]:
        """A user may remove only their own authenticators."""
        return self.of(user)

    def is_removable(self, authenticator: Authenticator) -> bool:
        """A verified email address and a recovery code cannot be removed."""
        return authenticator.kind != "recovery-code" and not authenticator.is_verified_email

    def listed(self, user: User) -> list[dict[str, object]]:
        """Return the list of `GET /mfa/authenticators`, unconfirmed entries included."""
        return [self.entry(one) for one in self.of(user) if self.is_listed(one)]

    def is_listed(self, authenticator: Authenticator) -> bool:
        """Every authenticator of the user is listed."""
        return True

    def entry(self, authenticator: Authenticator) -> dict[str, object]:
        """Return one entry: `id`, `authenticator_type`, `active`, `type`, `oob_channel`, and a masked `name`."""
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
        """Newer tenants show `type` (AF-LIST-04)."""
        return True

    def channel_key(self) -> str:
        """The channel is `oob_channel`, a string (AF-LIST-02)."""
        return "oob_channel"

    def is_shown_active(self, authenticator: Authenticator) -> bool:
        """Active means confirmed."""
        return self.is_confirmed(authenticator)

    def shown_name(self, authenticator: Authenticator) -> str:
        """The name of a phone is its masked number, of an email its masked address."""
        if authenticator.kind == "email":
            return self.tenant.emails.mask(authenticator.phone)
        return self.tenant.phones.mask(authenticator.phone)
