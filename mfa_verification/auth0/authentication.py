"""The Authentication API: `/authorize` requests and the token endpoint (AF-AUTHZ-01, AF-GRANT-01)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from mfa_verification.auth0.responses import outcome_of, string_in
from mfa_verification.auth0.tokens import TokenReader, Tokens
from mfa_verification.core.outcome import Outcome, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.settings.profile import Application
from mfa_verification.transport import HttpClient, Response, Value

GRANT_PASSWORD = "password"
GRANT_PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
GRANT_REFRESH_TOKEN = "refresh_token"
GRANT_OOB = "http://auth0.com/oauth/grant-type/mfa-oob"
GRANT_OTP = "http://auth0.com/oauth/grant-type/mfa-otp"
GRANT_RECOVERY_CODE = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
MFA_GRANTS = frozenset({GRANT_OOB, GRANT_OTP, GRANT_RECOVERY_CODE})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request to `/authorize` with code and PKCE (RFC 7636, S256), `state` and `nonce`."""

    application: Application
    audience: str
    """Empty for no API."""
    scope: str
    state: str
    nonce: str
    verifier: Secret
    more: Mapping[str, str] = field(default_factory=dict)
    """Further parameters, such as `prompt` (AF-AUTHZ-01)."""

    @property
    def path(self) -> str:
        """Return path and query of the request."""
        digest = hashlib.sha256(self.verifier.reveal().encode()).digest()
        return "/authorize?" + urlencode(
            {
                "response_type": "code",
                "client_id": self.application.client_id,
                "redirect_uri": self.application.callback,
                **({"audience": self.audience} if self.audience else {}),
                "scope": self.scope,
                "state": self.state,
                "nonce": self.nonce,
                "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                "code_challenge_method": "S256",
                **self.more,
            }
        )

    def code_in(self, callback: Mapping[str, Secret], issuer: str) -> AuthorizationCode:
        """Return the callback's code. Raises `TenantFault` if it is of another request (RFC 6749, 10.12; RFC 9207)."""
        if callback.get("state") != Secret(self.state, "state"):
            raise TenantFault(Cause.CALLBACK_NOT_VALID, "the callback does not have the state of its request")
        if "iss" in callback and callback["iss"] != Secret(issuer, "issuer"):
            raise TenantFault(Cause.CALLBACK_NOT_VALID, f"the callback's iss is not {issuer}")
        if not callback.get("code"):
            raise TenantFault(Cause.CALLBACK_NOT_VALID, "the callback has neither a code nor an error")
        return AuthorizationCode(self, callback["code"])


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """An authorization code, and the request that it belongs to."""

    request: AuthorizationRequest
    code: Secret


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A request that confirms an enrollment or answers an MFA challenge; tests alter it with `replace`."""

    action: str
    """In words, such as "confirm the phone"."""
    application: Application
    mfa_token: Secret
    """The value of that parameter: the MFA API token, or the opaque `mfa_token` of `mfa_required`."""
    parameters: Mapping[str, Value]
    """`grant_type` and the other parameters of the grant (AF-CONF-01)."""
    bearer: Secret | None = None
    """The token to send in the Authorization header too."""
    leaving_out: str | None = None
    """The name of a parameter to leave out."""
    as_json: bool = False
    """Send JSON instead of form encoding; both are documented (AF-GRANT-01)."""

    @property
    def body(self) -> dict[str, Value]:
        """Return the parameters to send."""
        secret = self.application.client_secret
        authentication: dict[str, Value] = {} if secret is None else {"client_secret": secret}
        everything = {
            "client_id": self.application.client_id, **authentication, **self.parameters, "mfa_token": self.mfa_token,
        }  # fmt: skip
        return {name: value for name, value in everything.items() if name != self.leaving_out}


@dataclass(frozen=True, slots=True)
class Authentication:
    """The Authentication API of one tenant."""

    _http: HttpClient
    _reader: TokenReader
    """Reads id tokens."""
    _uses_basic: Callable[[Application], bool]
    """Returns whether an application authenticates in the Authorization header."""

    def request(self, application: Application, audience: str, scope: str, **more: str) -> AuthorizationRequest:
        """Return a new authorization request; `more` are further parameters."""
        verifier = Secret(secrets.token_urlsafe(48), "PKCE code verifier")
        return AuthorizationRequest(
            application, audience, scope, secrets.token_urlsafe(16), secrets.token_urlsafe(16), verifier, more
        )

    def redeem(
        self, held: AuthorizationCode, application: Application | None = None, **changes: Value
    ) -> Outcome[Tokens]:
        """Exchange a code for tokens, and check the id token's nonce (AF-GRANT-05, AF-AUTHZ-03).

        `application` is another one that presents the code. `changes` replace parameters; None leaves one out.
        """
        request = held.request
        parameters: dict[str, Value] = {
            "grant_type": "authorization_code",
            "code": held.code,
            "redirect_uri": request.application.callback,
            "code_verifier": request.verifier,
            **changes,
        }
        presenting = application or request.application
        if changes.get("client_secret", presenting.client_secret) is None:
            presenting = replace(presenting, client_secret=None)
        outcome = self._token(
            "exchange the code for tokens",
            presenting,
            {name: value for name, value in parameters.items() if value is not None},
        )
        if outcome.value and outcome.value.id_token:
            nonce = self._reader.read(outcome.value.id_token).nonce
            if nonce != request.nonce:
                raise TenantFault(Cause.TOKEN_NOT_VALID, "the id token does not have the nonce of its request")
        return outcome

    def confirm(self, confirmation: Confirmation) -> Outcome[Tokens]:
        """Send a confirmation with one of the three MFA grants (AF-CONF-01)."""
        return self._request_token(
            confirmation.action, confirmation.application, confirmation.body, confirmation.bearer,
            as_json=confirmation.as_json,
        )  # fmt: skip

    def by_password(
        self,
        application: Application,
        audience: str | None,
        scope: str,
        email: str,
        password: Secret,
        realm: str = "",
    ) -> Outcome[Tokens]:
        """Request tokens with the password grant, or with `realm` the password-realm grant (AF-GRANT-14)."""
        named: dict[str, Value] = {"grant_type": GRANT_PASSWORD_REALM, "realm": realm}
        who: dict[str, Value] = {"username": email, "password": password, "scope": scope}
        grant = named if realm else {"grant_type": GRANT_PASSWORD}
        return self._token(
            "get tokens by password", application, grant | who | ({"audience": audience} if audience else {})
        )

    def refresh(self, application: Application, refresh_token: Secret, scope: str = "") -> Outcome[Tokens]:
        """Request tokens with the refresh token grant, with other scopes where given (AF-GRANT-22)."""
        parameters: dict[str, Value] = {"grant_type": GRANT_REFRESH_TOKEN, "refresh_token": refresh_token}
        return self._token("refresh the tokens", application, parameters | ({"scope": scope} if scope else {}))

    def sign_up(self, application: Application, connection: str, email: str, password: Secret) -> Outcome[str]:
        """Sign a user up and return the user id (AF-USER-09)."""
        response = self._send_to_connection("signup", application, connection, email, password)
        return outcome_of("sign up", response, lambda made: f"auth0|{string_in(made, '_id')}")

    def request_password_change(
        self, application: Application, connection: str, email: str, password: Secret
    ) -> Outcome[bool]:
        """Request a password reset e-mail, sending a new password along (AF-USER-10, AF-USER-11)."""
        response = self._send_to_connection("change_password", application, connection, email, password)
        return outcome_of("request a password reset", response, lambda _: True)

    def user_info(self, access_token: Secret) -> Outcome[str]:
        """Return the user id of an access token from the userinfo endpoint (AF-TOKEN-12)."""
        response = self._http.send("GET", "/userinfo", bearer=access_token)
        return outcome_of("read the user info", response, lambda said: string_in(said, "sub"))

    def _send_to_connection(
        self, what: str, application: Application, connection: str, email: str, password: Secret
    ) -> Response:
        body: dict[str, Value] = {
            "client_id": application.client_id, "connection": connection, "email": email, "password": password,
        }  # fmt: skip
        return self._http.send("POST", f"/dbconnections/{what}", json=body)

    def management_token(self, client_id: str, client_secret: Secret, audience: str) -> Outcome[Tokens]:
        """Request a Management API token with the client credentials grant (AF-MGMT-01, AF-GRANT-30)."""
        response = self._http.send(
            "POST",
            "/oauth/token",
            form={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
                "audience": audience,
            },
        )
        return outcome_of("get a Management API token", response, _tokens)

    def probe(self, application: Application) -> Outcome[Tokens]:
        """Exchange a made-up code: the refusal shows whether the tenant accepts the application."""
        code = Secret(secrets.token_urlsafe(24), "made-up code")
        return self.redeem(AuthorizationCode(self.request(application, "", ""), code))

    def _token(self, action: str, application: Application, parameters: Mapping[str, Value]) -> Outcome[Tokens]:
        form = {"client_id": application.client_id, **parameters}
        if application.client_secret is not None:
            form["client_secret"] = application.client_secret
        return self._request_token(action, application, form)

    def _request_token(
        self, action: str, application: Application, body: dict[str, Value], bearer: Secret | None = None,
        *, as_json: bool = False,
    ) -> Outcome[Tokens]:  # fmt: skip
        basic = None
        # There is one Authorization header: where it carries a token, the secret stays in the body.
        if bearer is None and "client_secret" in body and self._uses_basic(application):
            del body["client_secret"]
            assert application.client_secret is not None
            basic = (application.client_id, application.client_secret)
        form, json = (None, body) if as_json else (body, None)
        response = self._http.send("POST", "/oauth/token", form=form, json=json, bearer=bearer, basic=basic)
        return outcome_of(action, response, _tokens)


def _tokens(response: Response) -> Tokens:
    body = response.mapping()
    expires_in = body.get("expires_in")
    if not isinstance(expires_in, int):
        raise response.malformed("a number as expires_in")
    token = string_in(response, "access_token")
    if not re.fullmatch("[!-~]+", token):  # RFC 6749, A.12; a header cannot carry anything else
        raise response.malformed("a usable access_token")

    def perhaps(name: str, label: str) -> Secret | None:
        value = body.get(name)
        return Secret(value, label) if isinstance(value, str) and value else None

    return Tokens(
        access_token=Secret(token, "access token"),
        token_type=string_in(response, "token_type"),
        expires_in=expires_in,
        scope=frozenset(str(body.get("scope", "")).split()),
        id_token=perhaps("id_token", "id token"),
        refresh_token=perhaps("refresh_token", "refresh token"),
        recovery_code=perhaps("recovery_code", "recovery code"),
        received_at=response.received_at,
    )
