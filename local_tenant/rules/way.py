"""The way from /authorize to the callback: which screen is due next (contract, 1.3, 1.5, 1.7, 1.8)."""

from __future__ import annotations

from local_tenant.errors import (
    CONSENT_REQUIRED,
    INTERACTION_REQUIRED,
    LOGIN_REQUIRED,
    SECOND_FACTOR_REQUIRED,
    Refused,
    Row,
)
from local_tenant.rules.base import Rule
from local_tenant.rules.sign_ins import SignIn


class Way(Rule):
    """Password, second factor, whatever stands in between, consent; then the callback."""

    def next_screen(self, sign_in: SignIn) -> str | None:
        """Return the path of the screen that is due; None at the end."""
        due = self._due(sign_in)
        return due[0] if due else None

    def check_silent(self, sign_in: SignIn) -> None:
        """Refuse a request that must not show anything and would have to (contract, 1.7)."""
        due = self._due(sign_in)
        if due:
            raise Refused(due[1])

    def _due(self, sign_in: SignIn) -> tuple[str, Row] | None:
        """Return the screen that is due, and how a request that may not show it is refused."""
        if sign_in.user_id is None:
            hinted = sign_in.screen_hint == "signup"
            return "signup" if hinted else self.tenant.pages.first_screen(), LOGIN_REQUIRED
        person = self.tenant.people.get(sign_in.user_id)
        if self.tenant.second_factor.is_due(sign_in, person):
            return self.tenant.second_factor.screen(sign_in, person), SECOND_FACTOR_REQUIRED
        if self.tenant.second_factor.must_enrol(sign_in, person):
            return self.tenant.page_enrolment.screen(), SECOND_FACTOR_REQUIRED
        if sign_in.recovery_code is not None:
            return self.tenant.page_enrolment.recovery_code_screen(sign_in), INTERACTION_REQUIRED
        if sign_in.ticket:
            return None
        for path in self.tenant.pages.interludes(sign_in):
            if path not in sign_in.passed:
                return path, INTERACTION_REQUIRED
        if self.tenant.consents.is_due(sign_in):
            return "consent", CONSENT_REQUIRED
        if self.tenant.consents.confirmation_is_due(sign_in):
            return "consent", INTERACTION_REQUIRED
        return None
