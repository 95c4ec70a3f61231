from local_tenant.rules.limits import Limits


class LockIsEverybodys(Limits):
    """Whoever is wrong too often locks everybody out."""

    kind = "fault"
    evidence = "contract, 8: per person"

    def is_locked(self, user_id: str) -> bool:
        buckets = self.tenant.store.buckets.items()
        emptied = [one for (kind, _), one in buckets if kind == "wrong codes" and one.drops < 1]
        return super().is_locked(user_id) or bool(emptied)
