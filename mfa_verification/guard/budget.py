"""How many texts a run may cost: what it may send is known before it begins."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mfa_verification.phones.registry import factory_of
from mfa_verification.profile import Profile, ProfileError

KEY = "texts"
"""The key in a tenant's table of `tenants.toml`."""


def texts_cost_money(profile: Profile) -> bool:
    """Say whether carriers bring the texts of this profile."""
    return factory_of(profile.phone_provider).carrier


def check_budget(estimate: int, profile: Profile, allow_list: Path, given: int | None) -> str:
    """Return the estimate in words; raise `ProfileError` where it is over the budget.

    `given` is that of the command line; else the allow-list's counts; without either there is none.
    """
    budget, place = (given, "--sms-budget") if given is not None else (_listed(profile, allow_list), allow_list.name)
    if budget is not None and estimate > budget:
        raise ProfileError(
            f"this run may send {estimate} texts, and the budget of {place} is {budget}: select less, or raise it"
        )
    cost = "each is paid for" if texts_cost_money(profile) else "no carrier is involved"
    return f"at most {estimate} texts will be sent ({cost}{'' if budget is None else f'; budget {budget}'})"


def _listed(profile: Profile, allow_list: Path) -> int | None:
    """Read the budget beside the domain; a file that cannot be read was told about before."""
    try:
        table = tomllib.loads(allow_list.read_text()).get(profile.domain, {})
    except (OSError, tomllib.TOMLDecodeError):
        return None
    budget = table.get(KEY)
    if budget is not None and (isinstance(budget, bool) or not isinstance(budget, int) or budget < 0):
        raise ProfileError(f"{allow_list.name}: {KEY} of {profile.domain} is a number of texts, from 0")
    return budget
