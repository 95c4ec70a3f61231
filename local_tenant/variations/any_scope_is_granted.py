from local_tenant.rules.tokens import Tokens


class AnyScopeIsGranted(Tokens):
    """Whatever scope is asked for is granted."""

    kind = "fault"
    evidence = "contract, 1.6: unknown scopes are dropped"

    def granted_scopes(self, audience: str | None, asked: list[str]) -> list[str]:
        return asked
