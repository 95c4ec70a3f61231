"""What every rules class has in hand: its tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_tenant.tenant import Tenant


class Rule:
    """The decisions about one domain word. They hold no state: data stands in the tenant's store."""

    def __init__(self, tenant: Tenant) -> None:
        """Take the tenant whose decisions these are."""
        self.tenant = tenant
