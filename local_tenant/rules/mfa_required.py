"""`mfa_required`: when a token request must show a second factor first, and what it is told (contract, 3.4)."""

from __future__ import annotations

from local_tenant.errors import MFA_REQUIRED, Refused, Row
from local_tenant.rules.authenticators import TYPE
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person
from local_tenant.rules.tokens import Order

Requirements = dict[str, list[dict[str, str]]]
ENROLLABLE = {"otp": "otp", "sms": "phone", "push-notification": "push-notification", "email": "email"}
"""Factors that can be enrolled through the MFA API, and how requirements call them."""


class MfaRequired(Rule):
    """What stands between a password or a refresh token and the tokens."""

    def check(self, order: Order) -> None:
        """Refuse tokens for which a second factor is still wanted; the refusal carries the means to show it."""
        if not self.is_wanted(order):
            return
        requirements = self.requirements(order.person)
        self.tenant.log.add("mfar", user_id=order.person.user_id, client_id=order.application.client_id)
        refused = Refused(self.row())
        refused.more["mfa_token"] = self.tenant.mfa_tokens.issue(order)
        if self.says_requirements():
            refused.more["mfa_requirements"] = requirements
        raise refused

    def is_wanted(self, order: Order) -> bool:
        """The MFA audience asks whoever is enrolled; the policy for all applications asks everybody who can answer."""
        if order.second_factor or not self.tenant.second_factor.asks(order.audience):
            return False
        if self.tenant.second_factor.is_enrolled(order.person):
            return True
        return self.tenant.store.policy == "all-applications" and bool(self.requirements(order.person)["enroll"])

    def row(self) -> Row:
        """403 (open question 1)."""
        return MFA_REQUIRED

    def says_requirements(self) -> bool:
        """Newer tenants say what there is to answer with, or to enrol."""
        return True

    def requirements(self, person: Person) -> Requirements:
        """`challenge` for who is enrolled, `enroll` for others; each type once."""
        usable = self.tenant.second_factor.usable(person)
        if usable:
            return {"challenge": [{"type": name} for name in dict.fromkeys(TYPE[one.kind] for one in usable)]}
        on = [name for factor, name in ENROLLABLE.items() if self.tenant.factors.may_enrol(factor)]
        return {"enroll": [{"type": name} for name in on]}
