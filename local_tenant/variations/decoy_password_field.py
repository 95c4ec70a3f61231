from local_tenant.rules.pages import Pages


class DecoyPasswordField(Pages):
    """Every page that asks for a password has a hidden one before it that nobody fills."""

    kind = "look"
    evidence = "contract, 2.4: newer builds have one on the page of the address"

    def has_decoy_password(self, path: str) -> bool:
        return True
