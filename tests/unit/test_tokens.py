"""Check how access tokens and ID tokens are verified, and the forged tokens that a tenant must refuse."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from mfa_verification.auth0.tokens import FORGERIES, Claims, TokenReader, problems
from mfa_verification.core.outcome import TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.transport import Response

KEY = RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.import_key(rsa.generate_private_key(65537, 2048), {"kid": "one"})
CLAIMS = {"iss": "https://t.test/", "sub": "auth0|1", "aud": ["a", "b"], "iat": 1, "exp": 601, "scope": "openid enroll"}


class Keys:
    """The JWKS endpoint of the tenant."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, method: str, path: str) -> Response:
        self.asked += 1
        return Response(f"{method} {path}", 200, {"keys": [KEY.as_dict(private=False)]}, time.time())


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


def test_the_keys_are_requested_once(reader: TokenReader, keys: Keys) -> None:
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
def test_any_other_token_is_the_tenants_fault(reader: TokenReader, token: Secret) -> None:
    with pytest.raises(TenantFault) as fault:
        reader.read(token)
    assert fault.value.cause is Cause.TOKEN_NOT_VALID
    assert token.reveal() not in str(fault.value)


ISSUER, NOW = "https://t.test/", 1_000_000.0
RIGHT = Claims(
    issuer=ISSUER,
    subject="auth0|1",
    audience="one",
    authorized_party=None,
    scope=frozenset(),
    issued_at=1_000_000,
    expires_at=1_036_000,
    auth_time=None,
    nonce="n",
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"audience": ["one"]},
        {"authorized_party": "one"},
        {"auth_time": 999_000},
        {"issued_at": 1_000_001},
        {"expires_at": 1_000_001},
    ],
    ids=str,
)
def test_a_correct_id_token_has_no_problem(change: dict[str, Any]) -> None:
    assert problems(replace(RIGHT, **change), ISSUER, "one", NOW) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"issuer": "https://t.test"}, "iss"),
        ({"audience": "two"}, "aud"),
        ({"audience": ["one", "two"]}, "aud"),
        ({"audience": []}, "aud"),
        ({"authorized_party": "two"}, "azp"),
        ({"issued_at": 999_000, "expires_at": 999_900}, "exp has passed"),
        ({"issued_at": 1_000_010}, "iat is +10 s"),
        ({"issued_at": 999_900}, "iat is -100 s"),
        ({"issued_at": 1_000_001, "expires_at": 1_000_001}, "exp is not after iat"),
        ({"auth_time": 1_000_010}, "auth_time"),
        ({"auth_time": 0}, "auth_time"),
    ],
    ids=str,
)
def test_the_wrong_claim_is_named(change: dict[str, Any], word: str) -> None:
    found = problems(replace(RIGHT, **change), ISSUER, "one", NOW)
    assert [problem for problem in found if problem.startswith(word)], found


SIGNING = rsa.generate_private_key(public_exponent=65537, key_size=2048)
GENUINE = {"sub": "auth0|1", "aud": "https://t.test/mfa/", "scope": "openid"}
REAL = Secret(pyjwt.encode(GENUINE, SIGNING, algorithm="RS256", headers={"kid": "one"}), "access token")


@pytest.mark.parametrize("how", FORGERIES)
def test_no_forged_token_verifies(how: str) -> None:
    forged = FORGERIES[how](REAL).reveal()
    with pytest.raises(pyjwt.InvalidTokenError):
        pyjwt.decode(forged, SIGNING.public_key(), algorithms=["RS256"], options={"verify_aud": False})


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_token_names_the_user(how: str) -> None:
    claims = pyjwt.decode(FORGERIES[how](REAL).reveal(), options={"verify_signature": False})
    assert (claims["sub"], claims["aud"]) == ("auth0|1", "https://t.test/mfa/")
    assert ("enroll" in claims["scope"].split()) == ("scopes added" in how)


def test_the_token_with_a_foreign_key_has_the_tenants_key_id() -> None:
    header = pyjwt.get_unverified_header(FORGERIES["a token signed with a foreign key"](REAL).reveal())
    assert (header["alg"], header["kid"]) == ("RS256", "one")


def test_the_unsigned_token_has_the_algorithm_none() -> None:
    forged = FORGERIES['a token with the algorithm "none"'](REAL).reveal()
    assert pyjwt.get_unverified_header(forged)["alg"] == "none"
    assert forged.endswith(".")


def test_the_token_of_another_issuer_names_that_issuer() -> None:
    claims = pyjwt.decode(FORGERIES["a token of another issuer"](REAL).reveal(), options={"verify_signature": False})
    assert claims["iss"] == "https://stranger.invalid/"


def test_the_token_with_its_own_key_verifies_with_that_key() -> None:
    forged = FORGERIES["a token that carries its own key"](REAL).reveal()
    brought = pyjwt.PyJWK(pyjwt.get_unverified_header(forged)["jwk"], algorithm="RS256")
    assert pyjwt.decode(forged, brought, algorithms=["RS256"], options={"verify_aud": False}) == GENUINE
