from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.recovery_codes import RecoveryCodes


class RecoveryCodeIsNobodysOwn(RecoveryCodes):
    """Anybody's recovery code counts for everybody."""

    kind = "fault"
    evidence = "contract, 4.4: each person gets one"

    def is_right(self, authenticator: Authenticator, given: str) -> bool:
        everybodys = self.tenant.store.authenticators.values()
        return any(super(RecoveryCodeIsNobodysOwn, self).is_right(one, given) for one in everybodys)
