"""What an application must find in an id token (OpenID Connect Core, 3.1.3.7), by the tenant's own time."""

from __future__ import annotations

from mfa_verification.auth0.tokens import Claims

DATE_SECONDS = 2
"""The tenant's time is read from `Date` headers, which show whole seconds."""
FRESH_SECONDS = 60
"""An id token is made when the code is exchanged for it."""


def problems(claims: Claims, issuer: str, client_id: str, received_at: float) -> list[str]:
    """Return what is wrong with an id token that came at `received_at` (the tenant's time, epoch seconds).

    Its signature, and that its nonce is the one of its own request, were checked before. `azp` and `auth_time` are
    optional, and must be right where they are there.
    """
    audience = [claims.audience] if isinstance(claims.audience, str) else claims.audience
    latest, earliest = received_at + DATE_SECONDS, received_at - FRESH_SECONDS
    rules = (
        (claims.issuer == issuer, f"iss is {claims.issuer}, not {issuer}"),
        (audience == [client_id], f"aud is {claims.audience}, not the application alone"),
        (claims.authorized_party in (None, client_id), f"azp is {claims.authorized_party}, not the application"),
        (claims.expires_at > received_at - DATE_SECONDS, "exp has passed"),
        (earliest <= claims.issued_at <= latest, f"iat is {claims.issued_at - received_at:+.0f} s from now"),
        (claims.lifetime > 0, "exp is not after iat"),
        (claims.auth_time is None or 0 < claims.auth_time <= latest, "auth_time is no time in the past"),
    )
    return [wrong for holds, wrong in rules if not holds]
