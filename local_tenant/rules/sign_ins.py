"""Sign-ins: one visit to /authorize, its screens, the browser it is bound to, and the code at the end (contract, 1.4 to 1.8)."""  # noqa: E501

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from local_tenant.caller import calling
from local_tenant.errors import (
    BAD_AUTHORIZATION_CODE,
    BAD_REDIRECT,
    BAD_VERIFIER,
    NO_SIGN_IN,
    TRANSACTION_EXPIRED,
    VERIFIER_MISSING,
    Refused,
    Row,
)
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode
from local_tenant.rules.people import Person
from local_tenant.rules.tokens import Order
from local_tenant.sealed import sign_in_state


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
    """The enrolment ticket that began it; then it ends with a factor, and not on a callback."""
    user_id: str | None = None
    auth_time: float | None = None
    second_factor: bool = False
    was_asked: bool = False
    """Whether any screen was shown."""
    passed: set[str] = field(default_factory=set)
    """Paths of the screens in between that are done with."""
    authenticator_id: str | None = None
    """What the person is asked for, or is about to enrol."""
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


@dataclass
class AuthorizationCode:
    """The code of a callback, and the sign-in that earned it."""

    sign_in: SignIn
    issued_at: float
    used: bool = False


class SignIns(Rule):
    """How long a sign-in lasts, whose it is, and what its end is worth."""

    def begin(self, sign_in: SignIn) -> None:
        """Remember a sign-in under its state."""
        self.tenant.store.sign_ins[sign_in.state] = sign_in

    def new_state(self) -> str:
        """A state that nobody guesses."""
        return sign_in_state()

    def find(self, state: str | None, browser: str = "") -> SignIn:
        """Return the sign-in of a page, or refuse: unknown, another browser's, or older than an hour."""
        sign_in = self.tenant.store.sign_ins.get(state or "")
        if sign_in is None or not self.is_of_browser(sign_in, browser):
            raise Refused(NO_SIGN_IN)
        if self.tenant.clock.now() >= sign_in.started_at + self.lifetime():
            raise Refused(NO_SIGN_IN)
        calling().user_id, calling().client_id = sign_in.user_id, sign_in.application.client_id
        return sign_in

    def is_of_browser(self, sign_in: SignIn, browser: str) -> bool:
        """A page's state is good only in the browser that began."""
        return hmac.compare_digest(sign_in.browser.encode(), browser.encode())

    def lifetime(self) -> float:
        """An hour for the whole of it."""
        return 3600.0

    def screen_lifetime(self) -> float:
        """Ten minutes for a screen of the second factor."""
        return 600.0

    def show_screen(self, sign_in: SignIn) -> None:
        """Note that the person was sent to a screen of the second factor."""
        sign_in.screen_since = self.tenant.clock.now()

    def check_screen(self, sign_in: SignIn) -> None:
        """Refuse an answer on a screen that stood idle for too long: "Transaction has expired", on the callback."""
        if self.tenant.clock.now() >= sign_in.screen_since + self.screen_lifetime():
            self.end(sign_in)
            raise Refused(TRANSACTION_EXPIRED)

    def end(self, sign_in: SignIn) -> None:
        """Forget a sign-in; its pages lead nowhere from now on."""
        self.tenant.store.sign_ins.pop(sign_in.state, None)

    def prove_password(self, sign_in: SignIn, person: Person) -> None:
        """Note that the password was right."""
        now = self.tenant.clock.now()
        sign_in.user_id, sign_in.auth_time, sign_in.second_factor = person.user_id, now, False
        person.last_login, person.logins_count = now, person.logins_count + 1

    def code(self, sign_in: SignIn) -> str:
        """Return an authorization code for a sign-in that is done."""
        code = secrets.token_urlsafe(32)
        self.tenant.store.authorization_codes[code] = AuthorizationCode(sign_in, self.tenant.clock.now())
        return code

    def callback_state(self, sign_in: SignIn) -> str | None:
        """The application's state comes back unchanged."""
        return sign_in.client_state


class AuthorizationCodes(Rule):
    """What a code of a callback is worth at /oauth/token (contract, 3.2)."""

    def redeem(self, application: Application, code: str, redirect_uri: str | None, verifier: str | None) -> Order:
        """Return what to issue tokens for, or refuse: 403 `invalid_grant`. A code is spent even by a wrong verifier."""
        found = self.tenant.store.authorization_codes.get(code)
        if found is None or self.is_worthless(found) or not self.is_of_client(found, application):
            raise Refused(BAD_AUTHORIZATION_CODE)
        person = self.tenant.store.people.get(found.sign_in.user_id or "")
        if person is None:
            raise Refused(BAD_AUTHORIZATION_CODE)
        self.spend(found)
        sign_in, caller = found.sign_in, calling()
        caller.user_id, caller.audience, caller.scope = person.user_id, sign_in.audience, " ".join(sign_in.scopes)
        if not self.redirect_is_right(sign_in, redirect_uri):
            raise Refused(BAD_REDIRECT)
        self._check_verifier(sign_in, verifier)
        return Order(
            person, application, sign_in.audience, sign_in.scopes, sign_in.nonce, sign_in.auth_time,
            second_factor=sign_in.second_factor,
        )  # fmt: skip

    def lifetime(self) -> float:
        """Ten minutes."""
        return 600.0

    def is_worthless(self, code: AuthorizationCode) -> bool:
        """Used or too old."""
        return code.used or self.tenant.clock.now() >= code.issued_at + self.lifetime()

    def is_of_client(self, code: AuthorizationCode, application: Application) -> bool:
        """A code is good only in the hands of the application that asked for it."""
        return code.sign_in.application is application

    def redirect_is_right(self, sign_in: SignIn, given: str | None) -> bool:
        """Whoever presents a code names the callback to which it went."""
        return given == sign_in.redirect_uri

    def spend(self, code: AuthorizationCode) -> None:
        """A code is good once."""
        code.used = True

    def needs_verifier(self, sign_in: SignIn) -> bool:
        """PKCE binds a sign-in that began with it, and every public application."""
        return sign_in.code_challenge is not None or sign_in.application.token_endpoint_auth_method == "none"

    def _check_verifier(self, sign_in: SignIn, verifier: str | None) -> None:
        if not self.needs_verifier(sign_in):
            return
        if not verifier and self.is_missed():
            raise Refused(VERIFIER_MISSING)
        if not verifier:
            return
        if not self.verifier_is_right(sign_in, verifier):
            raise Refused(self.bad_verifier_row())

    def is_missed(self) -> bool:
        """A verifier that is needed must come along."""
        return True

    def bad_verifier_row(self) -> Row:
        """A wrong verifier meets 403 `invalid_grant`."""
        return BAD_VERIFIER

    def verifier_is_right(self, sign_in: SignIn, verifier: str) -> bool:
        """PKCE: the verifier is what the challenge was made from."""
        made = verifier
        if sign_in.code_challenge_method == "S256":
            made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return hmac.compare_digest(made.encode(), (sign_in.code_challenge or "").encode())
