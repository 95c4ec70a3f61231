"""The tenant's data classes: applications, users, factors, codes, tokens, sign-ins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from local_tenant.keys import KeyPair

Json = dict[str, object]
Claims = Json


@dataclass
class Application:
    """An application of the tenant (Auth0: client)."""

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
    """None: the tenant's setting applies."""
    client_metadata: dict[str, str] = field(default_factory=dict)
    description: str = ""
    management_scopes: list[str] = field(default_factory=list)
    key: KeyPair | None = field(default=None, repr=False)
    more: dict[str, object] = field(default_factory=dict)
    """Further properties that the administrator set, as the Management API shows them."""

    @property
    def public_key(self) -> str | None:
        """The key that verifies the application's assertions (`private_key_jwt`)."""
        return self.key.public if self.key is not None else None

    @property
    def private_key(self) -> str | None:
        """The private key, where the tenant made the pair."""
        return self.key.private if self.key is not None else None


@dataclass(frozen=True, slots=True)
class Credentials:
    """The client authentication of a token request: a secret from the body or the Basic header, or an assertion."""

    client_id: str | None
    client_secret: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)


@dataclass
class User:
    """A user of a database connection."""

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
TYPE: dict[Kind, str] = FACTOR | {"sms": "phone", "voice": "phone"}
CHANNEL: dict[Kind, Channel] = {"sms": "sms", "voice": "voice", "push": "auth0", "email": "email"}
"""The channel by which a kind is reached; kinds without one are missing."""


@dataclass
class Authenticator:
    """An enrolled factor of one user; unconfirmed until a code confirms it."""

    device: str
    kind: Kind
    user_id: str
    created_at: float
    confirmed_at: float | None = None
    last_used_at: float | None = None
    phone: str = ""
    """The phone number, or the email address."""
    is_verified_email: bool = False
    """Not enrolled by the user: a verified email address is an authenticator by itself (AF-LIST-09)."""
    name: str = ""
    """The name given by the administrator."""
    preferred: str = ""
    """The phone's preferred channel, chosen by the administrator."""
    secret: str = field(default="", repr=False)
    used_steps: set[int] = field(default_factory=set, repr=False)

    @property
    def id(self) -> str:
        """The id: `sms|dev_…`, `totp|dev_…` and so on."""
        return f"{self.kind}|{self.device}"


FACTOR_NAMES = (
    "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
)  # fmt: skip
"""In the order in which the Management API lists them."""


@dataclass
class SentCode:
    """A code that was sent. The MFA API names it by `oob_code`; a sign-in refers to it directly."""

    digits: str = field(repr=False)
    user_id: str
    authenticator_id: str
    phone: str
    sent_at: float
    purpose: Literal["enrollment", "sign-in", "challenge"]
    oob_code: str | None = field(default=None, repr=False)
    client_id: str | None = None
    used: bool = False
    channel: Channel = "sms"
    mfa_token: str | None = field(default=None, repr=False)
    """The opaque `mfa_token` of the request; None where the request had an access token."""
    polled_at: float | None = None
    """The time of the last poll for a push notification's answer."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What tokens to issue: for which user, application, API and scopes, and how the user was authenticated."""

    user: User
    application: Application
    audience: str | None
    scopes: list[str]
    nonce: str | None = None
    auth_time: float | None = None
    second_factor: bool = False
    grant: str | None = None
    """The access token's `gty` claim; None for a sign-in in a browser."""
    is_implicit: bool = False
    """Whether /authorize itself issues the tokens (implicit flow)."""
    family: RefreshFamily | None = None
    """The family of the refresh token that was used; None where a new family starts."""


@dataclass
class RefreshFamily:
    """A refresh token and its successors; only the current one is valid."""

    token_request: TokenRequest
    issued_at: float
    current: str = field(default="", repr=False)
    is_alive: bool = True


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """The data of an access token that was issued without an audience."""

    user_id: str
    scopes: list[str]
    expires_at: float


@dataclass
class SignIn:
    """One sign-in in progress in one browser."""

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
    """Whether `acr_values` requests MFA."""
    browser: str = field(default="", repr=False)
    """The cookie of the browser that started the sign-in; the state is valid only there."""
    device: str = field(default="", repr=False)
    """The cookie of a remembered device, if the browser has one."""
    ticket: str = field(default="", repr=False)
    """The enrollment ticket that started it. Such a sign-in ends with an enrollment, not on a callback."""
    user_id: str | None = None
    auth_time: float | None = None
    second_factor: bool = False
    has_seen_a_screen: bool = False
    """Whether any screen was shown."""
    passed: set[str] = field(default_factory=set)
    """Paths of the completed screens between MFA and the callback."""
    authenticator_id: str | None = None
    """The authenticator of the current challenge or enrollment."""
    sent_code: SentCode | None = None
    country: str = "US"
    """The country of a phone number without a prefix."""
    recovery_code: str | None = field(default=None, repr=False)
    """A new recovery code that the user has not yet seen."""
    remembers_device: bool = False
    view_is_toggled: bool = False
    """Whether the set-up key is shown in its other form: as text or as a QR code."""
    waits_for_confirmation: bool = False
    screen_since: float = 0.0
    notice: str | None = None
    """An error that the next screen shows once, such as `too-many-sms`."""


@dataclass
class Session:
    """A browser session of a user."""

    user_id: str
    auth_time: float
    second_factor: bool


@dataclass(frozen=True, slots=True)
class RememberedDevice:
    """A browser in which the user is not challenged again."""

    user_id: str
    since: float


@dataclass
class AuthorizationCode:
    """An authorization code, and the sign-in that it was issued for."""

    sign_in: SignIn
    issued_at: float
    used: bool = False


@dataclass
class Ticket:
    """An enrollment ticket of a user."""

    user_id: str
    issued_at: float
    allows_another: bool
    """Whether a user who has a factor may enroll another one with it."""
    opened: SignIn | None = field(default=None, repr=False)
    used: bool = False


@dataclass
class MfaTransaction:
    """The token request behind an `mfa_token`; its tokens are issued after MFA."""

    token_request: TokenRequest
    expires_at: float
    is_completed: bool = False
    """Whether MFA was completed with it."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The user and the application that a token for the MFA API was issued to."""

    user: User
    application: Application
    scopes: list[str]
    audience: str
    transaction: MfaTransaction | None = None
    """The transaction of an opaque `mfa_token`; None for an access token."""
    mfa_token: str | None = field(default=None, repr=False)
    """The opaque `mfa_token`, if it is one."""
    access_token: str | None = field(default=None, repr=False)
    """The access token, if it is one."""
    issued_at: int = 0
    """When the access token was issued."""
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class ManagementCaller:
    """The application that calls the Management API, and its scopes."""

    scopes: frozenset[str]
    client_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event of the tenant log: its type (`gd_enrollment_complete`, `feacft` and others), its user and its source."""

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
    """A token bucket: how many attempts remain, and when they were counted."""

    remaining: float
    counted_at: float


@dataclass
class FailedLogins:
    """Consecutive wrong passwords of one user from one IP address."""

    count: int
    last_at: float


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """The values of the `x-ratelimit-*` headers."""

    limit: int
    remaining: int
    reset: int
    is_exceeded: bool
