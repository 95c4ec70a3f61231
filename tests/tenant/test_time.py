"""Lifetimes and allowances, with a clock that the test moves. The rules are asked directly: they know no framework."""

from __future__ import annotations

import pytest

from local_tenant.clock import Clock
from local_tenant.errors import (
    Refused,
    Row,
)
from local_tenant.model import Bearer, SignIn
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.driving import PASSWORD, SCOPE

NUMBER = "+15550001111"


class Still(Clock):
    """A clock that stands until it is moved."""

    def now(self) -> float:
        return 1_800_000_000.0 + self.offset


class Scene:
    """A tenant on a still clock, a person and a bearer of theirs."""

    def __init__(self) -> None:
        self.clock = Still()
        self.inbox = Inbox(self.clock.now)
        self.tenant = Tenant(parse(read(DEFAULT)), "localhost:1", self.clock, self.inbox, [])
        self.person = self.tenant.users.create("mary@example.test", PASSWORD)
        self.application = self.tenant.configuration.applications["web"]
        self.bearer = Bearer(self.person, self.application, SCOPE.split(), self.tenant.audiences.mfa())

    def begin_phone(self) -> tuple[str, str]:
        oob = str(self.tenant.enrollment.associate_phone(self.bearer, NUMBER)["oob_code"])
        return oob, self.inbox.messages(NUMBER)[-1].code or ""

    def begin_app(self) -> str:
        return str(self.tenant.enrollment.associate_app(self.bearer)["secret"])

    def otp(self, secret: str, steps_away: int = 0) -> str:
        return self.tenant.one_time_passwords.digits(secret, int(self.clock.now()) // 30 + steps_away)

    def sign_in(self) -> SignIn:
        made = SignIn(
            state=self.tenant.sign_ins.new_state(), application=self.application, redirect_uri="https://web.test/callback",
            scopes=["openid"], audience=None, client_state=None, nonce=None, code_challenge=None,
            code_challenge_method="plain", login_hint="", started_at=self.clock.now(), user_id=self.person.user_id,
        )  # fmt: skip
        self.tenant.sign_ins.start(made)
        return made


def refused(row: Row, call: object, *arguments: object) -> None:
    with pytest.raises(Refused) as met:
        call(*arguments)  # type: ignore[operator]
    assert met.value.row is row
