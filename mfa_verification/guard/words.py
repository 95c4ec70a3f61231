"""Names that speak of production: such a tenant is read at most."""

from __future__ import annotations

import re

from mfa_verification.profile import ProfileError

_PRODUCTION = re.compile(r"(?<![a-z])(prod|production|live)(?![a-z])", re.IGNORECASE)


def check_words(mode: str, **names: str | None) -> None:
    """Raise `ProfileError` where a name says production and the tenant may be written to."""
    for where, name in names.items():
        if mode != "read-only" and name and (found := _PRODUCTION.search(name)):
            raise ProfileError(
                f"the {where.replace('_', ' ')} is {name}, and '{found[0]}' speaks of production: nothing is written "
                "there; set TENANT_MODE=read-only to look at it"
            )
