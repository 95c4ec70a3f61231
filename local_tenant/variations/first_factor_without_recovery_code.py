from local_tenant.rules.people import Person
from local_tenant.rules.recovery_codes import RecoveryCodes


class FirstFactorWithoutRecoveryCode(RecoveryCodes):
    """The first enrolment hands out no recovery code, though they are on."""

    kind = "fault"
    evidence = "contract, 4.4: it brings one"

    def first_of(self, person: Person) -> dict[str, object]:
        return {}
