"""Sign-in on the pages: from the password to the callback, consent, and sessions.

Facts: AF-AUTHZ-42, AF-AUTHZ-26, AF-AUTHZ-36, AF-LIMIT-18.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from local_tenant.errors import (
    CONSENT_REQUIRED,
    INTERACTION_REQUIRED,
    LOGIN_REQUIRED,
    NO_SIGN_IN,
    SECOND_FACTOR_REQUIRED,
    TRANSACTION_EXPIRED,
    Refused,
    Row,
)
from local_tenant.keys import sign_in_state
from local_tenant.model import AuthorizationCode, RememberedDevice, Session, SignIn, User
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule


class SignIns(Rule):
    """A sign-in in progress: its browser, its lifetime, its authorization code."""

    def start(self, sign_in: SignIn) -> None:
        """Store a sign-in by its state."""
        self.tenant.store.sign_ins[sign_in.state] = sign_in

    def new_state(self) -> str:
        """Return a random state."""
        return sign_in_state()

    def find(self, state: str | None, browser: str = "") -> SignIn:
        """Return the sign-in of a page. Raises Refused for an unknown or expired state, or another browser."""
        sign_in = self.tenant.store.sign_ins.get(state or "")
        if sign_in is None or not self.is_of_browser(sign_in, browser):
            raise Refused(NO_SIGN_IN)
        if self.tenant.clock.now() >= sign_in.started_at + self.lifetime():
            raise Refused(NO_SIGN_IN)
        current_caller().user_id, current_caller().client_id = sign_in.user_id, sign_in.application.client_id
        return sign_in

    def is_of_browser(self, sign_in: SignIn, browser: str) -> bool:
        """The state of a page is valid only in the browser that started the sign-in."""
        return hmac.compare_digest(sign_in.browser.encode(), browser.encode())

    def lifetime(self) -> float:
        """A sign-in may take an hour; in seconds."""
        return 3600.0

    def screen_lifetime(self) -> float:
        """An MFA screen may be shown for ten minutes; in seconds."""
        return 600.0

    def show_screen(self, sign_in: SignIn) -> None:
        """Record when an MFA screen was shown."""
        sign_in.screen_since = self.tenant.clock.now()

    def check_screen(self, sign_in: SignIn) -> None:
        """Refuse a form from an expired MFA screen: "Transaction has expired", on the callback."""
        if self.tenant.clock.now() >= sign_in.screen_since + self.screen_lifetime():
            self.end(sign_in)
            raise Refused(TRANSACTION_EXPIRED)

    def end(self, sign_in: SignIn) -> None:
        """Delete a sign-in; its pages no longer work."""
        self.tenant.store.sign_ins.pop(sign_in.state, None)

    def record_login(self, sign_in: SignIn, user: User) -> None:
        """Record that the password was right."""
        now = self.tenant.clock.now()
        sign_in.user_id, sign_in.auth_time, sign_in.second_factor = user.user_id, now, False
        user.last_login, user.logins_count = now, user.logins_count + 1

    def issue_code(self, sign_in: SignIn) -> str:
        """Return an authorization code for a completed sign-in."""
        code = secrets.token_urlsafe(32)
        self.tenant.store.authorization_codes[code] = AuthorizationCode(sign_in, self.tenant.clock.now())
        return code

    def callback_state(self, sign_in: SignIn) -> str | None:
        """The application's state is returned unchanged."""
        return sign_in.client_state


class SignInFlow(Rule):
    """The order of screens: password, MFA, extra screens, consent, callback."""

    def next_screen(self, sign_in: SignIn) -> str | None:
        """Return the path of the next screen; None at the end."""
        due = self._due(sign_in)
        return due[0] if due else None

    def check_silent(self, sign_in: SignIn) -> None:
        """Refuse silent authentication that would have to show a screen (AF-AUTHZ-15, AF-AUTHZ-16, AF-AUTHZ-17)."""
        due = self._due(sign_in)
        if due:
            raise Refused(due[1])

    def _due(self, sign_in: SignIn) -> tuple[str, Row] | None:
        """Return the next screen, and the refusal of silent authentication there."""
        if sign_in.user_id is None:
            hinted = sign_in.screen_hint == "signup"
            return "signup" if hinted else self.tenant.pages.first_screen(), LOGIN_REQUIRED
        user = self.tenant.users.get(sign_in.user_id)
        if self.tenant.second_factor.is_due(sign_in, user):
            return self.tenant.second_factor.screen(sign_in, user), SECOND_FACTOR_REQUIRED
        if self.tenant.second_factor.must_enroll(sign_in, user):
            return self.tenant.screen_enrollment.screen(), SECOND_FACTOR_REQUIRED
        if sign_in.recovery_code is not None:
            return self.tenant.screen_enrollment.recovery_code_screen(sign_in), INTERACTION_REQUIRED
        if sign_in.ticket:
            return None
        for path in self.tenant.pages.extra_screens(sign_in):
            if path not in sign_in.passed:
                return path, INTERACTION_REQUIRED
        if self.tenant.consents.is_due(sign_in):
            return "consent", CONSENT_REQUIRED
        if self.tenant.consents.confirmation_is_due(sign_in):
            return "consent", INTERACTION_REQUIRED
        return None


SKIPPED = "skip_non_verifiable_callback_uri_confirmation_prompt"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Consents(Rule):
    """When a user must consent to an application's request."""

    def is_due(self, sign_in: SignIn) -> bool:
        """Return whether consent is needed and not yet given in this sign-in."""
        return "consent" not in sign_in.passed and self.is_needed(sign_in)

    def is_needed(self, sign_in: SignIn) -> bool:
        """`prompt=consent` always needs consent; otherwise only third-party applications do, until it was given."""
        if "consent" in sign_in.prompts:
            return True
        return not sign_in.application.is_first_party and not self.is_given(sign_in)

    def record(self, sign_in: SignIn) -> None:
        """Record the user's consent."""
        sign_in.passed.add("consent")
        given = self.tenant.store.consents.setdefault(_key(sign_in), set())
        given.update(sign_in.scopes)

    def confirmation_is_due(self, sign_in: SignIn) -> bool:
        """A non-verifiable redirect URI needs the user's confirmation, if no other screen was shown."""
        if "confirmation" in sign_in.passed:
            return False
        if sign_in.waits_for_confirmation:
            return True
        if sign_in.has_seen_a_screen:
            return False
        return not self.callback_is_verifiable(sign_in.redirect_uri) and not self.confirmation_is_skipped(sign_in)

    def callback_is_verifiable(self, url: str) -> bool:
        """A redirect URI is verifiable unless it is on loopback or has a custom scheme."""
        try:
            parts = urlsplit(url)
        except ValueError:  # the administrator may register an invalid URL
            return False
        return parts.scheme in ("https", "http") and parts.hostname not in LOOPBACK

    def confirmation_is_skipped(self, sign_in: SignIn) -> bool:
        """The application's setting counts, and without one the tenant's."""
        own = sign_in.application.skip_non_verifiable_callback_uri_confirmation_prompt
        return bool(self.tenant.settings.tenant[SKIPPED]) if own is None else own

    def is_given(self, sign_in: SignIn) -> bool:
        """Return whether the user has consented to all requested scopes."""
        return set(sign_in.scopes) <= self.tenant.store.consents.get(_key(sign_in), set())


def _key(sign_in: SignIn) -> tuple[str, str, str]:
    return sign_in.user_id or "", sign_in.application.client_id, sign_in.audience or ""


def public_id(secret: str) -> str:
    """Return the public id of a session or token; it cannot be used to authenticate."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


class Sessions(Rule):
    """Browser sessions and remembered devices."""

    def new_browser(self) -> str:
        """Return a random cookie."""
        return secrets.token_urlsafe(32)

    def find(self, browser: str) -> Session | None:
        """Return the session of a browser, if it is alive."""
        session = self.tenant.store.sessions.get(browser)
        return session if session is not None and self.is_alive(session) else None

    def is_alive(self, session: Session) -> bool:
        """A session ends a fixed time after the password was entered."""
        return self.tenant.clock.now() < session.auth_time + self.lifetime()

    def lifetime(self) -> float:
        """The tenant's setting, by default 168 hours; in seconds."""
        return float(self.tenant.settings.tenant["session_lifetime"] or 168) * 3600

    def is_fresh(self, session: Session, max_age: int | None) -> bool:
        """`max_age` limits the seconds since the password was entered."""
        return max_age is None or self.tenant.clock.now() <= session.auth_time + max_age

    def create(self, sign_in: SignIn) -> str:
        """Sign a browser in with a new cookie, which its other sign-ins get too.

        A browser that is already signed in keeps its cookie: pages send several silent requests at once.
        """
        session = self.find(sign_in.browser)
        if session is not None and (session.user_id, session.auth_time) == (sign_in.user_id, sign_in.auth_time):
            session.second_factor = session.second_factor or sign_in.second_factor
            return sign_in.browser
        browser = self.new_browser()
        self.tenant.store.sessions.pop(sign_in.browser, None)
        for one in self.tenant.store.sign_ins.values():
            if one.browser == sign_in.browser:
                one.browser = browser
        self.tenant.store.sessions[browser] = Session(
            sign_in.user_id or "", sign_in.auth_time or 0.0, sign_in.second_factor
        )
        return browser

    def end(self, browser: str) -> Session | None:
        """Sign a browser out; return its session."""
        return self.tenant.store.sessions.pop(browser, None)

    def remember_device(self, sign_in: SignIn) -> str:
        """Remember this browser for the user; return its cookie."""
        device = self.new_browser()
        self.tenant.store.devices[device] = RememberedDevice(sign_in.user_id or "", self.tenant.clock.now())
        return device

    def device_is_remembered(self, device: str, user_id: str) -> bool:
        """A device is remembered only for the user who chose it, and for a limited time."""
        known = self.tenant.store.devices.get(device)
        if known is None or known.user_id != user_id:
            return False
        return self.tenant.clock.now() < known.since + self.device_lifetime()

    def device_lifetime(self) -> float:
        """A device is remembered for thirty days; in seconds."""
        return 30 * 86_400.0

    def forget_devices(self, user_id: str) -> None:
        """Forget all remembered devices of a user."""
        kept = {name: one for name, one in self.tenant.store.devices.items() if one.user_id != user_id}
        self.tenant.store.devices = kept
