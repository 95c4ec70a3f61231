"""What is enrolled: confirming, listing and removing it."""

from __future__ import annotations

from local_tenant.model import CHANNEL, Authenticator, User
from local_tenant.rules.authenticators import Authenticators
from local_tenant.variations.table import dialect, fault

fault("enrolled-without-code", Authenticators.needs_confirmation, "AF-CONF-39").always(
    False, "An enrollment counts before any code proved it."
)
fault("confirmation-is-forgotten", Authenticators.confirm, "AF-CONF-39").always(
    None, "A confirmation answers a token but enrolls nothing."
)
fault("removal-removes-nothing", Authenticators.remove, "AF-LIST-11").always(
    None, "A removal is answered as done, and the authenticator stays."
)
dialect("list-without-type", Authenticators.says_type, "AF-LIST-05").always(
    False, "A user's list does not say the type of a factor."
)
dialect("list-says-oob-channels", Authenticators.channel_key, "AF-LIST-03").always(
    "oob_channels", "A user's list says oob_channels instead of oob_channel."
)
fault("list-never-shows-active", Authenticators.is_shown_active, "AF-CONF-39 AF-LIST-10").always(
    False, "The user's list calls nothing active, whatever was confirmed."
)
fault("listed-active-too-early", Authenticators.is_shown_active, "AF-LIST-10 AF-CONF-39").always(
    True, "The user's list calls an unconfirmed factor active."
)


@fault("confirmation-is-followed-by-a-text", Authenticators.confirm, "AF-ENROLL-20")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A phone that was confirmed gets a further text, with nothing in it."""
    Authenticators.confirm(self, authenticator)
    if authenticator.phone:
        self.tenant.inbox.deliver(authenticator.phone, "Thank you for confirming your phone.")


@fault("number-belongs-to-one-user", Authenticators.confirm, "AF-ENROLL-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A number that somebody else enrolls is taken from who had it."""
    for one in list(self.tenant.store.authenticators.values()):
        if one.phone == authenticator.phone != "" and one.user_id != authenticator.user_id:
            self.remove(one)
    Authenticators.confirm(self, authenticator)


@fault("phone-beside-an-app-is-forgotten", Authenticators.confirm, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A phone that is confirmed beside an app is not enrolled."""
    own = [one for one in self.tenant.store.authenticators.values() if one.user_id == authenticator.user_id]
    if authenticator.kind != "sms" or all(one.kind != "totp" for one in own):
        Authenticators.confirm(self, authenticator)


@fault("second-phone-replaces-the-first", Authenticators.confirm, "AF-ENROLL-37")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A second phone takes the place of the first."""
    for one in list(self.tenant.store.authenticators.values()):
        if one.user_id == authenticator.user_id and one.kind == authenticator.kind and self.is_confirmed(one):
            self.remove(one)
    Authenticators.confirm(self, authenticator)


@fault("wrong-code-enrolls-anyway", Authenticators.after_wrong_code, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> None:
    """A wrong code is refused, and the factor is enrolled all the same."""
    self.confirm(authenticator)


@fault("confirmation-confirms-all-that-was-begun", Authenticators.confirmed_with, "AF-CONF-39")
def _(self: Authenticators, authenticator: Authenticator) -> list[Authenticator]:
    """A code confirms whatever else was begun."""
    everything = self.tenant.store.authenticators.values()
    return [one for one in everything if one.user_id == authenticator.user_id]


@fault("anybodys-authenticator-can-be-removed", Authenticators.within_reach, "AF-LIST-13")
def _(self: Authenticators, user: User) -> list[Authenticator]:
    """Whoever knows an authenticator's id removes it."""
    return list(self.tenant.store.authenticators.values())


@fault("list-shows-everybodys", Authenticators.listed, "AF-LIST-01")
def _(self: Authenticators, user: User) -> list[dict[str, object]]:
    """The list shows everybody's authenticators."""
    return [self.entry(one) for one in self.tenant.store.authenticators.values()]


@fault("list-shows-what-nobody-enrolled", Authenticators.listed, "AF-LIST-10")
def _(self: Authenticators, user: User) -> list[dict[str, object]]:
    """The list shows an active authenticator that nobody enrolled."""
    strange = {"id": "push|dev_0000000000000000", "authenticator_type": "oob", "active": True}
    return [*Authenticators.listed(self, user), strange | {"oob_channel": "auth0"}]


@fault("list-omits-phones", Authenticators.is_listed, "AF-LIST-01")
def _(self: Authenticators, authenticator: Authenticator) -> bool:
    """The user's list leaves phones out."""
    return authenticator.kind != "sms"


@fault("verified-address-is-not-listed", Authenticators.is_listed, "AF-LIST-09")
def _(self: Authenticators, authenticator: Authenticator) -> bool:
    """A verified e-mail address is missing in the user's list."""
    return not authenticator.is_verified_address


@fault("list-says-phones-are-apps", Authenticators.entry, "AF-LIST-02")
def _(self: Authenticators, authenticator: Authenticator) -> dict[str, object]:
    """The list calls what is reached by text a one-time password."""
    shown = Authenticators.entry(self, authenticator)
    return shown | ({"authenticator_type": "otp"} if authenticator.kind in CHANNEL else {})


@fault("list-shows-whole-number", Authenticators.shown_name, "AF-LIST-06")
def _(self: Authenticators, authenticator: Authenticator) -> str:
    """The user's list shows the whole phone number."""
    return authenticator.phone
