"""The dashboard: what the tenant holds, for users to look at while the suite runs.

Read-only, behind a token of its own, or the control token.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, render_template

from local_tenant.clock import iso
from local_tenant.tenant import Tenant
from local_tenant.web.management.users import shown_user
from phone_inbox import Inbox

PATH = "/dashboard"
SHOWN = 200
"""So many of everything, newest first: a page for users."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the dashboard shows beside the tenant, and the token that opens it and nothing else."""

    token: str = field(repr=False)
    inbox: Inbox
    variations: list[str]

    def opens(self, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(given.encode(), self.token.encode())


def add(app: Flask, tenant: Tenant, look: Look) -> None:
    """Add the page."""

    @app.get(PATH)
    def dashboard() -> str:
        with tenant.turns.taken():
            shown = {
                "users": [_row(tenant, one) for one in list(tenant.store.users.values())[-SHOWN:][::-1]],
                "events": [tenant.events.shown(one) for one in tenant.events.visible()[-SHOWN:][::-1]],
                "factors": tenant.store.factors, "policy": tenant.store.policy,
                "name": tenant.settings.friendly_name, "domain": tenant.domain, "now": iso(tenant.clock.now()),
            }  # fmt: skip
        texts = [{"to": one.to, "body": one.body, "at": iso(one.sent_at)} for one in look.inbox.newest(SHOWN)]
        return render_template("dashboard.html", texts=texts, variations=look.variations, **shown)


def _row(tenant: Tenant, user: Any) -> dict[str, Any]:
    return shown_user(user) | {"factors": tenant.administrator_view.authentication_methods(user)}
