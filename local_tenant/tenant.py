"""One tenant: its name, clock, configuration, data, and the rules composed for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol, get_type_hints

from local_tenant.clock import Clock
from local_tenant.log import Log
from local_tenant.rules.applications import Applications
from local_tenant.rules.attack_protection import AttackProtection
from local_tenant.rules.audiences import Audiences
from local_tenant.rules.authenticators import Authenticators
from local_tenant.rules.base import Rule
from local_tenant.rules.challenges import Challenges
from local_tenant.rules.client_assertions import ClientAssertions
from local_tenant.rules.codes import Codes
from local_tenant.rules.connections import Connections
from local_tenant.rules.consents import Consents
from local_tenant.rules.emails import Emails
from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.events import Events
from local_tenant.rules.factors import Factors
from local_tenant.rules.grants import Grants
from local_tenant.rules.limits import Limits
from local_tenant.rules.messages import Messages
from local_tenant.rules.mfa_access import MfaAccess
from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.mfa_tokens import MfaTokens
from local_tenant.rules.one_time_passwords import OneTimePasswords
from local_tenant.rules.operator_view import OperatorView
from local_tenant.rules.origins import Origins
from local_tenant.rules.other_enrolments import OtherEnrolments
from local_tenant.rules.page_enrolment import PageEnrolment
from local_tenant.rules.pages import Pages
from local_tenant.rules.password_grant import PasswordGrant
from local_tenant.rules.people import People
from local_tenant.rules.phone_carriers import PhoneCarriers
from local_tenant.rules.phones import Phones
from local_tenant.rules.pushes import Pushes
from local_tenant.rules.rate_limits import RateLimits
from local_tenant.rules.recovery_codes import RecoveryCodes
from local_tenant.rules.refresh_tokens import RefreshTokens
from local_tenant.rules.refusals import Refusals
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sessions import Sessions
from local_tenant.rules.sign_ins import AuthorizationCodes, SignIns
from local_tenant.rules.tickets import Tickets
from local_tenant.rules.tokens import Keys, Tokens
from local_tenant.rules.userinfo import Userinfo
from local_tenant.rules.way import Way
from local_tenant.settings import settings_of
from local_tenant.store import Store
from local_tenant.tenant_file import Configuration
from local_tenant.trouble import RequestLog, Troubles
from local_tenant.turns import Turns
from local_tenant.variations.table import AnyVariation, composed


class Inbox(Protocol):
    """Where texts go."""

    def deliver(self, to: str, body: str, code: str | None = None) -> object:
        """Keep a text."""


class Tenant:
    """Rules find each other, the data and the time through it."""

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
    enrolment: Enrolment
    events: Events
    factors: Factors
    grants: Grants
    limits: Limits
    messages: Messages
    mfa_access: MfaAccess
    mfa_required: MfaRequired
    mfa_tokens: MfaTokens
    one_time_passwords: OneTimePasswords
    operator_view: OperatorView
    origins: Origins
    other_enrolments: OtherEnrolments
    page_enrolment: PageEnrolment
    pages: Pages
    password_grant: PasswordGrant
    people: People
    phone_carriers: PhoneCarriers
    phones: Phones
    pushes: Pushes
    rate_limits: RateLimits
    recovery_codes: RecoveryCodes
    refresh_tokens: RefreshTokens
    refusals: Refusals
    second_factor: SecondFactor
    sessions: Sessions
    sign_ins: SignIns
    tickets: Tickets
    tokens: Tokens
    userinfo: Userinfo
    way: Way

    @cached_property
    def keys(self) -> Keys:
        """The key that signs, made beside everything else and waited for when it first does."""
        return Keys.make()

    def __init__(
        self,
        configuration: Configuration,
        domain: str,
        clock: Clock,
        inbox: Inbox,
        variations: Sequence[AnyVariation],
    ) -> None:
        """Compose the rules once; they do not change while the tenant lives."""
        self.configuration = configuration
        self.domain = domain
        self.clock = clock
        self.inbox = inbox
        self.former_keys: list[Keys] = []
        self.log = Log(self)
        self.store = Store(
            applications={one.client_id: one for one in configuration.applications.values()},
            factors=dict(configuration.factors),
            policy=configuration.policy,
            message_types=list(configuration.message_types),
        )
        self.settings = settings_of(configuration, domain, clock.now())
        self.turns = Turns()
        self.troubles = Troubles()
        self.requests = RequestLog()
        for word, rule in RULES.items():
            setattr(self, word, composed(rule, variations)(self))


RULES: dict[str, type[Rule]] = {
    word: rule for word, rule in get_type_hints(Tenant).items() if isinstance(rule, type) and issubclass(rule, Rule)
}
"""The rules of a tenant, by the word under which they find each other: as the class above names them."""
