"""The guard before a command that writes to a tenant: the same as before a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.allow_list import check_allowed
from mfa_verification.guard.marker import check_may_be_written, check_redirects, check_token
from mfa_verification.guard.preflight import ALLOW_LIST, browser_for
from mfa_verification.guard.words import check_words
from mfa_verification.profile import Profile, ProfileError


@contextmanager
def guarded(profile: Profile, root: Path) -> Iterator[Tenant]:
    """Give the tenant to a command, once the guard has nothing against it; `ProfileError` where it has."""
    if profile.mode == "read-only":
        raise ProfileError("TENANT_MODE is read-only: nothing is changed there")
    allowed = check_allowed(profile, root / ALLOW_LIST)
    check_words(profile.mode, domain=profile.domain, custom_domain=profile.custom_domain)
    tenant = Tenant(profile, browser_for(profile))
    try:
        check_redirects(tenant)
        if refusal := tenant.operator_sign_in().refusal:
            raise ProfileError(
                f"the tenant refused AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET: {refusal}"
            )
        check_token(tenant)
        check_may_be_written(tenant, allowed)
        yield tenant
    finally:
        tenant.close()
