from local_tenant.rules.phones import Phones


class MaskShowsTheBeginning(Phones):
    """A masked number shows its beginning instead of its end."""

    kind = "dialect"
    evidence = "contract, open question 19: samples of the documentation"

    def mask(self, number: str) -> str:
        return number[:5] + "X" * (len(number) - 5)
