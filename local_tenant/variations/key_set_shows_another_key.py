from functools import cache

from joserfc.jwk import RSAKey

from local_tenant.rules.tokens import Tokens


class KeySetShowsAnotherKey(Tokens):
    """The key set shows another key than the one that signs."""

    kind = "fault"
    evidence = "contract, 1.6: the `kid` of a token names the key that signed it"

    def published_key(self) -> RSAKey:
        return _another()


@cache
def _another() -> RSAKey:
    return RSAKey.generate_key(2048)
