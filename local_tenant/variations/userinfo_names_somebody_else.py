from local_tenant.rules.tokens import Claims
from local_tenant.rules.userinfo import Userinfo


class UserinfoNamesSomebodyElse(Userinfo):
    """The userinfo endpoint names another person."""

    kind = "fault"
    evidence = "contract, 1.6: sub is the person"

    def claims(self, token: str | None) -> Claims:
        return super().claims(token) | {"sub": "auth0|somebody-else"}
