from local_tenant.rules.applications import Applications


class SurplusSecretIsRefused(Applications):
    """A public application that sends a secret is refused."""

    kind = "dialect"
    evidence = "contract, open question 9"

    def surplus_secret_is_harmless(self, given: str | None) -> bool:
        return given is None
