from local_tenant.rules.mfa_access import Bearer, MfaAccess
from local_tenant.rules.tokens import MFA_SCOPES, Claims


class IdTokenEnrols(MfaAccess):
    """The MFA API lets in id tokens."""

    kind = "fault"
    evidence = "contract, 4.5: a token for anything else is refused"

    def bearer(self, claims: Claims) -> Bearer | None:
        person = self.tenant.store.people.get(str(claims.get("sub")))
        application = self.tenant.store.applications.get(str(claims.get("aud")))
        if person is not None and application is not None:
            return Bearer(person, application, list(MFA_SCOPES), self.tenant.audiences.mfa())
        return super().bearer(claims)
