"""E-mail addresses as a factor: which are accepted, and how they are hidden (contract, 4.1, 6, 7.3)."""

from __future__ import annotations

from local_tenant.rules.base import Rule
from local_tenant.rules.people import E_MAIL


class Emails(Rule):
    """How the tenant reads and shows an address."""

    def is_acceptable(self, address: str) -> bool:
        """An address with a name and a domain. Whether anybody reads it is not asked."""
        return E_MAIL.fullmatch(address) is not None

    def mask(self, address: str) -> str:
        """Hide the name, and all of the domain but four characters: `****@exam*******`."""
        return f"****@{self._domain(address)}"

    def mask_for_operator(self, address: str) -> str:
        """The operator sees four characters of the name too: `chuc****@exam*******`."""
        return f"{address[:4].partition('@')[0]}****@{self._domain(address)}"

    def _domain(self, address: str) -> str:
        domain = address.rpartition("@")[2]
        return domain[:4] + "*" * (len(domain) - 4)
