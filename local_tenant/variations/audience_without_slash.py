from local_tenant.rules.audiences import Audiences


class AudienceWithoutSlash(Audiences):
    """The MFA API is found by its audience without the trailing slash too."""

    kind = "dialect"
    evidence = "contract, 1.2 and open question 6: community threads 64112, 44384"

    def resolve(self, asked: str) -> str:
        return self.mfa() if f"{asked}/" == self.mfa() else asked
