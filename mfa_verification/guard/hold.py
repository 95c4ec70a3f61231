"""Holding a tenant for one run: the lease person, taken before the first scenario and kept alive until the last."""

from __future__ import annotations

from collections.abc import Callable

from mfa_verification.arrangement import NotPutBack
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.universal_login.http_window import HttpDevices
from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.people.lease import Lease
from mfa_verification.profile import Profile


class Hold:
    """One run's hold on its tenant; nothing at all where the tenant is only read."""

    def __init__(self, profile: Profile, run: str, say: Callable[[str], None]) -> None:
        """Prepare; `take` takes it."""
        self._profile = profile
        # Requests of its own: it is kept alive beside the scenarios.
        self._tenant = Tenant(profile, HttpDevices(profile.ca_bundle))
        self.lease = Lease(self._tenant, run, say)

    def take(self, wait_seconds: float) -> None:
        """Take the lease, and keep it alive."""
        if self._profile.mode != "read-only":
            self.lease.acquire(wait_seconds)
            self.lease.keep_alive()

    @property
    def is_lost(self) -> bool:
        """Whether another run took the tenant over meanwhile: nothing that was met since is sure."""
        return self.lease.lost

    def let_go(self, *, sweeps: bool) -> tuple[int, str | None]:
        """Let go; return how many people were still removed, and what went wrong, in words."""
        try:
            if self.is_lost:
                return 0, None
            return self.lease.release(sweeps=sweeps), None
        except (TenantFault, Inconclusive, NotPutBack) as trouble:
            return 0, f"the lease was not given back, and the next run takes it over: {trouble}"
        finally:
            self._tenant.close()

    def abandon(self) -> None:
        """Leave the lease as it is: it runs out, and the next run takes over."""
        self.lease.stop_renewing()
        self._tenant.close()
