"""Refresh tokens: who gets one, what it is worth, and how it changes (contract, 3.5, 13)."""

from __future__ import annotations

import secrets
from dataclasses import replace

from local_tenant.caller import calling
from local_tenant.errors import BAD_REFRESH_TOKEN, REFRESH_OF_BLOCKED, Refused
from local_tenant.rules import grants
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.tokens import Order, RefreshFamily


class RefreshTokens(Rule):
    """A family of refresh tokens lives as long as each is used once."""

    def is_given(self, order: Order) -> bool:
        """`offline_access` brings one, where the application has the grant."""
        return "offline_access" in order.scopes and self.tenant.grants.is_allowed(
            order.application, grants.REFRESH_TOKEN
        )

    def issue(self, order: Order) -> str:
        """Begin a family, or go on with the one that was presented."""
        family = order.family or RefreshFamily(order, self.tenant.clock.now())
        if not family.current or self.rotates():
            family.current = f"v1.{secrets.token_urlsafe(48)}"
            self.tenant.store.refresh_tokens[family.current] = family
        return family.current

    def rotates(self) -> bool:
        """Each use brings another one; the former is dead."""
        return True

    def redeem(self, application: Application, token: str, asked: list[str]) -> Order:
        """Return what to issue tokens for, or refuse: 403 `invalid_grant`."""
        family = self.tenant.store.refresh_tokens.get(token)
        if family is None or not self.is_of_client(family, application) or not self.is_alive(family):
            raise Refused(BAD_REFRESH_TOKEN)
        order, caller = family.order, calling()
        caller.user_id, caller.audience, caller.scope = order.person.user_id, order.audience, " ".join(order.scopes)
        if self.was_used(family, token):
            self.reused(family)
            raise Refused(BAD_REFRESH_TOKEN)
        if family.order.person.blocked:
            raise Refused(REFRESH_OF_BLOCKED)
        scopes = self.granted_scopes(family.order.scopes, asked)
        return replace(family.order, scopes=scopes, nonce=None, family=family)

    def is_of_client(self, family: RefreshFamily, application: Application) -> bool:
        """A refresh token is good only in the hands of the application that got it."""
        return family.order.application is application

    def was_used(self, family: RefreshFamily, token: str) -> bool:
        """Only the newest of a family is good."""
        return token != family.current

    def is_alive(self, family: RefreshFamily) -> bool:
        """Neither revoked nor older than its lifetime."""
        return family.is_alive and self.tenant.clock.now() < family.issued_at + self.lifetime()

    def lifetime(self) -> float:
        """Thirty days for the whole family."""
        return 30 * 86_400.0

    def reused(self, family: RefreshFamily) -> None:
        """A token that was used before is taken for stolen: the whole family dies."""
        family.is_alive = False

    def granted_scopes(self, granted: list[str], asked: list[str]) -> list[str]:
        """What was granted at first, or less if less is asked for; `offline_access` stays."""
        return [scope for scope in granted if not asked or scope in asked or scope == "offline_access"]

    def revoke(self, application: Application, token: str) -> None:
        """End a family, if the application holds it; nobody learns whether there was one."""
        family = self.tenant.store.refresh_tokens.get(token)
        if family is not None and family.order.application is application:
            family.is_alive = False
