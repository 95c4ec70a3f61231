from local_tenant.rules.mfa_access import Bearer, MfaAccess


class PresentedTokenEnds(MfaAccess):
    """A confirmation ends the access token that was presented."""

    kind = "dialect"
    evidence = "open question 27: whether the presented token stays usable"
    against = ("MFA-ENR-001",)

    def after_confirmation(self, bearer: Bearer) -> None:
        if bearer.access_token is not None:
            self.tenant.store.ended_tokens.add(bearer.access_token)
