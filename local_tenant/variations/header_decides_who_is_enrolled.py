from local_tenant.rules.applications import Application
from local_tenant.rules.mfa_access import Bearer, MfaAccess


class HeaderDecidesWhoIsEnrolled(MfaAccess):
    """Of two people's tokens in a confirmation, the one in the header decides who is enrolled."""

    kind = "fault"
    evidence = "contract, 3.6: the mfa_token says whose enrolment it is"

    def present(self, mfa_token: str, header: str | None, application: Application) -> Bearer:
        owner = super().present(mfa_token, None, application)
        claims = self.tenant.tokens.read(header or "")
        other = self.bearer(claims) if claims is not None else None
        if other is None or other.person is owner.person:
            return owner
        for one in self.tenant.authenticators.of(owner.person):
            one.user_id = other.person.user_id
        for code in self.tenant.store.codes.values():
            if code.user_id == owner.person.user_id:
                code.user_id = other.person.user_id
                self.tenant.store.newest_codes[code.user_id, code.phone] = code
        return other
