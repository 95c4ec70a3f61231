"""What the operator sees and may do."""

from __future__ import annotations

from local_tenant.model import Authenticator, Entry, Operator, Person
from local_tenant.rules.events import Events
from local_tenant.rules.operator_view import OperatorView
from local_tenant.variations.table import dialect, fault

fault("operator-scopes-not-demanded", OperatorView.scope_is_enough, "AF-MGMT-02 AF-MGMT-03").always(
    True, "Any token for the Management API may do everything there."
)
fault("operator-sees-unconfirmed-as-confirmed", OperatorView.is_shown_confirmed, "AF-USER-16").always(
    True, "The operator's list calls everything confirmed."
)


@fault("anybodys-token-opens-the-management-api", OperatorView.enter, "AF-MGMT-01")
def _(self: OperatorView, token: str, needed: tuple[str, ...]) -> Operator:
    """Any token of the tenant's opens the Management API."""
    claims = self.tenant.signatures.read(token)
    if claims is None:
        return OperatorView.enter(self, token, needed)
    return Operator(frozenset(needed), str(claims.get("azp", "")), str(claims.get("sub", "")))


@fault("operator-list-omits-everything", OperatorView.authentication_methods, "AF-USER-13")
def _(self: OperatorView, person: Person) -> list[dict[str, object]]:
    """The operator's list of methods is always empty."""
    return []


@dialect("operator-list-leaves-out-unconfirmed", OperatorView.is_listed, "AF-USER-15")
def _(self: OperatorView, authenticator: Authenticator) -> bool:
    """The operator's list of methods shows nothing that waits for its confirmation."""
    return self.tenant.authenticators.is_confirmed(authenticator)


@fault("operator-list-omits-app", OperatorView.is_listed, "AF-USER-13")
def _(self: OperatorView, authenticator: Authenticator) -> bool:
    """The operator does not see authenticator apps."""
    return authenticator.kind != "totp"


@fault("operator-sees-another-number", OperatorView.shown_number, "AF-USER-14")
def _(self: OperatorView, authenticator: Authenticator) -> str:
    """The operator sees another phone number than the one enrolled."""
    return self.tenant.phones.mask(f"{authenticator.phone[:-4]}0000")


@fault("operator-sees-whole-number", OperatorView.shown_number, "AF-USER-14")
def _(self: OperatorView, authenticator: Authenticator) -> str:
    """The operator sees the whole phone number."""
    return authenticator.phone


@fault("enrolment-is-not-logged", Events.is_visible, "AF-LOG-03")
def _(self: Events, entry: Entry) -> bool:
    """The log never tells that somebody enrolled."""
    return entry.type != "gd_enrollment_complete" and Events.is_visible(self, entry)
