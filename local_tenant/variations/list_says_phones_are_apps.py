from local_tenant.rules.authenticators import CHANNEL, Authenticator, Authenticators


class ListSaysPhonesAreApps(Authenticators):
    """The list calls what is reached by text a one-time password."""

    kind = "fault"
    evidence = "contract, 6: `authenticator_type` is `oob`"

    def entry(self, authenticator: Authenticator) -> dict[str, object]:
        shown = super().entry(authenticator)
        return shown | ({"authenticator_type": "otp"} if authenticator.kind in CHANNEL else {})
