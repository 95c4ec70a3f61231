from local_tenant.rules.enrolment import Enrolment


class AssociateDemandsClient(Enrolment):
    """An application must name itself, and prove it, to begin an enrolment."""

    kind = "dialect"
    evidence = "open question 8: the reference lists client_id and client_secret as required"
    against = (
        "MFA-BYP-001", "MFA-BYP-002", "MFA-BYP-003", "MFA-BYP-004", "MFA-BYP-005", "MFA-BYP-012",
        "MFA-BYP-013", "MFA-BYP-014", "MFA-BYP-015", "MFA-BYP-016", "MFA-BYP-017", "MFA-BYP-018",
        "MFA-BYP-019", "MFA-BYP-020", "MFA-BYP-021", "MFA-BYP-022", "MFA-BYP-023", "MFA-BYP-027",
        "MFA-BYP-028", "MFA-BYP-029", "MFA-BYP-032", "MFA-CNF-001", "MFA-CNF-002", "MFA-CNF-003",
        "MFA-CNF-004", "MFA-CNF-005", "MFA-CNF-006", "MFA-CNF-007", "MFA-CNF-008", "MFA-CNF-009",
        "MFA-CNF-010", "MFA-CNF-011", "MFA-CNF-012", "MFA-CNF-013", "MFA-CNF-014", "MFA-CNF-015",
        "MFA-CNF-016", "MFA-CNF-017", "MFA-CNF-018", "MFA-CNF-019", "MFA-CNF-020", "MFA-CNF-021",
        "MFA-CNF-022", "MFA-CNF-023", "MFA-CNF-024", "MFA-CNF-025", "MFA-CNF-026", "MFA-ENR-001",
        "MFA-ENR-002", "MFA-ENR-003", "MFA-ENR-004", "MFA-ENR-005", "MFA-ENR-006", "MFA-ENR-007",
        "MFA-ENR-008", "MFA-ENR-009", "MFA-ENR-010", "MFA-ENR-011", "MFA-ENR-012", "MFA-ENR-013",
        "MFA-ENR-014", "MFA-ENR-015", "MFA-ENR-016", "MFA-ENR-018", "MFA-ENR-019", "MFA-ENR-020",
        "MFA-ENR-021", "MFA-ENR-022", "MFA-SGN-001", "MFA-SGN-002", "MFA-SGN-003", "MFA-SGN-004",
        "MFA-SGN-005", "MFA-SGN-006", "MFA-SGN-007", "MFA-SGN-008", "MFA-TOK-002", "MFA-TOK-003",
        "MFA-TOK-007", "MFA-TOK-009", "MFA-TOK-010", "MFA-TOK-011", "MFA-TOK-013", "MFA-TOK-014",
        "MFA-TOK-015", "MFA-TOK-016", "MFA-TOK-017", "MFA-TOK-018", "MFA-TOK-019", "MFA-TOK-020",
        "MFA-TOK-021", "MFA-TOK-022", "MFA-TOK-024", "MFA-TOK-025", "MFA-TOK-026", "MFA-TOK-027",
        "MFA-TOK-028", "MFA-TOK-029",
    )  # fmt: skip

    def demands_client(self) -> bool:
        return True
