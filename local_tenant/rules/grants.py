"""Grant types: which an application may use, and where a missing one is noticed (contract, 1.7, 3.6)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from local_tenant.errors import (
    BODY_UNREADABLE,
    GRANT_NOT_ALLOWED,
    NO_CLIENT_GRANT,
    RESPONSE_TYPE_NOT_ALLOWED,
    Refused,
    Row,
)
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule

CODE = "authorization_code"
CLIENT_CREDENTIALS = "client_credentials"
IMPLICIT = "implicit"
REFRESH_TOKEN = "refresh_token"
PASSWORD = "password"
PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
MFA_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
MFA_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
MFA_RECOVERY_CODE = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
MFA = (MFA_OOB, MFA_OTP, MFA_RECOVERY_CODE)

Moment = Literal["authorize", "associate", "confirm"]


class Grants(Rule):
    """What an application may ask for."""

    def check(self, application: Application, grant: str) -> None:
        """Refuse a token request with a grant that the application does not have."""
        if not self.is_allowed(application, grant):
            raise Refused(GRANT_NOT_ALLOWED, grant=grant)

    def check_response_types(self, application: Application, asked: Collection[str]) -> None:
        """Refuse a code to an application without the code grant, and tokens at once without the implicit one."""
        needed = [CODE] * ("code" in asked) + [IMPLICIT] * (not {"token", "id_token"}.isdisjoint(asked))
        for grant in needed:
            if not self.is_allowed(application, grant):
                raise Refused(RESPONSE_TYPE_NOT_ALLOWED, grant=grant)

    def check_mfa(self, application: Application, grant: str, moment: Moment) -> None:
        """Refuse a missing MFA grant, if this is the moment at which the tenant notices it."""
        if self.missing_is_noticed_at() == moment and not self.is_allowed(application, grant):
            row: Row = RESPONSE_TYPE_NOT_ALLOWED if moment == "authorize" else GRANT_NOT_ALLOWED
            raise Refused(row, grant=grant)

    def check_notation(self, notation: str) -> None:
        """Refuse a token request in a notation that is not read."""
        if not self.reads(notation):
            raise Refused(BODY_UNREADABLE)

    def reads(self, notation: str) -> bool:  # noqa: ARG002  # a variation looks at it
        """A form and a JSON object are read alike."""
        return True

    def of_program(self, application: Application, audience: str) -> list[str] | None:
        """Return the scopes that a client grant gives a program; None without one."""
        for one in self.tenant.settings.client_grants.values():
            if (one["client_id"], one["audience"]) == (application.client_id, audience):
                return list(one["scope"])
        return None

    def may_ask_for(self, application: Application, audience: str) -> bool:
        """An application of the tenant's own may ask for any API on a person's behalf; a third party's for none."""
        return application.is_first_party or audience == self.tenant.audiences.userinfo()

    def no_client_grant_row(self) -> Row:
        """An application without a client grant is told so in the older of two wordings."""
        return NO_CLIENT_GRANT

    def missing_is_noticed_at(self) -> Moment:
        """Sources disagree; by default only the confirmation notices."""
        return "confirm"

    def is_allowed(self, application: Application, grant: str) -> bool:
        """An application has the grants that are on its list."""
        return grant in application.grant_types and (application.is_first_party or self.third_party_may(grant))

    def third_party_may(self, grant: str) -> bool:
        """An application of a third party has no MFA grant, whatever its list says (contract, 1.1)."""
        return grant not in MFA
