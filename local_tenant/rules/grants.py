"""Grant types: which an application may use, and what each of them requires.

Facts: AF-API-01, AF-GRANT-05, AF-GRANT-14, AF-GRANT-22.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from local_tenant.errors import (
    BAD_AUTHORIZATION_CODE,
    BAD_REDIRECT,
    BAD_REFRESH_TOKEN,
    BAD_VERIFIER,
    BODY_UNREADABLE,
    GRANT_NOT_ALLOWED,
    NO_CLIENT_GRANT,
    NO_DEFAULT_DIRECTORY,
    PASSWORD_OF_BLOCKED,
    REFRESH_OF_BLOCKED,
    RESPONSE_TYPE_NOT_ALLOWED,
    UNKNOWN_REALM,
    VERIFIER_MISSING,
    WRONG_PASSWORD,
    Refused,
    Row,
)
from local_tenant.model import Application, AuthorizationCode, RefreshFamily, SignIn, TokenRequest
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule

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
    """What an application may request."""

    def check(self, application: Application, grant: str) -> None:
        """Refuse a token request with a grant that the application does not have."""
        if not self.is_allowed(application, grant):
            raise Refused(GRANT_NOT_ALLOWED, grant=grant)

    def check_response_types(self, application: Application, requested: Collection[str]) -> None:
        """Refuse `code` without the authorization code grant, and tokens without the implicit grant."""
        needed = [CODE] * ("code" in requested) + [IMPLICIT] * (not {"token", "id_token"}.isdisjoint(requested))
        for grant in needed:
            if not self.is_allowed(application, grant):
                raise Refused(RESPONSE_TYPE_NOT_ALLOWED, grant=grant)

    def check_mfa(self, application: Application, grant: str, moment: Moment) -> None:
        """Refuse a missing MFA grant, if the tenant checks it at this moment."""
        if self.mfa_grant_checked_at() == moment and not self.is_allowed(application, grant):
            row: Row = RESPONSE_TYPE_NOT_ALLOWED if moment == "authorize" else GRANT_NOT_ALLOWED
            raise Refused(row, grant=grant)

    def check_content_type(self, notation: str) -> None:
        """Refuse a token request with an unsupported content type."""
        if not self.accepts_content_type(notation):
            raise Refused(BODY_UNREADABLE)

    def accepts_content_type(self, notation: str) -> bool:
        """A token request may be form-encoded or JSON."""
        return True

    def client_grant_scopes(self, application: Application, audience: str) -> list[str] | None:
        """Return the scopes of an application's client grant for an API; None without one."""
        for one in self.tenant.settings.client_grants.values():
            if (one["client_id"], one["audience"]) == (application.client_id, audience):
                return list(one["scope"])
        return None

    def may_request(self, application: Application, audience: str) -> bool:
        """The tenant's own applications may request any API for a user; third-party applications may request none."""
        return application.is_first_party or audience == self.tenant.audiences.userinfo()

    def no_client_grant_row(self) -> Row:
        """The error for a missing client grant has the older wording."""
        return NO_CLIENT_GRANT

    def mfa_grant_checked_at(self) -> Moment:
        """The MFA grant is checked at the confirmation; sources disagree."""
        return "confirm"

    def is_allowed(self, application: Application, grant: str) -> bool:
        """An application has the grants of its list."""
        return grant in application.grant_types and (application.is_first_party or self.third_party_may(grant))

    def third_party_may(self, grant: str) -> bool:
        """A third-party application has no MFA grant, whatever its list says (AF-API-03)."""
        return grant not in MFA


class AuthorizationCodes(Rule):
    """The authorization code grant (AF-GRANT-05)."""

    def redeem(
        self, application: Application, code: str, redirect_uri: str | None, verifier: str | None
    ) -> TokenRequest:
        """Return what to issue tokens for. Raises Refused: 403 `invalid_grant`. A wrong verifier uses up the code."""
        found = self.tenant.store.authorization_codes.get(code)
        if found is None or self.is_invalid(found) or not self.is_of_client(found, application):
            raise Refused(BAD_AUTHORIZATION_CODE)
        user = self.tenant.store.users.get(found.sign_in.user_id or "")
        if user is None:
            raise Refused(BAD_AUTHORIZATION_CODE)
        self.mark_used(found)
        sign_in, caller = found.sign_in, current_caller()
        caller.user_id, caller.audience, caller.scope = user.user_id, sign_in.audience, " ".join(sign_in.scopes)
        if not self.redirect_is_right(sign_in, redirect_uri):
            raise Refused(BAD_REDIRECT)
        self._check_verifier(sign_in, verifier)
        return TokenRequest(
            user, application, sign_in.audience, sign_in.scopes, sign_in.nonce, sign_in.auth_time,
            second_factor=sign_in.second_factor,
        )  # fmt: skip

    def lifetime(self) -> float:
        """An authorization code is valid for ten minutes; in seconds."""
        return 600.0

    def is_invalid(self, code: AuthorizationCode) -> bool:
        """Return whether the code is used or expired."""
        return code.used or self.tenant.clock.now() >= code.issued_at + self.lifetime()

    def is_of_client(self, code: AuthorizationCode, application: Application) -> bool:
        """Only the application that requested a code may redeem it."""
        return code.sign_in.application is application

    def redirect_is_right(self, sign_in: SignIn, given: str | None) -> bool:
        """The redirect URI must be that of the sign-in."""
        return given == sign_in.redirect_uri

    def mark_used(self, code: AuthorizationCode) -> None:
        """A code is valid once."""
        code.used = True

    def needs_verifier(self, sign_in: SignIn) -> bool:
        """PKCE is required of public applications, and of sign-ins that started with it."""
        return sign_in.code_challenge is not None or sign_in.application.token_endpoint_auth_method == "none"

    def _check_verifier(self, sign_in: SignIn, verifier: str | None) -> None:
        if not self.needs_verifier(sign_in):
            return
        if not verifier and self.refuses_missing_verifier():
            raise Refused(VERIFIER_MISSING)
        if not verifier:
            return
        if not self.verifier_is_right(sign_in, verifier):
            raise Refused(self.bad_verifier_row())

    def refuses_missing_verifier(self) -> bool:
        """A required verifier may not be left out."""
        return True

    def bad_verifier_row(self) -> Row:
        """A wrong verifier gets 403 `invalid_grant`."""
        return BAD_VERIFIER

    def verifier_is_right(self, sign_in: SignIn, verifier: str) -> bool:
        """The verifier must match the code challenge (RFC 7636)."""
        made = verifier
        if sign_in.code_challenge_method == "S256":
            made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return hmac.compare_digest(made.encode(), (sign_in.code_challenge or "").encode())


class RefreshTokens(Rule):
    """Refresh tokens and their rotation; a family is a token and its successors."""

    def is_issued(self, token_request: TokenRequest) -> bool:
        """`offline_access` requests one, where the application has the grant."""
        return "offline_access" in token_request.scopes and self.tenant.grants.is_allowed(
            token_request.application, REFRESH_TOKEN
        )

    def issue(self, token_request: TokenRequest) -> str:
        """Start a family, or continue that of the token that was used."""
        family = token_request.family or RefreshFamily(token_request, self.tenant.clock.now())
        if not family.current or self.rotates():
            family.current = f"v1.{secrets.token_urlsafe(48)}"
            self.tenant.store.refresh_tokens[family.current] = family
        return family.current

    def rotates(self) -> bool:
        """Each use issues a new token and invalidates the earlier one."""
        return True

    def redeem(self, application: Application, token: str, requested: list[str]) -> TokenRequest:
        """Return what to issue tokens for. Raises Refused: 403 `invalid_grant`."""
        family = self.tenant.store.refresh_tokens.get(token)
        if family is None or not self.is_of_client(family, application) or not self.is_alive(family):
            raise Refused(BAD_REFRESH_TOKEN)
        token_request, caller = family.token_request, current_caller()
        caller.user_id, caller.audience, caller.scope = (
            token_request.user.user_id,
            token_request.audience,
            " ".join(token_request.scopes),
        )
        if self.was_used(family, token):
            self.on_reuse(family)
            raise Refused(BAD_REFRESH_TOKEN)
        if family.token_request.user.blocked:
            raise Refused(REFRESH_OF_BLOCKED)
        scopes = self.granted_scopes(family.token_request.scopes, requested)
        return replace(family.token_request, scopes=scopes, nonce=None, family=family)

    def is_of_client(self, family: RefreshFamily, application: Application) -> bool:
        """Only the application that got a refresh token may use it."""
        return family.token_request.application is application

    def was_used(self, family: RefreshFamily, token: str) -> bool:
        """Only the newest token of a family is valid."""
        return token != family.current

    def is_alive(self, family: RefreshFamily) -> bool:
        """Return whether the family is neither revoked nor expired."""
        return family.is_alive and self.tenant.clock.now() < family.issued_at + self.lifetime()

    def lifetime(self) -> float:
        """A family is valid for thirty days; in seconds."""
        return 30 * 86_400.0

    def on_reuse(self, family: RefreshFamily) -> None:
        """The reuse of a token revokes the whole family: the token may be stolen."""
        family.is_alive = False

    def granted_scopes(self, granted: list[str], requested: list[str]) -> list[str]:
        """A refresh grants the original scopes, or fewer where fewer are requested; `offline_access` stays."""
        return [scope for scope in granted if not requested or scope in requested or scope == "offline_access"]

    def revoke(self, application: Application, token: str) -> None:
        """Revoke a family of this application; an unknown token is no error."""
        family = self.tenant.store.refresh_tokens.get(token)
        if family is not None and family.token_request.application is application:
            family.is_alive = False


DEFAULT_SCOPES = ("openid", "profile", "email", "address", "phone")


class PasswordGrant(Rule):
    """The password grant and the password-realm grant."""

    def redeem(
        self, application: Application, username: str, password: str, realm: str | None, audience: str | None,
        requested: list[str],
    ) -> TokenRequest:  # fmt: skip
        """Return what to issue tokens for. Raises Refused: 400, 403."""
        directory = self.check_realm(realm)
        self.tenant.connections.check_enabled(directory, application)
        named = self.tenant.audiences.find_for_grant(audience)
        current_caller().audience, current_caller().scope = named, " ".join(requested)
        user = self.tenant.users.sign_in(username, password, directory)
        if user is None:
            raise Refused(WRONG_PASSWORD)
        if self.tenant.users.is_blocked(user):
            raise Refused(PASSWORD_OF_BLOCKED)
        now = self.tenant.clock.now()
        user.last_login, user.logins_count = now, user.logins_count + 1
        scopes = self.tenant.tokens.granted_scopes(named, requested or self.default_scopes(named))
        return TokenRequest(user, application, named, scopes, None, now, grant="password")

    def check_realm(self, realm: str | None) -> str:
        """The realm is the connection; without one, the default directory is used."""
        directory = realm or self.default_directory()
        if directory is None:
            raise Refused(NO_DEFAULT_DIRECTORY)
        if directory not in self.tenant.users.connections():
            raise Refused(UNKNOWN_REALM, realm=directory)
        return directory

    def default_directory(self) -> str | None:
        """The default directory of the tenant's settings."""
        return self.tenant.settings.tenant["default_directory"] or None

    def default_scopes(self, audience: str | None) -> list[str]:
        """A request without scopes gets those of the user's profile."""
        return list(DEFAULT_SCOPES)
