from local_tenant.rules.applications import Application, Applications


class AnySecretAccepted(Applications):
    """Any secret proves an application, as long as there is one."""

    kind = "fault"
    evidence = "contract, 3.1: a wrong secret is refused"

    def secret_is_right(self, application: Application, given: str | None) -> bool:
        return bool(given)
