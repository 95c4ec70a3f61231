from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.mfa_access import Bearer, MfaAccess


class OpaqueTokenRemovesConfirmedFactors(MfaAccess):
    """The opaque token removes a confirmed factor before a second factor was shown."""

    kind = "dialect"
    evidence = "contract, 6: it is recorded that one removes"

    def may_remove(self, bearer: Bearer, authenticator: Authenticator) -> bool:
        return True
