"""Reads what sets an authenticator app up: the key that people type, or the address in a QR code.

It is as strict as an app (Key URI Format; RFC 3986, 4226, 4648). What an app could not read is a
`TenantFault` that names the part and never prints its value: any may hold the key, if they were mixed up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from mfa_verification.outcome import TenantFault
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

ALGORITHMS = ("SHA1", "SHA256", "SHA512")
LONGEST_PERIOD = 120
"""Seconds; NIST SP 800-63B-4, 3.1.4.1."""
SHORTEST_KEY = 128
"""Bits; RFC 4226, section 4, R6."""
# RFC 3986, section 2: what an address is made of; every other character must be percent-encoded.
_ADDRESS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an app needs to know. The defaults are those of a typed key."""

    key: Secret
    """In base32, upper case, without padding."""
    account: str
    issuer: str
    label_issuer: str = ""
    """The issuer that stands before the account in a QR code's label; empty where none does."""
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    """Seconds."""


def base32_key(typed: Secret) -> Secret:
    """Return the key to compute with: people type it in groups and in lower case, and apps do not mind."""
    text = re.sub(r"\s", "", typed.reveal()).upper().rstrip("=")
    # Base32 turns 5 bytes into 8 characters: some lengths cannot come of it.
    if not re.fullmatch("[A-Z2-7]+", text) or len(text) % 8 in {1, 3, 6}:
        raise _unreadable("the secret is not base32")
    if len(text) * 5 // 8 * 8 < SHORTEST_KEY:
        raise _unreadable(f"the secret is shorter than {SHORTEST_KEY} bits (RFC 4226, R6)")
    return Secret(text, "authenticator app key")


def read_qr(barcode_uri: Secret) -> SetUp:
    """Read `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…&algorithm=…&digits=…&period=…`.

    Only the account and the secret must be there. Parameters that apps do not know are passed over.
    """
    text = barcode_uri.reveal()
    if not _ADDRESS.fullmatch(text):
        raise _unreadable("it holds a character that an address must percent-encode")
    if not text.startswith("otpauth://totp/"):
        raise _unreadable("it does not begin with otpauth://totp/")
    if "#" in text:
        raise _unreadable("a # cuts it off")
    parts = urlsplit(text)
    label_issuer, account = _label(parts.path)
    given = _parameters(parts.query)
    if "secret" not in given:
        raise _unreadable("it holds no secret")
    return SetUp(
        base32_key(Secret(given["secret"], "authenticator app key")),
        account,
        given.get("issuer", label_issuer),
        label_issuer,
        _algorithm(given.get("algorithm", "SHA1")),
        _digits(given.get("digits", "6")),
        _period(given.get("period", "30")),
    )


def _label(path: str) -> tuple[str, str]:
    """Split `/ISSUER:ACCOUNT`. The colon may be encoded where no plain one is there; blanks may follow it."""
    before, colon, after = path[1:].partition(":")
    issuer, account = _decoded(before, "label"), _decoded(after, "label")
    if not colon:
        issuer, colon, account = issuer.partition(":")
    if not colon:
        issuer, account = "", issuer
    if not account.strip():
        raise _unreadable("the label names no account")
    return issuer.strip(), account.strip()


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in given:
            raise _unreadable("a parameter is there twice")
        if not value:
            raise _unreadable("a parameter is empty")
        given[name] = _decoded(value, "query")
    return given


def _algorithm(given: str) -> str:
    if given.upper() not in ALGORITHMS:
        raise _unreadable(f"the algorithm is none of {', '.join(ALGORITHMS)}")
    return given.upper()


def _digits(given: str) -> int:
    if given not in {"6", "8"}:
        raise _unreadable("the digits are neither 6 nor 8")
    return int(given)


def _period(given: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,2}", given) or int(given) > LONGEST_PERIOD:
        raise _unreadable(f"the period is not a number of seconds from 1 to {LONGEST_PERIOD}")
    return int(given)


def _decoded(text: str, part: str) -> str:
    """Decode percent-encoding; a plus stays a plus, as only forms mean a blank by it."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        broken = _unreadable(f"the {part} is not percent-encoded UTF-8")
    raise broken  # not from within: the error it replaces quotes the bytes


def _unreadable(what: str) -> TenantFault:
    return TenantFault(Cause.MALFORMED_ANSWER, f"no authenticator app could read this: {what}")
