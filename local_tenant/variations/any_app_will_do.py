from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.one_time_passwords import OneTimePasswords


class AnyAppWillDo(OneTimePasswords):
    """The code of anybody's app is right."""

    kind = "fault"
    evidence = "contract, 4.3: each app has a secret of its own"

    def is_right(self, authenticator: Authenticator, given: str, step: int) -> bool:
        apps = [one for one in self.tenant.store.authenticators.values() if one.kind == "totp"]
        return any(self.digits(one.secret, step) == given for one in apps)
