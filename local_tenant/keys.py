"""RSA keys, certificates and random identifiers. A key takes 0.1 s: threads make the first ones during the imports."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from joserfc.jwk import RSAKey
import base64
import string

_made: SimpleQueue[RSAPrivateKey] = SimpleQueue()
_pending = 0
_lock = threading.Lock()


def begin(count: int) -> None:
    """Start making so many keys in threads; `take` returns them."""
    global _pending  # noqa: PLW0603
    with _lock:
        _pending += count
    for _ in range(count):
        threading.Thread(target=lambda: _made.put(_make()), daemon=True).start()


def take() -> RSAKey:
    """Return an unused key: one that `begin` started, or else a new one."""
    global _pending  # noqa: PLW0603
    from joserfc.jwk import RSAKey  # noqa: PLC0415  # `begin` comes before the imports

    with _lock:
        is_pending = _pending > 0
        _pending -= is_pending
    key = _made.get() if is_pending else _make()
    return RSAKey(key, key)


class KeyPair:
    """An application's key in PEM: the public key from the tenant file, or a pair made when it is needed."""

    def __init__(self, public: str | None = None) -> None:
        """Take the public key, where the application keeps the private key to itself."""
        self._public = public

    @cached_property
    def _pair(self) -> RSAKey:
        return take()

    @property
    def public(self) -> str:
        """The public key."""
        return self._public or self._pair.as_pem(private=False).decode()

    @property
    def private(self) -> str | None:
        """The private key; None where only the application has it."""
        return None if self._public else self._pair.as_pem(private=True).decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """The tenant's signing key and its key id."""

    signing: RSAKey = field(repr=False)
    kid: str

    @classmethod
    def make(cls) -> Keys:
        """Make a key and a random key id."""
        return cls(take(), secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM: the authority's certificate, and the leaf with its key. Siblings serve with the same leaf."""

    authority: str
    leaf: str
    leaf_key: str = field(repr=False)


def certificates_for(host: str) -> Certificates:
    """Make an authority and a leaf (elliptic curve keys) for this machine's names and the tenant's public host."""
    import trustme  # noqa: PLC0415  # siblings do not need it

    authority = trustme.CA(organization_name="Local tenant")
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host])
    leaf = authority.issue_cert(*names, organization_name="Local tenant")
    chain = "".join(blob.bytes().decode() for blob in leaf.cert_chain_pems)
    return Certificates(authority.cert_pem.bytes().decode(), chain, leaf.private_key_pem.bytes().decode())


def _make() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # loaded in the thread

    return rsa.generate_private_key(65537, 2048)


ALPHANUMERIC = string.ascii_letters + string.digits


def alphanumeric(length: int) -> str:
    """Return random letters and digits, as in client ids and device ids (AF-LIST-08)."""
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(length))


def seal(expires_at: float) -> str:
    """Return an opaque token in the eight-part Iron format (`Fe26.2*…`); it contains no data (AF-MFA-06)."""
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
