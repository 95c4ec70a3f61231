"""What the tenant's data is made of: applications, users, their factors and codes, tokens, sign-ins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from local_tenant.keys import KeyPair

Json = dict[str, object]
Claims = Json


@dataclass
class Application:
    """One application of the tenant."""

    client_id: str
    client_secret: str | None = field(repr=False)
    name: str
    app_type: str
    token_endpoint_auth_method: str
    grant_types: list[str] = field(default_factory=list)
    callbacks: list[str] = field(default_factory=list)
    allowed_origins: list[str] = field(default_factory=list)
    web_origins: list[str] = field(default_factory=list)
    allowed_logout_urls: list[str] = field(default_factory=list)
    is_first_party: bool = True
    skip_non_verifiable_callback_uri_confirmation_prompt: bool | None = None
    """None: as the tenant says."""
    client_metadata: dict[str, str] = field(default_factory=dict)
    description: str = ""
    management_scopes: list[str] = field(default_factory=list)
    key: KeyPair | None = field(default=None, repr=False)
    more: dict[str, object] = field(default_factory=dict)
    """What the administrator set beside that, as the Management API shows it."""

    @property
    def public_key(self) -> str | None:
        """With it the application proves itself by signing (private_key_jwt)."""
        return self.key.public if self.key is not None else None

    @property
    def private_key(self) -> str | None:
        """The other half, where the tenant made the pair."""
        return self.key.private if self.key is not None else None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a token request: the id, and the secret from the body or the Basic header, or an assertion."""

    client_id: str | None
    client_secret: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)


@dataclass
class User:
    """One user of the tenant's database connection."""

    user_id: str
    email: str
    password: str = field(repr=False)
    connection: str
    created_at: float
    updated_at: float
    email_verified: bool = False
    blocked: bool = False
    profile: dict[str, str] = field(default_factory=dict)
    app_metadata: Json = field(default_factory=dict)
    user_metadata: Json = field(default_factory=dict)
    last_login: float | None = None
    logins_count: int = 0


Kind = Literal["sms", "voice", "totp", "push", "email", "recovery-code"]
Channel = Literal["sms", "voice", "email", "auth0"]
FACTOR: dict[Kind, str] = {
    "sms": "sms", "voice": "sms", "totp": "otp", "push": "push-notification", "email": "email",
    "recovery-code": "recovery-code",
}  # fmt: skip
TYPE: dict[Kind, str] = {
    "sms": "phone", "voice": "phone", "totp": "otp", "push": "push-notification", "email": "email",
    "recovery-code": "recovery-code",
}  # fmt: skip
CHANNEL: dict[Kind, Channel] = {"sms": "sms", "voice": "voice", "push": "auth0", "email": "email"}
"""How a kind is reached; the others are not."""


@dataclass
class Authenticator:
    """A phone, an app or an address of one user; unconfirmed until a code proved it."""

    device: str
    kind: Kind
    user_id: str
    created_at: float
    confirmed_at: float | None = None
    last_used_at: float | None = None
    phone: str = ""
    """The number, or the address of an e-mail."""
    is_verified_email: bool = False
    """Nobody enrolled it: it is there because the address was verified."""
    name: str = ""
    """What the administrator calls it."""
    preferred: str = ""
    """How the administrator said that a phone is reached first."""
    secret: str = field(default="", repr=False)
    used_steps: set[int] = field(default_factory=set, repr=False)

    @property
    def id(self) -> str:
        """`sms|dev_…`, `totp|dev_…`, …."""
        return f"{self.kind}|{self.device}"


FACTOR_NAMES = (
    "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
)  # fmt: skip
"""In the order in which the Management API lists them."""


@dataclass
class SentCode:
    """One text's digits, and what they are good for. `oob_code` names it in the MFA API; a sign-in keeps it itself."""

    digits: str = field(repr=False)
    user_id: str
    authenticator_id: str
    phone: str
    sent_at: float
    purpose: Literal["enrollment", "sign-in", "challenge"]
    oob_code: str | None = field(default=None, repr=False)
    client_id: str | None = None
    used: bool = False
    channel: Literal["sms", "voice", "email", "auth0"] = "sms"
    mfa_token: str | None = field(default=None, repr=False)
    """The opaque token with which it was asked for; none where that was an access token."""
    polled_at: float | None = None
    """When somebody last asked whether the push was answered."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a token answer is about: who, through which application, for which API, and how it was proved."""

    user: User
    application: Application
    audience: str | None
    scopes: list[str]
    nonce: str | None = None
    auth_time: float | None = None
    second_factor: bool = False
    grant: str | None = None
    """What the access token says of its grant, where that was no sign-in in a browser."""
    is_implicit: bool = False
    """Whether the tokens come from /authorize itself, and live in a browser."""
    family: RefreshFamily | None = None
    """The refresh tokens that this answer goes on with; none where it begins."""


@dataclass
class RefreshFamily:
    """A refresh token and those that took its place: one of them is good at a time."""

    order: TokenRequest
    issued_at: float
    current: str = field(default="", repr=False)
    is_alive: bool = True


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """What an access token without an audience stands for."""

    user_id: str
    scopes: list[str]
    expires_at: float


@dataclass
class SignIn:
    """What one browser is in the middle of."""

    state: str = field(repr=False)
    application: Application
    redirect_uri: str
    scopes: list[str]
    audience: str | None
    client_state: str | None
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str
    login_hint: str
    started_at: float
    connection: str | None = None
    response_types: tuple[str, ...] = ("code",)
    response_mode: str = "query"
    prompts: tuple[str, ...] = ()
    screen_hint: str = ""
    ui_locales: tuple[str, ...] = ()
    wants_second_factor: bool = False
    """Whether `acr_values` asked for one."""
    browser: str = field(default="", repr=False)
    """The cookie of the browser that began; in any other one the state is worth nothing."""
    device: str = field(default="", repr=False)
    """The cookie of a remembered device, if it has one."""
    ticket: str = field(default="", repr=False)
    """The enrollment ticket that began it; then it ends with a factor, and not on a callback."""
    user_id: str | None = None
    auth_time: float | None = None
    second_factor: bool = False
    has_seen_a_screen: bool = False
    """Whether any screen was shown."""
    passed: set[str] = field(default_factory=set)
    """Paths of the screens in between that are done with."""
    authenticator_id: str | None = None
    """What the user is asked for, or is about to enroll."""
    sent_code: SentCode | None = None
    country: str = "US"
    """Where a phone number is taken to be from."""
    recovery_code: str | None = field(default=None, repr=False)
    """A new one that waits to be written down."""
    remembers_device: bool = False
    view_is_toggled: bool = False
    """Whether the set-up key is shown the other way: in letters instead of as a picture."""
    waits_for_confirmation: bool = False
    screen_since: float = 0.0
    notice: str | None = None
    """What the next screen tells once, such as `too-many-sms`."""


@dataclass
class Session:
    """A browser in which somebody is signed in."""

    user_id: str
    auth_time: float
    second_factor: bool


@dataclass(frozen=True, slots=True)
class RememberedDevice:
    """A browser that need not show a second factor again."""

    user_id: str
    since: float


@dataclass
class AuthorizationCode:
    """The code of a callback, and the sign-in that earned it."""

    sign_in: SignIn
    issued_at: float
    used: bool = False


@dataclass
class Ticket:
    """Whose it is, and what it is good for."""

    user_id: str
    issued_at: float
    allows_another: bool
    """Whether somebody who is enrolled may add a factor with it."""
    opened: SignIn | None = field(default=None, repr=False)
    used: bool = False


@dataclass
class MfaTransaction:
    """What stands behind an `mfa_token`: the tokens that will be issued once a second factor was shown."""

    order: TokenRequest
    expires_at: float
    is_completed: bool = False
    """Whether a second factor was shown with it."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who stands at the door: a user, sent by an application, with scopes."""

    user: User
    application: Application
    scopes: list[str]
    audience: str
    transaction: MfaTransaction | None = None
    """What stands behind an opaque token; none behind an access token."""
    mfa_token: str | None = field(default=None, repr=False)
    """The opaque token itself."""
    access_token: str | None = field(default=None, repr=False)
    """The access token itself."""
    issued_at: int = 0
    """When that was issued."""
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class ManagementCaller:
    """Who changes the tenant, and what for."""

    scopes: frozenset[str]
    client_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event: its type (`gd_enrollment_complete`, `feacft`, …), who and what it was about, where it came from."""

    log_id: str
    date: float
    type: str
    description: str
    user_id: str | None
    user_name: str | None
    connection: str | None
    client_id: str | None
    client_name: str | None
    ip: str
    user_agent: str
    details: dict[str, object] = field(default_factory=dict)


@dataclass
class Bucket:
    """So many drops, and when they were counted."""

    remaining: float
    counted_at: float


@dataclass
class FailedLogins:
    """Wrong passwords in a row, of one user at one address."""

    count: int
    last_at: float


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """What the `x-ratelimit-*` headers say."""

    limit: int
    remaining: int
    reset: int
    is_exceeded: bool
