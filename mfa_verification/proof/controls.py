"""Cheap controls: one trivial, known-good call for each dependency, so that "it is down" is seen and not guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.clock import TenantClock
from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.registry import factory_of
from mfa_verification.verdict.cause import Cause

SKEW_SECONDS = 30.0
"""One step of an authenticator app."""


def trouble_with(tenant: Tenant, *, keeps_time: bool) -> Inconclusive | None:
    """Ask token endpoint, Management API, inbox and clock; return the first trouble, or None where all are well.

    `keeps_time` is False for a tenant whose clock a scenario may move.
    """
    for control in _controls(tenant, keeps_time=keeps_time):
        try:
            control()
        except TenantFault:
            continue  # an answer, if a wrong one: the dependency is there
        except Inconclusive as trouble:
            return trouble
    return None


def check_clock(clock: TenantClock) -> None:
    """Raise `Inconclusive` where our clock and the tenant's surely differ by more than one step."""
    if clock.is_measured and abs(clock.ahead) - clock.uncertainty > SKEW_SECONDS:
        where = "behind" if clock.ahead > 0 else "ahead of"
        skew = f"this machine's clock is {abs(clock.ahead):.0f} s {where} the tenant's, more than one step of an app"
        raise Inconclusive(Cause.CLOCK_SKEW, f"{skew} ({SKEW_SECONDS:.0f} s): set it, by NTP perhaps")


def _controls(tenant: Tenant, *, keeps_time: bool) -> Iterator[Callable[[], object]]:
    yield tenant.operator_sign_in
    yield tenant.management.factors
    yield factory_of(tenant.profile.phone_provider)(tenant.profile.phone_settings).preflight
    if keeps_time:
        yield lambda: check_clock(tenant.clock)
