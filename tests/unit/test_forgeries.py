"""Forgeries look right and are not: each differs from the real token in the one thing that it is named for."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from mfa_verification.auth0.forgeries import FORGERIES
from mfa_verification.core.secret import Secret

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS = {"sub": "auth0|1", "aud": "https://t.test/mfa/", "scope": "openid"}
REAL = Secret(jwt.encode(CLAIMS, KEY, algorithm="RS256", headers={"kid": "one"}), "access token")


@pytest.mark.parametrize("how", FORGERIES)
def test_no_forgery_verifies(how: str) -> None:
    forged = FORGERIES[how](REAL).reveal()
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(forged, KEY.public_key(), algorithms=["RS256"], options={"verify_aud": False})


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forgery_still_names_the_person(how: str) -> None:
    claims = jwt.decode(FORGERIES[how](REAL).reveal(), options={"verify_signature": False})
    assert (claims["sub"], claims["aud"]) == ("auth0|1", "https://t.test/mfa/")
    assert ("enroll" in claims["scope"].split()) == (how == "with more scopes")


def test_a_strangers_token_is_well_signed_under_the_tenants_own_key_id() -> None:
    header = jwt.get_unverified_header(FORGERIES["signed by a stranger"](REAL).reveal())
    assert (header["alg"], header["kid"]) == ("RS256", "one")


def test_an_unsigned_token_says_so() -> None:
    forged = FORGERIES["under the algorithm none"](REAL).reveal()
    assert jwt.get_unverified_header(forged)["alg"] == "none"
    assert forged.endswith(".")


def test_another_issuers_token_names_that_issuer() -> None:
    claims = jwt.decode(FORGERIES["of another issuer"](REAL).reveal(), options={"verify_signature": False})
    assert claims["iss"] == "https://stranger.invalid/"


def test_a_token_that_brings_its_key_verifies_by_that_key_alone() -> None:
    forged = FORGERIES["that brings its key"](REAL).reveal()
    brought = jwt.PyJWK(jwt.get_unverified_header(forged)["jwk"], algorithm="RS256")
    assert jwt.decode(forged, brought, algorithms=["RS256"], options={"verify_aud": False}) == CLAIMS
