"""RSA keys and certificates. A key takes a tenth of a second: those of the start are begun beside the imports."""

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
_begun = 0
_lock = threading.Lock()


def begin(count: int) -> None:
    """Begin so many keys; who asks for one later finds it made."""
    global _begun  # noqa: PLW0603  # of the process, as its cores are
    with _lock:
        _begun += count
    for _ in range(count):
        threading.Thread(target=lambda: _made.put(_make()), daemon=True).start()


def take() -> RSAKey:
    """Return a key that nobody else has: one that was begun, or else a new one."""
    global _begun  # noqa: PLW0603
    from joserfc.jwk import RSAKey  # noqa: PLC0415  # `begin` comes before the imports

    with _lock:
        is_coming = _begun > 0
        _begun -= is_coming
    key = _made.get() if is_coming else _make()
    return RSAKey(key, key)


class KeyPair:
    """The halves of a key as PEM: the public one of the tenant file alone, or both of a pair made when it is needed."""

    def __init__(self, public: str | None = None) -> None:
        """Take the public half, if the application keeps the private one to itself."""
        self._public = public

    @cached_property
    def _pair(self) -> RSAKey:
        return take()

    @property
    def public(self) -> str:
        """The half that everybody may know."""
        return self._public or self._pair.as_pem(private=False).decode()

    @property
    def private(self) -> str | None:
        """The half that signs."""
        return None if self._public else self._pair.as_pem(private=True).decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """The tenant's signing key and its name."""

    signing: RSAKey = field(repr=False)
    kid: str

    @classmethod
    def make(cls) -> Keys:
        """Make a key, as random as its name."""
        return cls(take(), secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM texts: the authority's certificate, and the leaf with its key. Siblings serve with the same leaf."""

    authority: str
    leaf: str
    leaf_key: str = field(repr=False)


def certificates_for(host: str) -> Certificates:
    """Make an authority and a leaf (elliptic curve keys) for this machine's names and the tenant's public host."""
    import trustme  # noqa: PLC0415  # only a tenant without a parent needs it; siblings start faster so

    authority = trustme.CA(organization_name="Local tenant")
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host])
    leaf = authority.issue_cert(*names, organization_name="Local tenant")
    chain = "".join(blob.bytes().decode() for blob in leaf.cert_chain_pems)
    return Certificates(authority.cert_pem.bytes().decode(), chain, leaf.private_key_pem.bytes().decode())


def _make() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # in the thread, beside the rest

    return rsa.generate_private_key(65537, 2048)


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
