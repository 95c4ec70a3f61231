from local_tenant.rules.tokens import Tokens


class IssuerWithoutSlash(Tokens):
    """The issuer lacks its trailing slash."""

    kind = "fault"
    evidence = "contract, 1.6: `https://DOMAIN/`, trailing slash"

    def issuer(self) -> str:
        return super().issuer().rstrip("/")
