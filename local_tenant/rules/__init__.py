"""The tenant's rules, without a web framework: one module per subject, one small method per decision.

A variation replaces one of these methods; see `local_tenant.variations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_tenant.tenant import Tenant


class Rule:
    """The decisions on one subject. A rule has no state of its own: data stand in the tenant's store."""

    def __init__(self, tenant: Tenant) -> None:
        """Take the tenant whose decisions these are."""
        self.tenant = tenant
