from local_tenant.rules.tokens import Tokens


class ScopesNotGranted(Tokens):
    """A sign-in does not grant `enroll`."""

    kind = "fault"
    evidence = "contract, 1.2: the scope to associate"

    def granted_scopes(self, audience: str | None, asked: list[str]) -> list[str]:
        return [scope for scope in super().granted_scopes(audience, asked) if scope != "enroll"]
