"""One test user: what they are, what they hold, and what they do."""

from __future__ import annotations

from dataclasses import dataclass, field

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.secret import Secret
from mfa_verification.factors.authenticator_app import AuthenticatorApp
from mfa_verification.phones.phone import Phone
from mfa_verification.users.account import Account
from mfa_verification.users.challenges import MfaChallenge
from mfa_verification.users.enrollment import Enrollment
from mfa_verification.users.held import Held
from mfa_verification.users.sign_ins import SignIns
from mfa_verification.users.token_requests import TokenRequests


@dataclass
class TestUser:
    """A user of the tenant, named as in the feature, with a phone of their own.

    Each action returns its outcome and judges nothing; what it got for the user is in `held`.
    """

    __test__ = False  # no test class, whatever pytest makes of the name

    account: Account
    sign_in: SignIns = field(init=False, repr=False)
    enrollment: Enrollment = field(init=False, repr=False)
    challenge: MfaChallenge = field(init=False, repr=False)
    tokens: TokenRequests = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.sign_in = SignIns(self.account)
        self.enrollment = Enrollment(self.account)
        self.challenge = MfaChallenge(self.account)
        self.tokens = TokenRequests(self.account)

    @property
    def tenant(self) -> Tenant:
        """The tenant that the user belongs to."""
        return self.account.tenant

    @property
    def name(self) -> str:
        """The name in the feature."""
        return self.account.name

    @property
    def email(self) -> str:
        """The e-mail address, with which the user signs in."""
        return self.account.email

    @property
    def password(self) -> Secret:
        """The password that the user has now."""
        return self.account.password

    @property
    def user_id(self) -> str:
        """The tenant's id of the user."""
        return self.account.user_id

    @property
    def phone(self) -> Phone:
        """The phone that the user has now."""
        return self.account.phone

    @property
    def app(self) -> AuthenticatorApp:
        """The authenticator app, once it was set up."""
        return self.account.held.latest(AuthenticatorApp)

    @property
    def held(self) -> Held:
        """What actions got for the user."""
        return self.account.held
