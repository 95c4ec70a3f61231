from local_tenant.rules.applications import Application
from local_tenant.rules.origins import Origins


class WebOriginsAreNoCorsOrigins(Origins):
    """An application's web origins may not call the tenant from a browser."""

    kind = "dialect"
    evidence = "contract, 9: web origins are for web_message, cross-origin authentication and the device flow"

    def of(self, application: Application) -> list[str]:
        return [origin for origin in super().of(application) if origin not in application.web_origins]
