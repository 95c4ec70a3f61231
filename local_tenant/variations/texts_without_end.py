from local_tenant.rules.limits import Limits


class TextsWithoutEnd(Limits):
    """A person is texted however often is asked."""

    kind = "fault"
    evidence = "contract, 8: ten, then one an hour"

    def take_text(self, user_id: str) -> bool:
        return True
