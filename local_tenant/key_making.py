"""Making RSA keys, a tenth of a second each: those of the start are begun first of all, beside the imports."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from joserfc.jwk import RSAKey

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


def _make() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # in the thread, beside the rest

    return rsa.generate_private_key(65537, 2048)
