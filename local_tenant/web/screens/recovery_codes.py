"""A recovery code to be written down: the first one after enrolling, the next one after using one (contract, 2.8)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from local_tenant.web.screens.screen import Screen, Shown, Visit


class RecoveryCodeEnrollment(Screen):
    """The first one."""

    path, template = "mfa-recovery-code-enrollment", "mfa_recovery_code.html"

    def may_show(self, visit: Visit) -> bool:
        """While one waits to be written down."""
        return visit.sign_in.recovery_code is not None and visit.tenant.way.next_screen(visit.sign_in) == self.path

    def shown(self, visit: Visit) -> Shown:
        """The code itself."""
        return {"recovery_code": visit.sign_in.recovery_code}

    def go_on(self, visit: Visit) -> Response:
        """Only who says that it is written down goes on."""
        if not visit.field("saved"):
            return self.again(visit, "no-confirmation", "saved")
        visit.sign_in.recovery_code = None
        return visit.onwards()


class RecoveryCodeNewCode(RecoveryCodeEnrollment):
    """The next one."""

    path = "mfa-recovery-code-challenge-new-code"
