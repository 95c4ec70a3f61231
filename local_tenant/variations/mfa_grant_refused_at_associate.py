from local_tenant.rules.grants import Grants, Moment


class MfaGrantRefusedAtAssociate(Grants):
    """An enrolment is refused at its beginning when the application lacks the MFA grant."""

    kind = "dialect"
    evidence = "contract, open question 7"

    def missing_is_noticed_at(self) -> Moment:
        return "associate"
