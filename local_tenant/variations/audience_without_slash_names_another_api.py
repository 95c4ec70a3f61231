from local_tenant.rules.audiences import Audiences


class AudienceWithoutSlashNamesAnotherApi(Audiences):
    """The MFA API's name without its slash is found, and is another API."""

    kind = "fault"
    evidence = "contract, 1.2: unknown, or the MFA API"

    def resolve(self, asked: str) -> str:
        return self.userinfo() if f"{asked}/" == self.mfa() else asked
