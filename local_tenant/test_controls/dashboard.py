"""The dashboard: a read-only page with the tenant's data, behind a token of its own or the test controls' token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, render_template

from local_tenant.clock import iso
from local_tenant.model import User
from local_tenant.tenant import Tenant
from local_tenant.web.management.users import shown_user
from phone_inbox import Inbox

PATH = "/dashboard"
SHOWN = 200
"""How many entries of each list are shown, newest first."""


@dataclass(frozen=True, slots=True)
class DashboardAccess:
    """The token that opens the dashboard alone, and the data shown beside the tenant's own."""

    token: str = field(repr=False)
    inbox: Inbox
    variations: list[str]

    def accepts(self, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(given.encode(), self.token.encode())


def add(app: Flask, tenant: Tenant, access: DashboardAccess) -> None:
    """Add the page to the test controls."""

    @app.get(PATH)
    def dashboard() -> str:
        with tenant.request_lock.held():
            shown = {
                "users": [_row(tenant, one) for one in list(tenant.store.users.values())[-SHOWN:][::-1]],
                "events": [tenant.events.shown(one) for one in tenant.events.visible()[-SHOWN:][::-1]],
                "factors": tenant.store.factors, "policy": tenant.store.policy,
                "name": tenant.settings.friendly_name, "domain": tenant.domain, "now": iso(tenant.clock.now()),
            }  # fmt: skip
        messages = [{"to": one.to, "body": one.body, "at": iso(one.sent_at)} for one in access.inbox.newest(SHOWN)]
        return render_template("dashboard.html", messages=messages, variations=access.variations, **shown)


def _row(tenant: Tenant, user: User) -> dict[str, Any]:
    return shown_user(user) | {"factors": tenant.management_api.authentication_methods(user)}
