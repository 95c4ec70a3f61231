"""Sessions and remembered devices: what a browser knows of who signed in in it (contract, 1.7, 8)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from local_tenant.rules.base import Rule
from local_tenant.rules.sign_ins import Session, SignIn


@dataclass(frozen=True, slots=True)
class RememberedDevice:
    """A browser that need not show a second factor again."""

    user_id: str
    since: float


def handle(secret: str) -> str:
    """Return what names a session or a token without being worth anything."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


class Sessions(Rule):
    """Who is signed in in a browser, for how long, and how that ends."""

    def new_browser(self) -> str:
        """A cookie that nobody guesses."""
        return secrets.token_urlsafe(32)

    def of(self, browser: str) -> Session | None:
        """Return who is signed in in a browser."""
        session = self.tenant.store.sessions.get(browser)
        return session if session is not None and self.is_alive(session) else None

    def is_alive(self, session: Session) -> bool:
        """A session ends so long after the password was given."""
        return self.tenant.clock.now() < session.auth_time + self.lifetime()

    def lifetime(self) -> float:
        """As the tenant says, in hours: 168 unless the operator changed it."""
        return float(self.tenant.settings.tenant["session_lifetime"] or 168) * 3600

    def is_fresh(self, session: Session, max_age: int | None) -> bool:
        """`max_age` says how long ago the password may have been given."""
        return max_age is None or self.tenant.clock.now() <= session.auth_time + max_age

    def keep(self, sign_in: SignIn) -> str:
        """Sign a browser in under a new cookie; what else it is in the middle of goes on under it.

        Who was signed in already keeps the cookie: pages ask silently several times at once.
        """
        session = self.of(sign_in.browser)
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
        """Sign a browser out; return who was signed in."""
        return self.tenant.store.sessions.pop(browser, None)

    def remember_device(self, sign_in: SignIn) -> str:
        """Note that this browser need not show a second factor again; return its cookie."""
        device = self.new_browser()
        self.tenant.store.devices[device] = RememberedDevice(sign_in.user_id or "", self.tenant.clock.now())
        return device

    def device_is_remembered(self, device: str, user_id: str) -> bool:
        """Only for the person who ticked the box, and for so long."""
        known = self.tenant.store.devices.get(device)
        if known is None or known.user_id != user_id:
            return False
        return self.tenant.clock.now() < known.since + self.device_lifetime()

    def device_lifetime(self) -> float:
        """Thirty days."""
        return 30 * 86_400.0

    def forget_devices(self, user_id: str) -> None:
        """From now on every browser of a person's shows a second factor again."""
        kept = {name: one for name, one in self.tenant.store.devices.items() if one.user_id != user_id}
        self.tenant.store.devices = kept
