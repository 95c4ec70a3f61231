from local_tenant.errors import Refused
from local_tenant.rules.applications import Application
from local_tenant.rules.mfa_access import Bearer, MfaAccess


class SecretDemandedAtConfirmation(MfaAccess):
    """A confirmation demands a secret, also of applications that cannot have one."""

    kind = "fault"
    evidence = "contract, 9: a public application sends its id alone"

    def present(self, mfa_token: str, header: str | None, application: Application) -> Bearer:
        if application.client_secret is None:
            raise Refused(self.tenant.applications.refused_row())
        return super().present(mfa_token, header, application)
