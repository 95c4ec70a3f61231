from local_tenant.rules.applications import Application, Applications


class SecretNotDemanded(Applications):
    """A web application needs no secret."""

    kind = "fault"
    evidence = "contract, 3.1: a confidential application proves itself"

    def secret_is_right(self, application: Application, given: str | None) -> bool:
        return True
