from local_tenant.rules.applications import Application, Applications


class AnyCallbackAccepted(Applications):
    """A code is sent to whatever address asks for it."""

    kind = "fault"
    evidence = "contract, 1.7: only registered callbacks"

    def callback_is_allowed(self, application: Application, url: str) -> bool:
        return url.startswith("https://")
