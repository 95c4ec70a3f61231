"""What the administrator sees and may do."""

from __future__ import annotations

from local_tenant.model import Administrator, Authenticator, Entry, User
from local_tenant.rules.administrator_view import AdministratorView
from local_tenant.rules.events import Events
from local_tenant.variations.table import dialect, fault

fault("administrator-scopes-not-demanded", AdministratorView.scope_is_enough, "AF-MGMT-02 AF-MGMT-03").always(
    True, "Any token for the Management API may do everything there."
)
fault("administrator-sees-unconfirmed-as-confirmed", AdministratorView.is_shown_confirmed, "AF-USER-16").always(
    True, "The administrator's list calls everything confirmed."
)


@fault("anybodys-token-opens-the-management-api", AdministratorView.enter, "AF-MGMT-01")
def _(self: AdministratorView, token: str, needed: tuple[str, ...]) -> Administrator:
    """Any token of the tenant's opens the Management API."""
    claims = self.tenant.signatures.read(token)
    if claims is None:
        return AdministratorView.enter(self, token, needed)
    return Administrator(frozenset(needed), str(claims.get("azp", "")), str(claims.get("sub", "")))


@fault("administrator-list-omits-everything", AdministratorView.authentication_methods, "AF-USER-13")
def _(self: AdministratorView, user: User) -> list[dict[str, object]]:
    """The administrator's list of methods is always empty."""
    return []


@dialect("administrator-list-leaves-out-unconfirmed", AdministratorView.is_listed, "AF-USER-15")
def _(self: AdministratorView, authenticator: Authenticator) -> bool:
    """The administrator's list of methods shows nothing that waits for its confirmation."""
    return self.tenant.authenticators.is_confirmed(authenticator)


@fault("administrator-list-omits-app", AdministratorView.is_listed, "AF-USER-13")
def _(self: AdministratorView, authenticator: Authenticator) -> bool:
    """The administrator does not see authenticator apps."""
    return authenticator.kind != "totp"


@fault("administrator-sees-another-number", AdministratorView.shown_number, "AF-USER-14")
def _(self: AdministratorView, authenticator: Authenticator) -> str:
    """The administrator sees another phone number than the one enrolled."""
    return self.tenant.phones.mask(f"{authenticator.phone[:-4]}0000")


@fault("administrator-sees-whole-number", AdministratorView.shown_number, "AF-USER-14")
def _(self: AdministratorView, authenticator: Authenticator) -> str:
    """The administrator sees the whole phone number."""
    return authenticator.phone


@fault("enrollment-is-not-logged", Events.is_visible, "AF-LOG-03")
def _(self: Events, entry: Entry) -> bool:
    """The log never tells that somebody enrolled."""
    return entry.type != "gd_enrollment_complete" and Events.is_visible(self, entry)
