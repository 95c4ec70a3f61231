from local_tenant.rules.enrolment import Enrolment


class AssociateDemandsClient(Enrolment):
    """An application must name itself, and prove it, to begin an enrolment."""

    kind = "dialect"
    evidence = "open question 8: the reference lists client_id and client_secret as required"
    against = (
        "MFA-CNF-001", "MFA-CNF-002", "MFA-CNF-003", "MFA-CNF-004", "MFA-ENR-001", "MFA-ENR-002", "MFA-ENR-003",
        "MFA-ENR-004", "MFA-ENR-005", "MFA-TOK-002", "MFA-TOK-003",
    )  # fmt: skip

    def demands_client(self) -> bool:
        return True
