from local_tenant.rules.factors import Factors


class DisabledFactorEnrols(Factors):
    """A factor that is off can be enrolled."""

    kind = "fault"
    evidence = "contract, 1.1: it must be enabled"

    def may_enrol(self, factor: str) -> bool:
        return True
