"""Opaque strings that look like the tenant's own: `Fe26.2*…` seals, sign-in states, ids (AF-MFA-06, AF-LIST-08)."""

from __future__ import annotations

import base64
import secrets
import string

ALPHANUMERIC = string.ascii_letters + string.digits


def alphanumeric(length: int) -> str:
    """Return random letters and digits, as in client and device ids."""
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(length))


def seal(expires_at: float) -> str:
    """Return a sealed string in the eight parts of the iron format. It carries nothing: the tenant remembers."""
    key_id = f"SERVER_{secrets.randbelow(10**10):010d}"
    parts = [
        secrets.token_hex(32),
        secrets.token_urlsafe(16),
        secrets.token_urlsafe(96),
        str(int(expires_at * 1000)),
    ]
    return "*".join(["Fe26.2", key_id, *parts, secrets.token_hex(32), secrets.token_urlsafe(32)])


def sign_in_state() -> str:
    """Return the state of a Universal Login page: base64 that begins with `hKFo2S`."""
    return base64.urlsafe_b64encode(b"\x84\xa1h\xd9" + b" " + secrets.token_bytes(44)).decode()
