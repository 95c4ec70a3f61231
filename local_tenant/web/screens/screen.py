"""What every screen is: a path, a template, when it may be shown, and what its buttons mean (contract, 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from local_tenant.model import Person, SignIn
from local_tenant.tenant import Tenant
from local_tenant.web.page import render

Shown = dict[str, object]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one browser, in the middle of one sign-in."""

    tenant: Tenant
    sign_in: SignIn

    @property
    def person(self) -> Person:
        """Who gave the password."""
        return self.tenant.people.get(self.sign_in.user_id or "")

    def field(self, name: str) -> str:
        """Return what was typed; nothing where the field is missing."""
        return request.form.get(name, "")

    def to(self, path: str) -> Response:
        """Go to another screen."""
        return redirect(f"/u/{path}?state={self.sign_in.state}")

    def onwards(self) -> Response:
        """Go to whatever is due."""
        return redirect(f"/authorize/resume?state={self.sign_in.state}")


Press = Callable[[Visit], Response]


class Screen:
    """One page. A wrong answer shows it again, with 400."""

    path = ""
    template = ""
    stands_idle = True
    """Whether it may stand for as long as the whole sign-in."""

    def may_show(self, visit: Visit) -> bool:
        """Say whether it is this screen's turn; otherwise the browser goes to the one whose turn it is."""
        raise NotImplementedError

    def shown(self, visit: Visit) -> Shown:
        """What the template shows beside what every page has."""
        return {}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """What each `action` value means; one that is not known means `default`."""
        return {"default": self.go_on}

    def go_on(self, visit: Visit) -> Response:
        """Read the form, and go on or show the page again."""
        raise NotImplementedError

    def show(self, visit: Visit) -> Response:
        """Show the page, with what is to be told once."""
        notice, visit.sign_in.notice = visit.sign_in.notice, None
        return self.render(visit, notice or "", "")

    def again(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Show the page again, with an error beside a field, or on top where it is beside none: 400."""
        return self.render(visit, error, field, **shown)

    def render(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Render the template."""
        visit.sign_in.was_asked = True
        more = {"path": self.path} | self.shown(visit) | shown
        return render(visit.tenant, visit.sign_in, self.template, error, field, more)

    def press(self, visit: Visit) -> Response:
        """Do what the pressed button means."""
        buttons = self.buttons(visit)
        return buttons.get(visit.field("action"), buttons["default"])(visit)
