"""Variations of enrolled factors: confirming, listing and removing them."""

from __future__ import annotations

from local_tenant.model import CHANNEL, Authenticator, User
from local_tenant.rules.authenticators import Authenticators
from local_tenant.variations import dialect, fault

fault("enrolled-without-confirmation", Authenticators.needs_confirmation, "AF-CONF-39").always(
    False, "An enrollment counts before it is confirmed."
)
fault("confirmation-enrolls-nothing", Authenticators.confirm, "AF-CONF-39").always(
    None, "A confirmation returns a token but enrolls nothing."
)
fault("removal-removes-nothing", Authenticators.remove, "AF-LIST-11").always(
    None, "A removal is reported as done, but the authenticator stays."
)
dialect("list-without-type", Authenticators.shows_type, "AF-LIST-05").always(
    False, "The user's list does not show the type of a factor."
)
dialect("list-says-oob-channels", Authenticators.channel_key, "AF-LIST-03").always(
    "oob_channels", "The user's list has the field `oob_channels` instead of `oob_channel`."
)
fault("list-never-shows-active", Authenticators.is_shown_active, "AF-CONF-39 AF-LIST-10").always(
    False, "The user's list shows every factor as inactive."
)
fault("list-shows-unconfirmed-as-active", Authenticators.is_shown_active, "AF-LIST-10 AF-CONF-39").always(
    True, "The user's list shows an unconfirmed factor as active."
)


@fault("confirmation-sends-an-sms", Authenticators.confirm, "AF-ENROLL-20")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """Confirming a phone sends another SMS message, without a code."""
    Authenticators.confirm(self, authenticator)
    if authenticator.phone:
        self.tenant.inbox.deliver(authenticator.phone, "Thank you for confirming your phone.")


@fault("number-removed-from-its-first-user", Authenticators.confirm, "AF-ENROLL-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """Enrolling a phone number removes it from the user who already has it."""
    for one in list(self.tenant.store.authenticators.values()):
        if one.phone == authenticator.phone != "" and one.user_id != authenticator.user_id:
            self.remove(one)
    Authenticators.confirm(self, authenticator)


@fault("phone-after-an-app-not-enrolled", Authenticators.confirm, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """Confirming a phone after an authenticator app does not enroll the phone."""
    own = [one for one in self.tenant.store.authenticators.values() if one.user_id == authenticator.user_id]
    if authenticator.kind != "sms" or all(one.kind != "totp" for one in own):
        Authenticators.confirm(self, authenticator)


@fault("second-phone-replaces-the-first", Authenticators.confirm, "AF-ENROLL-37")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A second phone replaces the first."""
    for one in list(self.tenant.store.authenticators.values()):
        if one.user_id == authenticator.user_id and one.kind == authenticator.kind and self.is_confirmed(one):
            self.remove(one)
    Authenticators.confirm(self, authenticator)


@fault("wrong-code-enrolls", Authenticators.after_wrong_code, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A wrong code is refused, but the factor is enrolled."""
    self.confirm(authenticator)


@fault("confirmation-confirms-all-pending", Authenticators.confirmed_with, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> list[Authenticator]:
    """A confirmation also confirms the user's other pending enrollments."""
    everything = self.tenant.store.authenticators.values()
    return [one for one in everything if one.user_id == authenticator.user_id]


@fault("authenticator-of-another-user-removed", Authenticators.removable_by, "AF-LIST-13")
def _(self: Authenticators, user: User) -> list[Authenticator]:
    """A user can remove another user's authenticator by its id."""
    return list(self.tenant.store.authenticators.values())


@fault("list-shows-all-users-factors", Authenticators.listed, "AF-LIST-01")
def _(self: Authenticators, user: User) -> list[dict[str, object]]:
    """The user's list shows all users' authenticators."""
    return [self.entry(one) for one in self.tenant.store.authenticators.values()]


@fault("list-shows-a-factor-never-enrolled", Authenticators.listed, "AF-LIST-10")
def _(self: Authenticators, user: User) -> list[dict[str, object]]:
    """The user's list shows an active factor that the user never enrolled."""
    strange = {"id": "push|dev_0000000000000000", "authenticator_type": "oob", "active": True}
    return [*Authenticators.listed(self, user), strange | {"oob_channel": "auth0"}]


@fault("list-omits-phones", Authenticators.is_listed, "AF-LIST-01")
def _(self: Authenticators, authenticator: Authenticator) -> bool:
    """The user's list omits phones."""
    return authenticator.kind != "sms"


@fault("verified-email-not-listed", Authenticators.is_listed, "AF-LIST-09")
def _(self: Authenticators, authenticator: Authenticator) -> bool:
    """The user's list omits a verified email address."""
    return not authenticator.is_verified_email


@fault("list-shows-phones-as-apps", Authenticators.entry, "AF-LIST-02")
def _(self: Authenticators, authenticator: Authenticator) -> dict[str, object]:
    """The user's list shows phones as `otp`."""
    shown = Authenticators.entry(self, authenticator)
    return shown | ({"authenticator_type": "otp"} if authenticator.kind in CHANNEL else {})


@fault("list-shows-whole-number", Authenticators.shown_name, "AF-LIST-06")
def _(self: Authenticators, authenticator: Authenticator) -> str:
    """The user's list shows the phone number unmasked."""
    return authenticator.phone
