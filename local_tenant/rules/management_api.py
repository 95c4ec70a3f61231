"""The Management API: who may call it, and how it shows a user's factors (AF-MGMT-01, AF-MGMT-02)."""

from __future__ import annotations

from local_tenant.clock import iso
from local_tenant.errors import (
    API_AUDIENCE_BAD,
    API_SCOPE,
    API_SIGNATURE_BAD,
    API_TOKEN_BAD,
    API_TOKEN_EXPIRED,
    Refused,
)
from local_tenant.model import Authenticator, ManagementCaller, User
from local_tenant.rules import Rule


class ManagementApi(Rule):
    """Authorization, and the administrator's view of a user's factors."""

    def authorize(self, token: str, needed: tuple[str, ...]) -> ManagementCaller:
        """Return the caller of a token with any of the needed scopes. Raises Refused: 401, 403."""
        claims = self.tenant.signatures.verify(token)
        if claims is None:
            raise Refused(API_SIGNATURE_BAD if self.tenant.signatures.looks_signed(token) else API_TOKEN_BAD)
        if not self.tenant.tokens.is_for(claims, self.tenant.audiences.management()):
            raise Refused(API_AUDIENCE_BAD, audience=str(claims.get("aud")))
        if self.tenant.tokens.has_expired(claims):
            raise Refused(API_TOKEN_EXPIRED)
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not self.scope_is_enough(scopes, needed):
            raise Refused(API_SCOPE, scopes=", ".join(needed))
        return ManagementCaller(scopes, str(claims.get("azp", "")), str(claims.get("sub", "")))

    def scope_is_enough(self, scopes: frozenset[str], needed: tuple[str, ...]) -> bool:
        """Any one of the scopes that an endpoint names is enough."""
        return not scopes.isdisjoint(needed)

    def authentication_methods(self, user: User) -> list[dict[str, object]]:
        """Return the list of `GET /users/{id}/authentication-methods`."""
        own = [one for one in self.tenant.authenticators.of(user) if self.is_listed(one)]
        numbers = {one.device for one in own if one.kind == "sms"}
        return [self.authentication_method(one) for one in own if one.kind != "voice" or one.device not in numbers]

    def is_listed(self, authenticator: Authenticator) -> bool:
        """Every factor is listed; an unconfirmed one has `confirmed: false` (AF-USER-16)."""
        return True

    def authentication_method(self, authenticator: Authenticator) -> dict[str, object]:
        """Return one entry of the list; a phone contains its channels, such as `sms|dev_…`."""
        shown: dict[str, object] = {
            "id": authenticator.id,
            "type": authenticator.kind,
            "confirmed": self.is_shown_confirmed(authenticator),
            "created_at": iso(authenticator.created_at),
        }
        if authenticator.name:
            shown["name"] = authenticator.name
        if authenticator.confirmed_at is not None:
            shown["enrolled_at"] = iso(authenticator.confirmed_at)
        if authenticator.last_used_at is not None:
            shown["last_auth_at"] = iso(authenticator.last_used_at)
        if authenticator.kind == "email":
            shown["email"] = self.tenant.emails.mask_for_administrator(authenticator.phone)
        return shown | self.phone_fields(authenticator) if authenticator.kind in ("sms", "voice") else shown

    def phone_fields(self, authenticator: Authenticator) -> dict[str, object]:
        """Return the further fields of a phone."""
        both = [one for one in self.tenant.authenticators.pair_of(authenticator) if one.kind in ("sms", "voice")]
        return {
            "id": f"phone|{authenticator.device}",
            "type": "phone",
            "phone_number": self.shown_number(authenticator),
            "preferred_authentication_method": authenticator.preferred or authenticator.kind,
            "authentication_methods": [{"id": one.id, "type": one.kind} for one in (authenticator, *both)],
        }

    def is_shown_confirmed(self, authenticator: Authenticator) -> bool:
        """A factor is shown as confirmed once a code confirmed it."""
        return self.tenant.authenticators.is_confirmed(authenticator)

    def shown_number(self, authenticator: Authenticator) -> str:
        """The phone number is masked here too."""
        return self.tenant.phones.mask(authenticator.phone)
