"""Recovery codes: one comes with the first factor, and each is good once (contract, 3.6, 4.4)."""

from __future__ import annotations

import hmac
import secrets
import string

from local_tenant.errors import BAD_RECOVERY_CODE, NO_RECOVERY_CODE, Refused
from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.base import Rule
from local_tenant.rules.mfa_access import Bearer
from local_tenant.rules.people import Person

LETTERS = string.ascii_uppercase + string.digits


class RecoveryCodes(Rule):
    """Who has one, and what it is worth."""

    def make(self) -> str:
        """24 capital letters and digits."""
        return "".join(secrets.choice(LETTERS) for _ in range(24))

    def first_of(self, person: Person) -> dict[str, object]:
        """What the answer to an enrolment's beginning says of a recovery code: only the first one says something."""
        if self.find(person) is not None or not self.tenant.factors.is_asked_for("recovery-code"):
            return self.nothing_new()
        code = self.make()
        self.tenant.authenticators.add(person, "recovery-code", secret=code)
        return {"recovery_codes": [code]}

    def nothing_new(self) -> dict[str, object]:
        """The key is left out (open question 23)."""
        return {}

    def find(self, person: Person) -> Authenticator | None:
        """Return the person's, active or not."""
        own = self.tenant.authenticators.of(person)
        return next((one for one in own if one.kind == "recovery-code"), None)

    def activate(self, person: Person) -> None:
        """It counts from the first confirmed factor on."""
        found = self.find(person)
        if found is not None:
            self.tenant.authenticators.confirm(found)

    def forget_alone(self, user_id: str) -> None:
        """Without any factor beside it, it goes too."""
        own = [one for one in self.tenant.store.authenticators.values() if one.user_id == user_id]
        if all(one.kind == "recovery-code" or one.is_verified_address for one in own):
            for one in own:
                if one.kind == "recovery-code":
                    self.tenant.store.forget_authenticator(one.id)

    def redeem(self, bearer: Bearer, given: str) -> dict[str, object]:
        """Answer tokens and the next code, or refuse: 403."""
        found = self.find(bearer.person)
        if found is None or found not in self.tenant.second_factor.usable(bearer.person):
            raise Refused(self.tenant.challenges.unsupported(NO_RECOVERY_CODE))
        user_id = bearer.person.user_id
        locked = self.tenant.limits.is_locked(user_id)
        if locked or not self.is_right(found, given):
            self.tenant.limits.count_wrong_code(user_id)
            event = "gd_recovery_rate_limit_exceed" if locked else "gd_recovery_failed"
            self.tenant.log.add(event, user_id=user_id, authenticator_id=found.id)
            raise Refused(self.tenant.limits.locked_row(BAD_RECOVERY_CODE) if locked else BAD_RECOVERY_CODE)
        found.secret, found.last_used_at = self.make(), self.tenant.clock.now()
        self.tenant.log.add("gd_recovery_succeed", user_id=user_id, authenticator_id=found.id)
        return self.tenant.enrolment.confirmation(bearer) | {"recovery_code": found.secret}

    def is_right(self, authenticator: Authenticator, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(authenticator.secret.encode(), given.encode())
