from local_tenant.rules.applications import Application
from local_tenant.rules.origins import Origins


class PageOfACallbackMayNotCall(Origins):
    """A page at an application's own callback may not read what the tenant answers."""

    kind = "fault"
    evidence = "contract, 9: a callback's origin is allowed without being listed"

    def of(self, application: Application) -> list[str]:
        return [*application.allowed_origins, *application.web_origins]
