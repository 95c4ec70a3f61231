"""Reads access tokens and id tokens after checking their signature, and forges tokens as an attacker would."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.core.outcome import TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import HttpClient

# The only algorithm accepted, whatever the token's header says (RFC 8725, 3.1).
ALGORITHMS = ["RS256"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A response of the token endpoint (AF-GRANT-13, AF-CONF-07)."""

    access_token: Secret
    token_type: str
    expires_in: int
    """Seconds."""
    scope: frozenset[str]
    id_token: Secret | None
    received_at: float
    """The tenant's time, seconds since 1970."""
    refresh_token: Secret | None = None
    recovery_code: Secret | None = None
    """The next recovery code, after one was used (AF-CONF-17)."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a token (AF-TOKEN-03); times are in seconds since 1970 by the tenant's clock."""

    issuer: str
    subject: str
    audience: list[str] | str
    authorized_party: str | None
    scope: frozenset[str]
    issued_at: int
    expires_at: int
    auth_time: int | None
    """When the user signed in; only in id tokens, optional."""
    nonce: str | None
    methods: tuple[str, ...] = ()
    """How the user authenticated: `amr`."""

    @property
    def lifetime(self) -> int:
        """Return the seconds from issue to expiry."""
        return self.expires_at - self.issued_at


class TokenReader:
    """Reads tokens with the keys of the tenant's JWKS, fetched again for an unknown key."""

    def __init__(self, http: HttpClient) -> None:
        """Fetch keys with `http`."""
        self._http = http
        self._keys: dict[str, jwt.PyJWK] = {}

    def read(self, token: Secret) -> Claims:
        """Return the claims of a token that the tenant signed. Raises `TenantFault` for any other.

        Expiry, issuer and audience are checked by the caller, with the tenant's time.
        """
        key = self._key(_header(token).get("kid"), token.label)
        try:
            claims = jwt.decode(
                token.reveal(),
                key,
                algorithms=ALGORITHMS,
                options={
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "require": ["iss", "sub", "aud", "iat", "exp"],
                },
            )
        except jwt.PyJWTError as error:
            # PyJWT's messages never contain the token.
            raise TenantFault(Cause.TOKEN_NOT_VALID, f"the {token.label} is not valid: {error}") from None
        return _claims_of(claims, token.label)

    @staticmethod
    def is_jwt(token: Secret) -> bool:
        """Return whether a token looks like a signed JWT; without an audience it may be opaque (AF-TOKEN-01)."""
        return token.reveal().count(".") == 2

    @staticmethod
    def unverified_claims(token: Secret) -> tuple[str, list[str]]:
        """Return issuer and audience of a token without checking its signature."""
        try:
            claims = jwt.decode(token.reveal(), options={"verify_signature": False})
        except jwt.PyJWTError:
            return "", []
        audience = claims.get("aud", [])
        return str(claims.get("iss", "")), [audience] if isinstance(audience, str) else list(audience)

    def _key(self, kid: object, label: str) -> jwt.PyJWK:
        if kid not in self._keys:
            self._keys = self._fetch()
        if not isinstance(kid, str) or kid not in self._keys:
            raise TenantFault(
                Cause.TOKEN_NOT_VALID, f"the {label} is signed with a key that is not in the tenant's JWKS"
            )
        return self._keys[kid]

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        response = self._http.send("GET", "/.well-known/jwks.json")
        try:
            keys = jwt.PyJWKSet.from_dict(response.mapping()).keys
        except jwt.PyJWTError as error:
            raise TenantFault(Cause.TOKEN_NOT_VALID, f"the tenant's JWKS cannot be read: {error}") from None
        return {key.key_id: key for key in keys if key.key_id}


def _header(token: Secret) -> Mapping[str, Any]:
    try:
        return jwt.get_unverified_header(token.reveal())
    except jwt.PyJWTError:
        raise TenantFault(Cause.TOKEN_NOT_VALID, f"the {token.label} is not a signed JWT") from None


def _claims_of(claims: Mapping[str, Any], label: str) -> Claims:
    audience = claims["aud"]
    strings = {"iss": claims["iss"], "sub": claims["sub"], "scope": claims.get("scope", "")}
    numbers = {"iat": claims["iat"], "exp": claims["exp"]}
    if claims.get("auth_time") is not None:
        numbers["auth_time"] = claims["auth_time"]
    wrong = [name for name, value in strings.items() if not isinstance(value, str)]
    wrong += [name for name, value in numbers.items() if not isinstance(value, int)]
    if wrong or not isinstance(audience, (str, list)):
        raise TenantFault(
            Cause.TOKEN_NOT_VALID, f"the {label} has claims of a wrong type: {', '.join(wrong or ['aud'])}"
        )
    return Claims(
        issuer=strings["iss"],
        subject=strings["sub"],
        audience=audience,
        authorized_party=claims.get("azp"),
        scope=frozenset(strings["scope"].split()),
        issued_at=numbers["iat"],
        expires_at=numbers["exp"],
        auth_time=claims.get("auth_time"),
        nonce=claims.get("nonce"),
        methods=tuple(map(str, methods)) if isinstance(methods := claims.get("amr"), list) else (),
    )


DATE_SECONDS = 2
"""`Date` headers, which give the tenant's time, have whole seconds."""
FRESH_SECONDS = 60
"""An id token is issued when the code is exchanged."""


def problems(claims: Claims, issuer: str, client_id: str, received_at: float) -> list[str]:
    """Return what is wrong with an id token received at `received_at` (tenant's time, seconds since 1970).

    Signature and nonce were checked before. `azp` and `auth_time` are optional, but must be right if present.
    """
    audience = [claims.audience] if isinstance(claims.audience, str) else claims.audience
    latest, earliest = received_at + DATE_SECONDS, received_at - FRESH_SECONDS
    rules = (
        (claims.issuer == issuer, f"iss is {claims.issuer}, not {issuer}"),
        (audience == [client_id], f"aud is {claims.audience}, not the application alone"),
        (claims.authorized_party in (None, client_id), f"azp is {claims.authorized_party}, not the application"),
        (claims.expires_at > received_at - DATE_SECONDS, "exp has passed"),
        (earliest <= claims.issued_at <= latest, f"iat is {claims.issued_at - received_at:+.0f} s from now"),
        (claims.lifetime > 0, "exp is not after iat"),
        (claims.auth_time is None or 0 < claims.auth_time <= latest, "auth_time is not in the past"),
    )
    return [wrong for holds, wrong in rules if not holds]


def signed_with_another_key(token: Secret) -> Secret:
    """Return the same claims and key id, signed with another key."""
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(token.reveal()).get("kid")
    return _forged(jwt.encode(_unchecked_claims(token), other_key, algorithm="RS256", headers={"kid": kid}))


def of_another_issuer(token: Secret) -> Secret:
    """Return the same claims with another issuer, signed with another key."""
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {**_unchecked_claims(token), "iss": "https://stranger.invalid/"}
    return _forged(jwt.encode(claims, other_key, algorithm="RS256", headers={"kid": "stranger"}))


def with_embedded_key(token: Secret) -> Secret:
    """Return the same claims, signed with a key that is embedded in the token's header (RFC 7515, 4.1.3)."""
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = jwt.algorithms.RSAAlgorithm.to_jwk(other_key.public_key(), as_dict=True)
    return _forged(jwt.encode(_unchecked_claims(token), other_key, algorithm="RS256", headers={"jwk": key}))


def unsigned(token: Secret) -> Secret:
    """Return the same claims with the algorithm `none` and an empty signature."""
    header = {**jwt.get_unverified_header(token.reveal()), "alg": "none"}
    return _forged(f"{_part(header)}.{token.reveal().split('.')[1]}.")


def without_signature(token: Secret) -> Secret:
    """Return the token without its signature."""
    return _forged(token.reveal().rpartition(".")[0] + ".")


def with_more_scopes(token: Secret) -> Secret:
    """Return the token with the scopes of the MFA API added, and the old signature."""
    header, _, signature = token.reveal().split(".")
    return _forged(f"{header}.{_part({**_unchecked_claims(token), 'scope': SCOPE})}.{signature}")


FORGERIES = {
    "a token signed with a foreign key": signed_with_another_key,
    "a token of another issuer": of_another_issuer,
    "a token that carries its own key": with_embedded_key,
    'a token with the algorithm "none"': unsigned,
    "{their} MFA API token without its signature": without_signature,
    "{their} MFA API token with scopes added": with_more_scopes,
}


def _unchecked_claims(token: Secret) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token.reveal(), options={"verify_signature": False})
    return claims


def _part(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _forged(text: str) -> Secret:
    return Secret(text, "forged token")
