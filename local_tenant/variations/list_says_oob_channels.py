from local_tenant.rules.authenticators import Authenticators


class ListSaysOobChannels(Authenticators):
    """A person's list says oob_channels instead of oob_channel."""

    kind = "dialect"
    evidence = "contract, open question 24"

    def channel_key(self) -> str:
        return "oob_channels"
