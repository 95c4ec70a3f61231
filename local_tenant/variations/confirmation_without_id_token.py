from local_tenant.rules.tokens import Tokens


class ConfirmationWithoutIdToken(Tokens):
    """A confirmation never hands back an id_token."""

    kind = "fault"
    evidence = "contract, 13: it comes when the presented token carries `openid`"

    def confirmation_has_id_token(self, presented: list[str]) -> bool:
        return False
