"""The tenant's data: dictionaries in memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from local_tenant.model import (
    Application,
    Authenticator,
    AuthorizationCode,
    Bucket,
    FailedLogins,
    LogEvent,
    MfaTransaction,
    OpaqueToken,
    RefreshFamily,
    RememberedDevice,
    SentCode,
    Session,
    SignIn,
    Ticket,
    User,
)


@dataclass
class Store:
    """All data of the tenant. One lock around each request keeps them consistent."""

    applications: dict[str, Application] = field(default_factory=dict)
    factors: dict[str, bool] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    authenticators: dict[str, Authenticator] = field(default_factory=dict)
    codes: dict[str, SentCode] = field(default_factory=dict)
    """By `oob_code`."""
    newest_codes: dict[tuple[str, str], SentCode] = field(default_factory=dict)
    """By user id and phone number."""
    policy: str = "never"
    message_types: list[str] = field(default_factory=lambda: ["sms"])
    mfa_transactions: dict[str, MfaTransaction] = field(default_factory=dict)
    """By opaque `mfa_token`."""
    refresh_tokens: dict[str, RefreshFamily] = field(default_factory=dict)
    opaque_tokens: dict[str, OpaqueToken] = field(default_factory=dict)
    ended_tokens: set[str] = field(default_factory=set, repr=False)
    """Access tokens that were invalidated before their expiry."""
    assertions: dict[tuple[str, str], float] = field(default_factory=dict)
    """The expiry of each client assertion that was used."""
    push_answers: dict[str, bool] = field(default_factory=dict)
    """Whether the user accepted the push notification, by `oob_code`."""
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict, repr=False)
    """By the secret in the ticket's link."""
    sessions: dict[str, Session] = field(default_factory=dict)
    """By the browser's cookie."""
    devices: dict[str, RememberedDevice] = field(default_factory=dict)
    """By the cookie of a remembered device."""
    consents: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    """Granted scopes, by user, application and audience."""
    authorization_codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    failures: dict[tuple[str, str], FailedLogins] = field(default_factory=dict)
    """By user and IP address."""
    events: deque[LogEvent] = field(default_factory=lambda: deque(maxlen=25_000))
    """The log; the oldest events are dropped."""
    events_counted: int = 0

    def forget(self, user_id: str) -> None:
        """Delete all data of a user."""
        self.users.pop(user_id, None)
        self.authenticators = {k: v for k, v in self.authenticators.items() if v.user_id != user_id}
        self.codes = {k: v for k, v in self.codes.items() if v.user_id != user_id}
        self.newest_codes = {k: v for k, v in self.newest_codes.items() if v.user_id != user_id}
        self.mfa_transactions = {
            k: v for k, v in self.mfa_transactions.items() if v.token_request.user.user_id != user_id
        }
        self.refresh_tokens = {k: v for k, v in self.refresh_tokens.items() if v.token_request.user.user_id != user_id}
        self.opaque_tokens = {k: v for k, v in self.opaque_tokens.items() if v.user_id != user_id}
        self.push_answers = {k: v for k, v in self.push_answers.items() if k in self.codes}
        self.sign_ins = {k: v for k, v in self.sign_ins.items() if v.user_id != user_id}
        self.tickets = {k: v for k, v in self.tickets.items() if v.user_id != user_id}
        self.sessions = {k: v for k, v in self.sessions.items() if v.user_id != user_id}
        self.devices = {k: v for k, v in self.devices.items() if v.user_id != user_id}
        self.consents = {k: v for k, v in self.consents.items() if k[0] != user_id}
        self.authorization_codes = {k: v for k, v in self.authorization_codes.items() if v.sign_in.user_id != user_id}
        self.buckets = {k: v for k, v in self.buckets.items() if k[1] != user_id}
        self.failures = {k: v for k, v in self.failures.items() if k[0] != user_id}

    def forget_authenticator(self, authenticator_id: str) -> None:
        """Delete one authenticator and the codes sent to it."""
        self.authenticators.pop(authenticator_id, None)
        self.codes = {k: v for k, v in self.codes.items() if v.authenticator_id != authenticator_id}
