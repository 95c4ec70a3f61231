"""What stands before the callback: recovery codes to write down, looks, consent.

Facts: AF-PAGE-23, AF-PAGE-14, AF-PAGE-24, AF-AUTHZ-26.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.errors import CONSENT_DECLINED, Refused
from local_tenant.web.screens.screen import Handler, Screen, TemplateData, Visit


class RecoveryCodeEnrollment(Screen):
    """The first one."""

    path, template = "mfa-recovery-code-enrollment", "mfa_recovery_code.html"

    def is_due(self, visit: Visit) -> bool:
        """While one waits to be written down."""
        return (
            visit.sign_in.recovery_code is not None
            and visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path
        )

    def shown(self, visit: Visit) -> TemplateData:
        """The code itself."""
        return {"recovery_code": visit.sign_in.recovery_code}

    def submit(self, visit: Visit) -> Response:
        """Only who says that it is written down goes on."""
        if not visit.field("saved"):
            return self.show_error(visit, "no-confirmation", "saved")
        visit.sign_in.recovery_code = None
        return visit.continue_sign_in()


class RecoveryCodeNewCode(RecoveryCodeEnrollment):
    """The next one."""

    path = "mfa-recovery-code-challenge-new-code"


class ExtraScreen(Screen):
    """A screen that has nothing to do with who somebody is."""

    leaving_actions: tuple[str, ...] = ()
    """The `action` values that go on."""

    def is_due(self, visit: Visit) -> bool:
        """When it is its turn."""
        return visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Whatever does not go on shows the screen again."""
        return {"default": self.show, **dict.fromkeys(self.leaving_actions, self.leave)}

    def leave(self, visit: Visit) -> Response:
        """Be done with it."""
        visit.sign_in.passed.add(self.path)
        return visit.continue_sign_in()


class PasskeyEnrollment(ExtraScreen):
    """A passkey is offered; no device here makes one."""

    path, template = "passkey-enrollment", "passkey_enrollment.html"
    leaving_actions = ("abort-passkey-enrollment",)


class ClubCard(ExtraScreen):
    """A screen of this tenant alone, such as a release or an extension brings."""

    path, template = "club-card", "club_card.html"
    leaving_actions = ("join-the-club", "not-now")


class Consent(Screen):
    """May the application have what it asks for, or, is it the one that was meant?"""

    path, template = "consent", "consent.html"

    def is_due(self, visit: Visit) -> bool:
        """When nothing else is due."""
        return visit.tenant.sign_in_flow.next_screen(visit.sign_in) == self.path

    def shown(self, visit: Visit) -> TemplateData:
        """Who asks whom for what; the confirmation asks for nothing."""
        if not visit.tenant.consents.is_due(visit.sign_in):
            visit.sign_in.waits_for_confirmation = True
            return {"user": visit.user.email, "confirms": True, "scopes": [], "audience": ""}
        return {
            "user": visit.user.email, "confirms": False, "scopes": visit.sign_in.scopes,
            "audience": visit.sign_in.audience or "",
        }  # fmt: skip

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """`accept`, and `deny` or `decline`, as builds differ."""
        return {"default": self.show, "accept": self.accept, "deny": self.decline, "decline": self.decline}

    def accept(self, visit: Visit) -> Response:
        """Remember it, and go on."""
        if visit.sign_in.waits_for_confirmation:
            visit.sign_in.passed.add("confirmation")
        else:
            visit.tenant.consents.record(visit.sign_in)
        return visit.continue_sign_in()

    def decline(self, visit: Visit) -> Response:
        """Go back to the application without anything."""
        visit.tenant.sign_ins.end(visit.sign_in)
        visit.tenant.log.add("f", user_id=visit.sign_in.user_id, description=CONSENT_DECLINED.description)
        raise Refused(CONSENT_DECLINED)
