from local_tenant.rules.sign_ins import SignIns


class TransactionExpired(SignIns):
    """A screen of the second factor expires before anybody can answer."""

    kind = "look"
    evidence = 'contract, 1.7: "Transaction has expired"'
    stops = "expired transaction"

    def screen_lifetime(self) -> float:
        return 0.0
