"""One tenant: its name, clock, configuration, data, and the rules composed for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

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
from local_tenant.variations import Composition


class Inbox(Protocol):
    """Where texts go."""

    def deliver(self, to: str, body: str, code: str | None = None) -> object:
        """Keep a text."""


class Tenant:
    """Rules find each other, the data and the time through it."""

    @cached_property
    def keys(self) -> Keys:
        """The key that signs, made beside everything else and waited for when it first does."""
        return Keys.make()

    def __init__(  # noqa: PLR0915  # one line for each domain word
        self,
        configuration: Configuration,
        domain: str,
        clock: Clock,
        inbox: Inbox,
        variations: Sequence[type[Rule]],
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
        chosen = Composition(variations)
        self.applications = chosen.of(Applications)(self)
        self.attack_protection = chosen.of(AttackProtection)(self)
        self.audiences = chosen.of(Audiences)(self)
        self.authenticators = chosen.of(Authenticators)(self)
        self.authorization_codes = chosen.of(AuthorizationCodes)(self)
        self.challenges = chosen.of(Challenges)(self)
        self.client_assertions = chosen.of(ClientAssertions)(self)
        self.codes = chosen.of(Codes)(self)
        self.connections = chosen.of(Connections)(self)
        self.consents = chosen.of(Consents)(self)
        self.emails = chosen.of(Emails)(self)
        self.enrolment = chosen.of(Enrolment)(self)
        self.events = chosen.of(Events)(self)
        self.factors = chosen.of(Factors)(self)
        self.grants = chosen.of(Grants)(self)
        self.limits = chosen.of(Limits)(self)
        self.messages = chosen.of(Messages)(self)
        self.mfa_access = chosen.of(MfaAccess)(self)
        self.mfa_required = chosen.of(MfaRequired)(self)
        self.mfa_tokens = chosen.of(MfaTokens)(self)
        self.one_time_passwords = chosen.of(OneTimePasswords)(self)
        self.operator_view = chosen.of(OperatorView)(self)
        self.origins = chosen.of(Origins)(self)
        self.other_enrolments = chosen.of(OtherEnrolments)(self)
        self.page_enrolment = chosen.of(PageEnrolment)(self)
        self.pages = chosen.of(Pages)(self)
        self.password_grant = chosen.of(PasswordGrant)(self)
        self.people = chosen.of(People)(self)
        self.phone_carriers = chosen.of(PhoneCarriers)(self)
        self.phones = chosen.of(Phones)(self)
        self.pushes = chosen.of(Pushes)(self)
        self.rate_limits = chosen.of(RateLimits)(self)
        self.recovery_codes = chosen.of(RecoveryCodes)(self)
        self.refresh_tokens = chosen.of(RefreshTokens)(self)
        self.refusals = chosen.of(Refusals)(self)
        self.second_factor = chosen.of(SecondFactor)(self)
        self.sessions = chosen.of(Sessions)(self)
        self.sign_ins = chosen.of(SignIns)(self)
        self.tickets = chosen.of(Tickets)(self)
        self.tokens = chosen.of(Tokens)(self)
        self.userinfo = chosen.of(Userinfo)(self)
        self.way = chosen.of(Way)(self)
