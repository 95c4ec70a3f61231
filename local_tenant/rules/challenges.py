"""MFA challenges through the API, push notifications included.

Facts: AF-CHAL-01, AF-CHAL-03, AF-CHAL-04, AF-LIMIT-14.
"""

from __future__ import annotations

from typing import Literal

from local_tenant.errors import (
    CHALLENGE_NOT_SUPPORTED,
    NO_MATCHING_CHALLENGE,
    NO_SUCH_CHALLENGE_AUTHENTICATOR,
    NOT_ENROLLED,
    PUSH_PENDING,
    PUSH_REJECTED,
    PUSH_TOO_FAST,
    Refused,
    Row,
)
from local_tenant.keys import seal
from local_tenant.model import CHANNEL, Application, Authenticator, Bearer, Json, SentCode
from local_tenant.rules import Rule

TYPES = ("otp", "oob")


class Challenges(Rule):
    """Which authenticator is challenged, and how."""

    def authorize(self, mfa_token: str, application: Application) -> Bearer:
        """Return the bearer of the `mfa_token` to challenge. Raises Refused: 400, 403."""
        if self.tenant.mfa_tokens.find(mfa_token) is None and not self.takes_access_token():
            raise Refused(self.tenant.mfa_access.malformed_row())
        return self.tenant.mfa_access.authorize_confirmation(mfa_token, None, application)

    def takes_access_token(self) -> bool:
        """A challenge needs an opaque `mfa_token` (AF-CHAL-05)."""
        return False

    def start(self, bearer: Bearer, requested: list[str], authenticator_id: str | None) -> Json:
        """Start a challenge and return its response. Raises Refused: 401 where the user has no matching factor."""
        types = [one for one in requested if one in TYPES] if requested else list(TYPES)
        if not types:
            raise Refused(self.unsupported(NO_MATCHING_CHALLENGE))
        usable = [one for one in self.tenant.second_factor.usable(bearer.user) if one.kind != "recovery-code"]
        if not usable:
            raise Refused(self.unsupported(self.not_enrolled_row()))
        if authenticator_id is not None:
            usable = [one for one in self.selectable(usable) if one.id == authenticator_id]
            if not usable:
                raise Refused(NO_SUCH_CHALLENGE_AUTHENTICATOR)
        fitting = [one for one in usable if self.type_of(one) in types]
        if not fitting:
            supported = ", ".join(dict.fromkeys(self.type_of(one) for one in usable))
            raise Refused(self.unsupported(CHALLENGE_NOT_SUPPORTED), requested=", ".join(types), supported=supported)
        return self._challenge(bearer, self.pick(fitting))

    def selectable(self, usable: list[Authenticator]) -> list[Authenticator]:
        """A request may name only the user's own usable authenticators."""
        return usable

    def type_of(self, authenticator: Authenticator) -> str:
        """The type is `oob` where the user is sent something, and `otp` where an app shows a code."""
        return "oob" if authenticator.kind in CHANNEL else "otp"

    def pick(self, fitting: list[Authenticator]) -> Authenticator:
        """Choose the most recently used authenticator."""
        return max(fitting, key=lambda one: one.last_used_at or one.created_at)

    def not_enrolled_row(self) -> Row:
        """A user without a factor gets `unsupported_challenge_type` (AF-CHAL-07)."""
        return NOT_ENROLLED

    def unsupported(self, row: Row) -> Row:
        """A missing factor keeps the row's own status (AF-CHAL-10)."""
        return row

    def make_code(
        self, bearer: Bearer, authenticator: Authenticator, purpose: Literal["enrollment", "challenge"]
    ) -> SentCode:
        """Return a new six-digit code for an authenticator, with its `oob_code`."""
        now = self.tenant.clock.now()
        return SentCode(
            self.tenant.codes.make(), bearer.user.user_id, authenticator.id, authenticator.phone, now, purpose,
            oob_code=seal(now + self.tenant.codes.lifetime()), client_id=bearer.application.client_id,
            channel=CHANNEL[authenticator.kind], mfa_token=bearer.mfa_token,
        )  # fmt: skip

    def _challenge(self, bearer: Bearer, authenticator: Authenticator) -> Json:
        self.tenant.log.add("gd_start_auth", user_id=bearer.user.user_id, authenticator_id=authenticator.id)
        if self.type_of(authenticator) == "otp":
            return {"challenge_type": "otp"}
        code = self.make_code(bearer, authenticator, "challenge")
        self.tenant.messages.send(code)
        self.tenant.store.codes[code.oob_code or ""] = code
        return self.oob_response(code)

    def oob_response(self, code: SentCode) -> Json:
        """Return `challenge_type`, `oob_code` and `binding_method`; a push notification has no `binding_method`."""
        answer: Json = {"challenge_type": "oob", "oob_code": code.oob_code}
        return answer if code.channel == "auth0" else answer | {"binding_method": "prompt"}


class Pushes(Rule):
    """The answers to push notifications."""

    def answer(self, user_id: str, *, allow: bool) -> bool:
        """Json the newest pending push notification of a user; return False where there is none."""
        waiting = [one for one in self.tenant.store.codes.values() if one.user_id == user_id and self.is_waiting(one)]
        if not waiting:
            return False
        requested = waiting[-1]
        self.tenant.store.push_answers[requested.oob_code or ""] = allow
        if not allow:
            self.tenant.log.add(
                "gd_auth_rejected",
                user_id=user_id,
                client_id=requested.client_id,
                authenticator_id=requested.authenticator_id,
            )
        return True

    def is_waiting(self, code: SentCode) -> bool:
        """A push notification can be answered once, until it expires."""
        answered = code.oob_code in self.tenant.store.push_answers
        return code.channel == "auth0" and not (code.used or answered or self.tenant.codes.has_expired(code))

    def check(self, code: SentCode) -> None:
        """Return where the user accepted. Raises Refused (400) for a pending, rejected or used push notification."""
        allowed = self.tenant.store.push_answers.get(code.oob_code or "")
        if code.used or allowed is False:
            code.used = True
            raise Refused(self.rejected_row())
        if allowed:
            return
        now = self.tenant.clock.now()
        if code.polled_at is not None and now < code.polled_at + self.poll_interval():
            raise Refused(PUSH_TOO_FAST)
        code.polled_at = now
        raise Refused(PUSH_PENDING)

    def poll_interval(self) -> float:
        """A client may poll every five seconds."""
        return 5.0

    def rejected_row(self) -> Row:
        """A rejected push notification gets 400 `access_denied` (AF-CONF-34)."""
        return PUSH_REJECTED

    def add_otp(self, authenticator: Authenticator) -> None:
        """A confirmed push factor also enrolls the app's OTP codes (AF-ENROLL-42)."""
        if authenticator.kind != "push" or self.tenant.authenticators.pair_of(authenticator):
            return
        user = self.tenant.users.get(authenticator.user_id)
        secret = self.tenant.one_time_passwords.make_secret()
        app = self.tenant.authenticators.add(user, "totp", secret=secret, device=authenticator.device)
        self.tenant.authenticators.confirm(app)
