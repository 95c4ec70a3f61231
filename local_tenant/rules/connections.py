"""Connections: which applications may ask where people's passwords are kept (contract, 7.5)."""

from __future__ import annotations

from local_tenant.caller import calling
from local_tenant.errors import CONNECTION_DISABLED, NO_CONNECTION, Refused
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule


class Connections(Rule):
    """An application signs people in only through a connection that lists it."""

    def check_any(self, application: Application) -> None:
        """Refuse a sign-in that would have no form: 302 `invalid_request`."""
        if not any(self.is_open(one.name, application.client_id) for one in self.tenant.settings.connections.values()):
            raise Refused(NO_CONNECTION)

    def check_open(self, name: str, application: Application) -> None:
        """Refuse a password for a connection that does not list the application: 400 `invalid_request`."""
        if not self.is_open(name, application.client_id):
            raise Refused(CONNECTION_DISABLED)

    def is_open(self, name: str, client_id: str | None) -> bool:
        """Say whether the connection lists the application."""
        return any(
            one.name == name and client_id in one.enabled_clients for one in self.tenant.settings.connections.values()
        )

    def admits(self, name: str) -> bool:
        """Say whether the application of this request may ask there; nobody's request may."""
        asking = calling().client_id
        return asking is None or self.is_open(name, asking)
