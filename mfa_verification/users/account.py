"""A test user's account: who they are on the tenant, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.secret import Secret
from mfa_verification.login.window import Device
from mfa_verification.phones.phone import Phone
from mfa_verification.users.held import Held


@dataclass(kw_only=True)
class Account:
    """Data alone; what the user does with it stands in `sign_ins`, `enrollment`, `challenges` and `token_requests`."""

    name: str
    """As the feature names the user."""
    email: str
    password: Secret
    user_id: str
    phone: Phone
    tenant: Tenant = field(repr=False)
    device: Device | None = field(default=None, repr=False)
    """The device that is kept, with its cookies; None: each sign-in has a new one."""
    held: Held = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.held = Held(self.name)
