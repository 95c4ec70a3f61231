"""How many texts a run may cost: what it may send is known before it begins."""

from __future__ import annotations

from pathlib import Path

from mfa_verification.guard.allow_list import allowed_tenants
from mfa_verification.phones.registry import factory_of
from mfa_verification.profile import Profile, ProfileError


def texts_cost_money(profile: Profile) -> bool:
    """Say whether carriers bring the texts of this profile."""
    return factory_of(profile.phone_provider).carrier


def check_budget(estimate: int, profile: Profile, allow_list: Path, given: int | None) -> str:
    """Return the estimate in words; raise `ProfileError` where it is over the budget.

    `given` is that of the command line; else the allow-list's counts; without either there is none.
    """
    listed = allowed_tenants(allow_list).get(profile.domain)
    budget, place = (
        (given, "--sms-budget") if given is not None else (listed.texts if listed else None, allow_list.name)
    )
    if budget is not None and estimate > budget:
        raise ProfileError(
            f"this run may send {estimate} texts, and the budget of {place} is {budget}: select less, or raise it"
        )
    cost = "each is paid for" if texts_cost_money(profile) else "no carrier is involved"
    return f"at most {estimate} texts will be sent ({cost}{'' if budget is None else f'; budget {budget}'})"
