"""The screens between MFA and the callback: recovery codes, extra screens, consent.

Facts: AF-PAGE-23, AF-PAGE-14, AF-PAGE-24, AF-AUTHZ-26.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.errors import CONSENT_DECLINED, Refused
from local_tenant.web.screens.screen import Handler, Screen, TemplateData, Visit


class RecoveryCodeEnrollment(Screen):
    """Shows the first recovery code."""

    path, template = "mfa-recovery-code-enrollment", "mfa_recovery_code.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether a new recovery code must be shown."""
        return (
            visit.sign_in.recovery_code is not None
            and visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path
        )

    def shown(self, visit: Visit) -> TemplateData:
        """Return the code."""
        return {"recovery_code": visit.sign_in.recovery_code}

    def submit(self, visit: Visit) -> Response:
        """Continue once the user confirms having recorded the code."""
        if not visit.field("saved"):
            return self.show_error(visit, "no-confirmation", "saved")
        visit.sign_in.recovery_code = None
        return visit.continue_sign_in()


class RecoveryCodeNewCode(RecoveryCodeEnrollment):
    """Shows the next recovery code after one was used."""

    path = "mfa-recovery-code-challenge-new-code"


class ExtraScreen(Screen):
    """A screen that is not part of authentication."""

    leaving_actions: tuple[str, ...] = ()
    """The `action` values that leave the screen."""

    def is_due(self, visit: Visit) -> bool:
        """Return whether it is the next screen."""
        return visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Leave by the known actions; any other action shows the screen again."""
        return {"default": self.show, **dict.fromkeys(self.leaving_actions, self.leave)}

    def leave(self, visit: Visit) -> Response:
        """Continue, and do not show the screen again."""
        visit.sign_in.passed.add(self.path)
        return visit.continue_sign_in()


class PasskeyEnrollment(ExtraScreen):
    """Offers a passkey; none can be created here."""

    path, template = "passkey-enrollment", "passkey_enrollment.html"
    leaving_actions = ("abort-passkey-enrollment",)


class ClubCard(ExtraScreen):
    """A screen of this tenant alone, such as a new release or an extension may add."""

    path, template = "club-card", "club_card.html"
    leaving_actions = ("join-the-club", "not-now")


class Consent(Screen):
    """Asks for consent to the application's request, or for confirmation of its redirect URI."""

    path, template = "consent", "consent.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether it is the next screen."""
        return visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path

    def shown(self, visit: Visit) -> TemplateData:
        """Return user, scopes and audience; a confirmation has neither scopes nor audience."""
        if not visit.tenant.consents.is_due(visit.sign_in):
            visit.sign_in.waits_for_confirmation = True
            return {"user": visit.user.email, "confirms": True, "scopes": [], "audience": ""}
        return {
            "user": visit.user.email, "confirms": False, "scopes": visit.sign_in.scopes,
            "audience": visit.sign_in.audience or "",
        }  # fmt: skip

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Accept, or decline by `deny` or `decline`, which depends on the build."""
        return {"default": self.show, "accept": self.accept, "deny": self.decline, "decline": self.decline}

    def accept(self, visit: Visit) -> Response:
        """Record the consent or confirmation, and continue."""
        if visit.sign_in.waits_for_confirmation:
            visit.sign_in.passed.add("confirmation")
        else:
            visit.tenant.consents.record(visit.sign_in)
        return visit.continue_sign_in()

    def decline(self, visit: Visit) -> Response:
        """Return to the application with an error."""
        visit.tenant.sign_ins.end(visit.sign_in)
        visit.tenant.log.add("f", user_id=visit.sign_in.user_id, description=CONSENT_DECLINED.description)
        raise Refused(CONSENT_DECLINED)
