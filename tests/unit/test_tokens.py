"""Tokens are read only when the tenant signed them, with the one algorithm that we accept."""

from __future__ import annotations

import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from mfa_verification.auth0.tokens import TokenReader
from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.transport.http import Answer

KEY = RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": "one"})
CLAIMS = {"iss": "https://t.test/", "sub": "auth0|1", "aud": ["a", "b"], "iat": 1, "exp": 601, "scope": "openid enroll"}


class Keys:
    """The tenant's JWKS endpoint, as far as the reader asks for it."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, method: str, path: str) -> Answer:
        self.asked += 1
        return Answer(f"{method} {path}", 200, {"keys": [KEY.as_dict(private=False)]}, time.time())


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def reader(keys: Keys) -> TokenReader:
    return TokenReader(keys)  # type: ignore[arg-type]


def signed(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256", kid: str = "one") -> Secret:
    return Secret(jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg]), "access token")


def test_a_signed_token_is_read(reader: TokenReader) -> None:
    claims = reader.read(signed(CLAIMS))
    assert (claims.subject, claims.audience, claims.lifetime) == ("auth0|1", ["a", "b"], 600)
    assert claims.scope == {"openid", "enroll"}


def test_the_keys_are_asked_for_once(reader: TokenReader, keys: Keys) -> None:
    for _ in range(3):
        reader.read(signed(CLAIMS))
    assert keys.asked == 1


@pytest.mark.parametrize(
    "token",
    [
        signed(CLAIMS, OTHER),
        signed(CLAIMS, kid="two"),
        signed(CLAIMS, OctKey.import_key("x" * 32), "HS256"),
        signed({**CLAIMS, "exp": "soon"}),
        signed({name: value for name, value in CLAIMS.items() if name != "sub"}),
        signed({**CLAIMS, "aud": 7}),
        Secret("eyJhbGciOiJub25lIiwia2lkIjoib25lIn0.eyJzdWIiOiJ4In0.", "access token"),
        Secret("opaque", "access token"),
        Secret("a.b.c", "access token"),
    ],
    ids=["other key", "unknown kid", "symmetric", "no number", "no sub", "wrong aud", "none", "opaque", "garbage"],
)
def test_any_other_token_is_a_fault(reader: TokenReader, token: Secret) -> None:
    with pytest.raises(TenantFault) as fault:
        reader.read(token)
    assert fault.value.cause is Cause.TOKEN_NOT_VALID
    assert token.reveal() not in str(fault.value)
