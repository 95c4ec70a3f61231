"""Consent, and the confirmation of a callback that nobody can verify, which looks like it (contract, 1.8, 2.9)."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.errors import CONSENT_DECLINED, Refused
from local_tenant.web.screens.screen import Press, Screen, Shown, Visit


class Consent(Screen):
    """May the application have what it asks for, or, is it the one that was meant?"""

    path, template = "consent", "consent.html"

    def may_show(self, visit: Visit) -> bool:
        """When nothing else is due."""
        return visit.tenant.way.next_screen(visit.sign_in) == self.path

    def shown(self, visit: Visit) -> Shown:
        """Who asks whom for what; the confirmation asks for nothing."""
        if not visit.tenant.consents.is_due(visit.sign_in):
            visit.sign_in.waits_for_confirmation = True
            return {"person": visit.person.email, "confirms": True, "scopes": [], "audience": ""}
        return {
            "person": visit.person.email, "confirms": False, "scopes": visit.sign_in.scopes,
            "audience": visit.sign_in.audience or "",
        }  # fmt: skip

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """`accept`, and `deny` or `decline`, as builds differ."""
        return {"default": self.show, "accept": self.accept, "deny": self.decline, "decline": self.decline}

    def accept(self, visit: Visit) -> Response:
        """Remember it, and go on."""
        if visit.sign_in.waits_for_confirmation:
            visit.sign_in.passed.add("confirmation")
        else:
            visit.tenant.consents.give(visit.sign_in)
        return visit.onwards()

    def decline(self, visit: Visit) -> Response:
        """Go back to the application without anything."""
        visit.tenant.sign_ins.end(visit.sign_in)
        visit.tenant.log.add("f", user_id=visit.sign_in.user_id, description=CONSENT_DECLINED.words)
        raise Refused(CONSENT_DECLINED)
