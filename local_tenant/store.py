"""The tenant's data: plain dictionaries in memory, gone with the process."""

from __future__ import annotations

from dataclasses import dataclass, field

from local_tenant.rules.applications import Application
from local_tenant.rules.attack_protection import Failures
from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.codes import SentCode
from local_tenant.rules.limits import Bucket
from local_tenant.rules.people import Person
from local_tenant.rules.sign_ins import AuthorizationCode, Session, SignIn


@dataclass
class Store:
    """Everything the tenant knows. One lock around each request keeps it consistent."""

    applications: dict[str, Application] = field(default_factory=dict)
    factors: dict[str, bool] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    authenticators: dict[str, Authenticator] = field(default_factory=dict)
    codes: dict[str, SentCode] = field(default_factory=dict)
    """By `oob_code`."""
    newest_codes: dict[tuple[str, str], SentCode] = field(default_factory=dict)
    """By person and phone."""
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    authorization_codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    failures: dict[tuple[str, str], Failures] = field(default_factory=dict)
    """By person and address."""

    def forget(self, user_id: str) -> None:
        """End everything of a person's."""
        self.people.pop(user_id, None)
        self.authenticators = {k: v for k, v in self.authenticators.items() if v.user_id != user_id}
        self.codes = {k: v for k, v in self.codes.items() if v.user_id != user_id}
        self.newest_codes = {k: v for k, v in self.newest_codes.items() if v.user_id != user_id}
        self.sign_ins = {k: v for k, v in self.sign_ins.items() if v.user_id != user_id}
        self.sessions = {k: v for k, v in self.sessions.items() if v.user_id != user_id}
        self.authorization_codes = {k: v for k, v in self.authorization_codes.items() if v.sign_in.user_id != user_id}
        self.buckets = {k: v for k, v in self.buckets.items() if k[1] != user_id}
        self.failures = {k: v for k, v in self.failures.items() if k[0] != user_id}

    def forget_authenticator(self, authenticator_id: str) -> None:
        """End one authenticator and the codes sent to it."""
        self.authenticators.pop(authenticator_id, None)
        self.codes = {k: v for k, v in self.codes.items() if v.authenticator_id != authenticator_id}
