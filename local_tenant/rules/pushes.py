"""Pushes: answered by the person somewhere else, while the application asks again and again (contract, 3.6, 8)."""

from __future__ import annotations

from local_tenant.errors import PUSH_PENDING, PUSH_REJECTED, PUSH_TOO_FAST, Refused, Row
from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode


class Pushes(Rule):
    """What becomes of a push."""

    def answer(self, user_id: str, *, allow: bool) -> bool:
        """Answer the newest push of a person that waits; False when none does."""
        waiting = [one for one in self.tenant.store.codes.values() if one.user_id == user_id and self.is_waiting(one)]
        if not waiting:
            return False
        asked = waiting[-1]
        self.tenant.store.push_answers[asked.oob_code or ""] = allow
        if not allow:
            self.tenant.log.add(
                "gd_auth_rejected", user_id=user_id, client_id=asked.client_id, authenticator_id=asked.authenticator_id
            )
        return True

    def is_waiting(self, code: SentCode) -> bool:
        """A push can be answered once, while it lives."""
        answered = code.oob_code in self.tenant.store.push_answers
        return code.channel == "auth0" and not (code.spent or answered or self.tenant.codes.has_expired(code))

    def check(self, code: SentCode) -> None:
        """Let pass what was allowed; refuse what waits, what was denied and what was used: 400."""
        allowed = self.tenant.store.push_answers.get(code.oob_code or "")
        if code.spent or allowed is False:
            code.spent = True
            raise Refused(self.rejected_row())
        if allowed:
            return
        now = self.tenant.clock.now()
        if code.polled_at is not None and now < code.polled_at + self.poll_interval():
            raise Refused(PUSH_TOO_FAST)
        code.polled_at = now
        raise Refused(PUSH_PENDING)

    def poll_interval(self) -> float:
        """Five seconds between two questions."""
        return 5.0

    def rejected_row(self) -> Row:
        """A push that was denied meets 400 `access_denied` (open question 10)."""
        return PUSH_REJECTED

    def join_app(self, authenticator: Authenticator) -> None:
        """A confirmed push brings the app's one-time passwords with it (contract, 6)."""
        if authenticator.kind != "push" or self.tenant.authenticators.pair_of(authenticator):
            return
        person = self.tenant.people.get(authenticator.user_id)
        secret = self.tenant.one_time_passwords.make_secret()
        app = self.tenant.authenticators.add(person, "totp", secret=secret, device=authenticator.device)
        self.tenant.authenticators.confirm(app)
