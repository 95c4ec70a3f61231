"""The tenant's log, kept in memory: what happened, to whom, never with a code or a secret in it (contract, 7.7)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_tenant.caller import calling

if TYPE_CHECKING:
    from local_tenant.tenant import Tenant

KEPT = 25_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: its type (`gd_enrollment_complete`, `feacft`, …), who and what it was about, where it came from."""

    log_id: str
    date: float
    type: str
    description: str
    user_id: str | None
    user_name: str | None
    connection: str | None
    client_id: str | None
    client_name: str | None
    ip: str
    user_agent: str
    details: dict[str, object] = field(default_factory=dict)


class Log:
    """Events in the order in which they happened; the oldest make room."""

    def __init__(self, tenant: Tenant) -> None:
        """Take the tenant whose log it is."""
        self._tenant = tenant
        self._count = 0
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def add(
        self,
        type_: str,
        *,
        user_id: str | None = None,
        client_id: str | None = None,
        description: str | None = None,
        more: dict[str, object] | None = None,
        **details: str,
    ) -> None:
        """Record an event; person and application are the caller's where they are not given."""
        caller = calling()
        user_id, client_id = user_id or caller.user_id, client_id or caller.client_id
        person = self._tenant.store.people.get(user_id or "")
        application = self._tenant.store.applications.get(client_id or "")
        self._count += 1
        self.entries.append(
            Entry(
                f"90{self._count:018d}",
                self._tenant.clock.now(),
                type_,
                description or self._tenant.events.description(type_),
                user_id,
                person.email if person else None,
                person.connection if person else None,
                client_id,
                application.name if application else None,
                caller.ip,
                caller.user_agent,
                self._tenant.events.details(type_, user_id, description, details) if more is None else more,
            )
        )
