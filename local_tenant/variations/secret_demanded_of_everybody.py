from local_tenant.rules.applications import Application, Applications


class SecretDemandedOfEverybody(Applications):
    """A public application is asked for a secret that it cannot have."""

    kind = "fault"
    evidence = "contract, 9: a public application sends its id alone"

    def needs_secret(self, application: Application) -> bool:
        return True
