from local_tenant.rules.grants import Grants, Moment


class MfaGrantRefusedAtAuthorize(Grants):
    """A sign-in for the MFA API is refused when the application lacks the MFA grant."""

    kind = "dialect"
    evidence = "contract, open question 30: the seed's note"

    def missing_is_noticed_at(self) -> Moment:
        return "authorize"
