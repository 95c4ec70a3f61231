from local_tenant.rules.applications import Application
from local_tenant.rules.grants import Grants


class MfaGrantNotDemanded(Grants):
    """An application enrols people without having the MFA grant."""

    kind = "fault"
    evidence = "contract, 1.1 and 3.6: the grant is needed"

    def is_allowed(self, application: Application, grant: str) -> bool:
        return True
