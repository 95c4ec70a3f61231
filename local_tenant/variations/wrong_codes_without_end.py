from local_tenant.rules.limits import Limits


class WrongCodesWithoutEnd(Limits):
    """However many codes were wrong, the right one works."""

    kind = "fault"
    evidence = "contract, 8: ten in a row"

    def is_locked(self, user_id: str) -> bool:
        return False
