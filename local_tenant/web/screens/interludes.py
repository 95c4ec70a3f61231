"""Screens that looks put between the second factor and consent: done with once passed (contract, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.web.screens.screen import Press, Screen, Visit


class Interlude(Screen):
    """A screen that has nothing to do with who somebody is."""

    ways_past: tuple[str, ...] = ()
    """The `action` values that go on."""

    def may_show(self, visit: Visit) -> bool:
        """When it is its turn."""
        return visit.tenant.way.next_screen(visit.sign_in) == self.path

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Whatever does not go on shows the screen again."""
        return {"default": self.show, **dict.fromkeys(self.ways_past, self.leave)}

    def leave(self, visit: Visit) -> Response:
        """Be done with it."""
        visit.sign_in.passed.add(self.path)
        return visit.onwards()


class PasskeyEnrollment(Interlude):
    """A passkey is offered; no device here makes one."""

    path, template = "passkey-enrollment", "passkey_enrollment.html"
    ways_past = ("abort-passkey-enrollment",)


class ClubCard(Interlude):
    """A screen of this tenant alone, such as a release or an extension brings."""

    path, template = "club-card", "club_card.html"
    ways_past = ("join-the-club", "not-now")
