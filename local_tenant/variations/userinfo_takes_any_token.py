from local_tenant.rules.tokens import OpaqueToken
from local_tenant.rules.userinfo import Userinfo


class UserinfoTakesAnyToken(Userinfo):
    """The userinfo endpoint answers to any token of the tenant."""

    kind = "fault"
    evidence = "contract, 1.6: aud names the endpoint where openid was asked for"

    def read(self, token: str) -> OpaqueToken | None:
        claims = self.tenant.tokens.read(token)
        if claims is None:
            return super().read(token)
        return OpaqueToken(str(claims.get("sub")), [], self.tenant.clock.now() + 600)
