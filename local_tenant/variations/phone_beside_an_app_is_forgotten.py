from local_tenant.rules.authenticators import Authenticator, Authenticators


class PhoneBesideAnAppIsForgotten(Authenticators):
    """A phone that is confirmed beside an app is not enrolled."""

    kind = "fault"
    evidence = "contract, 4.6: a confirmed authenticator is active"

    def confirm(self, authenticator: Authenticator) -> None:
        own = [one for one in self.tenant.store.authenticators.values() if one.user_id == authenticator.user_id]
        if authenticator.kind != "sms" or all(one.kind != "totp" for one in own):
            super().confirm(authenticator)
