"""Variations of the Management API and of the log."""

from __future__ import annotations

from local_tenant.model import Authenticator, LogEvent, ManagementCaller, User
from local_tenant.rules.events import Events
from local_tenant.rules.management_api import ManagementApi
from local_tenant.variations import dialect, fault

fault("management-api-scopes-not-checked", ManagementApi.scope_is_enough, "AF-MGMT-02 AF-MGMT-03").always(
    True, "The Management API does not check a token's scopes."
)
fault("administrator-sees-unconfirmed-as-confirmed", ManagementApi.is_shown_confirmed, "AF-USER-16").always(
    True, "The administrator's list shows unconfirmed enrollments as confirmed."
)


@fault("management-api-takes-any-token", ManagementApi.authorize, "AF-MGMT-01")
def _(self: ManagementApi, token: str, needed: tuple[str, ...]) -> ManagementCaller:
    """The Management API accepts any token that the tenant issued."""
    claims = self.tenant.signatures.verify(token)
    if claims is None:
        return ManagementApi.authorize(self, token, needed)
    return ManagementCaller(frozenset(needed), str(claims.get("azp", "")), str(claims.get("sub", "")))


@fault("administrator-list-is-empty", ManagementApi.authentication_methods, "AF-USER-13")
def _(self: ManagementApi, user: User) -> list[dict[str, object]]:
    """The administrator's list of authentication methods is always empty."""
    return []


@dialect("administrator-list-omits-unconfirmed", ManagementApi.is_listed, "AF-USER-15")
def _(self: ManagementApi, authenticator: Authenticator) -> bool:
    """The administrator's list omits unconfirmed enrollments."""
    return self.tenant.authenticators.is_confirmed(authenticator)


@fault("administrator-list-omits-app", ManagementApi.is_listed, "AF-USER-13")
def _(self: ManagementApi, authenticator: Authenticator) -> bool:
    """The administrator's list omits authenticator apps."""
    return authenticator.kind != "totp"


@fault("administrator-sees-another-number", ManagementApi.shown_number, "AF-USER-14")
def _(self: ManagementApi, authenticator: Authenticator) -> str:
    """The administrator's list shows another phone number than the enrolled one."""
    return self.tenant.phones.mask(f"{authenticator.phone[:-4]}0000")


@fault("administrator-sees-whole-number", ManagementApi.shown_number, "AF-USER-14")
def _(self: ManagementApi, authenticator: Authenticator) -> str:
    """The administrator's list shows the phone number unmasked."""
    return authenticator.phone


@fault("enrollment-not-logged", Events.is_visible, "AF-LOG-03")
def _(self: Events, entry: LogEvent) -> bool:
    """The tenant log has no entry for a confirmed enrollment."""
    return entry.type != "gd_enrollment_complete" and Events.is_visible(self, entry)
