from local_tenant.rules.enrolment import Enrolment


class AssociateDemandsClient(Enrolment):
    """An application must name itself, and prove it, to begin an enrolment."""

    kind = "dialect"
    evidence = "open question 8: the reference lists client_id and client_secret as required"

    def demands_client(self) -> bool:
        return True
