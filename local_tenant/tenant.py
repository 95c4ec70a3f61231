"""One tenant: its domain, clock, configuration, data, and rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol, get_type_hints

from local_tenant.clock import Clock
from local_tenant.fault_injection import FaultInjection, RequestLog
from local_tenant.keys import Keys
from local_tenant.request_context import RequestLock
from local_tenant.rules import Rule
from local_tenant.rules.applications import Applications, ClientAssertions, Connections
from local_tenant.rules.audiences import Audiences, Userinfo
from local_tenant.rules.authenticators import Authenticators
from local_tenant.rules.challenges import Challenges, Pushes
from local_tenant.rules.codes import Codes, OneTimePasswords, RecoveryCodes
from local_tenant.rules.enrollment import EmailAndPushEnrollment, Enrollment, Factors
from local_tenant.rules.events import Events, Log
from local_tenant.rules.grants import AuthorizationCodes, Grants, PasswordGrant, RefreshTokens
from local_tenant.rules.limits import AttackProtection, Limits, RateLimits
from local_tenant.rules.management_api import ManagementApi
from local_tenant.rules.messages import Emails, Messages, PhoneProviders, Phones
from local_tenant.rules.mfa_access import MfaAccess, MfaRequired, MfaTokens
from local_tenant.rules.responses import Origins, Pages, Refusals
from local_tenant.rules.screen_enrollment import ScreenEnrollment, Tickets
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import Consents, Sessions, SignInFlow, SignIns
from local_tenant.rules.tokens import Signatures, Tokens
from local_tenant.rules.users import Users
from local_tenant.settings import settings_of
from local_tenant.store import Store
from local_tenant.tenant_file import Configuration
from local_tenant.variations import AnyVariation, composed


class Inbox(Protocol):
    """Where messages are delivered."""

    def deliver(self, to: str, body: str, code: str | None = None) -> object:
        """Keep a message."""


class Tenant:
    """A tenant. Rules reach each other, the data and the clock through it."""

    applications: Applications
    attack_protection: AttackProtection
    audiences: Audiences
    authenticators: Authenticators
    authorization_codes: AuthorizationCodes
    challenges: Challenges
    client_assertions: ClientAssertions
    codes: Codes
    connections: Connections
    consents: Consents
    emails: Emails
    enrollment: Enrollment
    events: Events
    factors: Factors
    grants: Grants
    limits: Limits
    log: Log
    messages: Messages
    mfa_access: MfaAccess
    mfa_required: MfaRequired
    mfa_tokens: MfaTokens
    one_time_passwords: OneTimePasswords
    management_api: ManagementApi
    origins: Origins
    email_and_push_enrollment: EmailAndPushEnrollment
    screen_enrollment: ScreenEnrollment
    pages: Pages
    password_grant: PasswordGrant
    users: Users
    phone_providers: PhoneProviders
    phones: Phones
    pushes: Pushes
    rate_limits: RateLimits
    recovery_codes: RecoveryCodes
    refresh_tokens: RefreshTokens
    refusals: Refusals
    second_factor: SecondFactor
    sessions: Sessions
    sign_ins: SignIns
    signatures: Signatures
    tickets: Tickets
    tokens: Tokens
    userinfo: Userinfo
    sign_in_flow: SignInFlow

    @cached_property
    def keys(self) -> Keys:
        """The signing key, made in a thread and waited for at its first use."""
        return Keys.make()

    def __init__(
        self,
        configuration: Configuration,
        domain: str,
        clock: Clock,
        inbox: Inbox,
        variations: Sequence[AnyVariation],
    ) -> None:
        """Create the rules with the chosen variations; they do not change afterwards."""
        self.configuration = configuration
        self.domain = domain
        self.clock = clock
        self.inbox = inbox
        self.former_keys: list[Keys] = []
        self.store = Store(
            applications={one.client_id: one for one in configuration.applications.values()},
            factors=dict(configuration.factors),
            policy=configuration.policy,
            message_types=list(configuration.message_types),
        )
        self.settings = settings_of(configuration, domain, clock.now())
        self.request_lock = RequestLock()
        self.fault_injection = FaultInjection()
        self.requests = RequestLog()
        for word, rule in RULES.items():
            setattr(self, word, composed(rule, variations)(self))


RULES: dict[str, type[Rule]] = {
    word: rule for word, rule in get_type_hints(Tenant).items() if isinstance(rule, type) and issubclass(rule, Rule)
}
"""The rule classes by the attribute names that `Tenant` declares."""
