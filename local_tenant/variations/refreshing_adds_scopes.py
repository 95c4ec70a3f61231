from local_tenant.rules.refresh_tokens import RefreshTokens


class RefreshingAddsScopes(RefreshTokens):
    """Whoever refreshes gets whatever scopes are asked for."""

    kind = "fault"
    evidence = "contract, 3.5; RFC 6749, 6"

    def granted_scopes(self, granted: list[str], asked: list[str]) -> list[str]:
        return list(dict.fromkeys([*granted, *asked]))
