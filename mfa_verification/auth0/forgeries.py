"""Tokens that the tenant never signed, each made from a real one: what an attacker could hold out (RFC 8725, 2)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.core.secret import Secret


def signed_by_a_stranger(token: Secret) -> Secret:
    """The same claims and the same key id, signed by a key of our own."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(token.reveal()).get("kid")
    return _forged(jwt.encode(_claims(token), stranger, algorithm="RS256", headers={"kid": kid}))


def of_another_issuer(token: Secret) -> Secret:
    """The same claims, signed by a key of our own in the name of another issuer."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {**_claims(token), "iss": "https://stranger.invalid/"}
    return _forged(jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": "stranger"}))


def bringing_its_key(token: Secret) -> Secret:
    """The same claims, signed by a key of our own that stands in the token itself (RFC 7515, 4.1.3)."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    return _forged(jwt.encode(_claims(token), stranger, algorithm="RS256", headers={"jwk": key}))


def unsigned(token: Secret) -> Secret:
    """The same claims under the algorithm `none`, with an empty signature."""
    header = {**jwt.get_unverified_header(token.reveal()), "alg": "none"}
    return _forged(f"{_part(header)}.{token.reveal().split('.')[1]}.")


def without_signature(token: Secret) -> Secret:
    """The token as it is, its signature cut off."""
    return _forged(token.reveal().rpartition(".")[0] + ".")


def with_more_scopes(token: Secret) -> Secret:
    """The scopes of the MFA API written in, under the old signature."""
    header, _, signature = token.reveal().split(".")
    return _forged(f"{header}.{_part({**_claims(token), 'scope': SCOPE})}.{signature}")


FORGERIES = {
    "signed by a stranger": signed_by_a_stranger,
    "of another issuer": of_another_issuer,
    "that brings its key": bringing_its_key,
    "under the algorithm none": unsigned,
    "without its signature": without_signature,
    "with more scopes": with_more_scopes,
}


def _claims(token: Secret) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token.reveal(), options={"verify_signature": False})
    return claims


def _part(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _forged(text: str) -> Secret:
    return Secret(text, "forged token")
