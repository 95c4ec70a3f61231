from local_tenant.rules.audiences import Audiences


class AnyAudienceIsFound(Audiences):
    """A sign-in for an API that is not there succeeds."""

    kind = "fault"
    evidence = "contract, 1.7: Service not found"

    def resolve(self, asked: str) -> str:
        return asked if asked in (self.mfa(), self.management()) else self.userinfo()
