"""The Authentication API: `/authorize` requests and the token endpoint (contract, 1 and 3)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from mfa_verification.auth0.errors import outcome_of, text_in
from mfa_verification.auth0.tokens import TokenReader, Tokens
from mfa_verification.http.client import Answer, HttpClient, Value
from mfa_verification.outcome import Outcome, TenantFault
from mfa_verification.profile import Application
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

GRANT_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
GRANT_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
GRANT_RECOVERY_CODE = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
MFA_GRANTS = frozenset({GRANT_OOB, GRANT_OTP, GRANT_RECOVERY_CODE})

# Presentations of the MFA API token at the confirmation (contract, 3.6).
IN_BODY = "body"
IN_HEADER_AND_BODY = "header and body"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One request to `/authorize`: code + PKCE (RFC 7636, S256), `state`, `nonce`."""

    application: Application
    audience: str
    scope: str
    state: str
    nonce: str
    verifier: Secret
    more: Mapping[str, str] = field(default_factory=dict)
    """Further parameters, such as `prompt` (contract, 1.4)."""

    @property
    def path(self) -> str:
        """Path and query to send the browser to."""
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        return "/authorize?" + urlencode(
            {
                "response_type": "code",
                "client_id": self.application.client_id,
                "redirect_uri": self.application.callback,
                "audience": self.audience,
                "scope": self.scope,
                "state": self.state,
                "nonce": self.nonce,
                "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                "code_challenge_method": "S256",
                **self.more,
            }
        )


class Authentication:
    """The Authentication API of one tenant."""

    def __init__(self, http: HttpClient, reader: TokenReader, uses_basic: Callable[[Application], bool]) -> None:
        """Call the token endpoint through `http`; check id tokens by `reader`.

        `uses_basic` says which applications prove themselves in the Authorization header, and not in the body.
        """
        self._uses_basic = uses_basic
        self._http = http
        self._reader = reader

    def request(self, application: Application, audience: str, scope: str, **more: str) -> AuthorizationRequest:
        """Begin a sign-in of `application` for `audience`; `more` are further parameters."""
        verifier = Secret(secrets.token_urlsafe(48), "PKCE code verifier")
        return AuthorizationRequest(
            application, audience, scope, secrets.token_urlsafe(16), secrets.token_urlsafe(16), verifier, more
        )

    def redeem(self, request: AuthorizationRequest, code: Secret) -> Outcome[Tokens]:
        """Exchange the code of a callback for tokens (contract, 3.2); the id token's nonce must be ours."""
        outcome = self._token(
            "exchange the code for tokens",
            request.application,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": request.application.callback,
                "code_verifier": request.verifier,
            },
        )
        if outcome.value and outcome.value.id_token:
            nonce = self._reader.read(outcome.value.id_token).nonce
            if nonce != request.nonce:
                raise TenantFault(Cause.TOKEN_NOT_VALID, "the id token does not carry the nonce of its own request")
        return outcome

    def confirm_phone(
        self, application: Application, token: Secret, oob_code: Secret, binding_code: Secret, presented: str
    ) -> Outcome[Tokens]:
        """Confirm a phone with the code it received: grant `mfa-oob` (contract, 3.6)."""
        return self._confirm(
            "confirm the phone",
            application,
            token,
            presented,
            {
                "grant_type": GRANT_OOB,
                "oob_code": oob_code,
                "binding_code": binding_code,
            },
        )

    def confirm_app(self, application: Application, token: Secret, otp: Secret, presented: str) -> Outcome[Tokens]:
        """Confirm an authenticator app with a code it made: grant `mfa-otp` (contract, 3.6)."""
        return self._confirm(
            "confirm the authenticator app",
            application,
            token,
            presented,
            {
                "grant_type": GRANT_OTP,
                "otp": otp,
            },
        )

    def management_token(self, client_id: str, client_secret: Secret, audience: str) -> Outcome[Tokens]:
        """Get the operator's token: grant `client_credentials` (contract, 3.5 and 7)."""
        answer = self._http.send(
            "POST",
            "/oauth/token",
            form={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
                "audience": audience,
            },
        )
        return outcome_of("get a Management API token", answer, _tokens)

    def probe(self, application: Application) -> Outcome[Tokens]:
        """Exchange a code that never was: the refusal says whether the tenant knows the application."""
        code = Secret(secrets.token_urlsafe(24), "code that never was")
        return self._token(
            "exchange a code that never was",
            application,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": application.callback,
                "code_verifier": Secret(secrets.token_urlsafe(48), "PKCE code verifier"),
            },
        )

    def _confirm(
        self, action: str, application: Application, token: Secret, presented: str, parameters: dict[str, Value]
    ) -> Outcome[Tokens]:
        bearer = token if presented == IN_HEADER_AND_BODY else None
        return self._token(action, application, {**parameters, "mfa_token": token}, bearer)

    def _token(
        self, action: str, application: Application, parameters: dict[str, Value], bearer: Secret | None = None
    ) -> Outcome[Tokens]:
        form = {"client_id": application.client_id, **parameters}
        basic = None
        if application.client_secret is not None:
            # A request has one Authorization header: where a token stands in it, the secret goes into the body.
            if bearer is None and self._uses_basic(application):
                basic = (application.client_id, application.client_secret)
            else:
                form["client_secret"] = application.client_secret
        answer = self._http.send("POST", "/oauth/token", form=form, bearer=bearer, basic=basic)
        return outcome_of(action, answer, _tokens)


def _tokens(answer: Answer) -> Tokens:
    body = answer.mapping()
    expires_in = body.get("expires_in")
    if not isinstance(expires_in, int):
        raise TenantFault(Cause.MALFORMED_ANSWER, f"{answer.request} answered without a number as expires_in")
    id_token = body.get("id_token")
    return Tokens(
        access_token=Secret(text_in(answer, "access_token"), "access token"),
        token_type=text_in(answer, "token_type"),
        expires_in=expires_in,
        scope=frozenset(str(body.get("scope", "")).split()),
        id_token=Secret(id_token, "id token") if isinstance(id_token, str) else None,
        received_at=answer.received_at,
    )
