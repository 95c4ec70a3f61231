"""A tenant's control API: a scenario that needs other settings gets a sibling of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import requests

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret

SECONDS = 30.0


@contextmanager
def sibling(control_url: str, token: Secret) -> Iterator[Mapping[str, str]]:
    """Start a sibling of the tenant behind `control_url`; yield its settings, and end it afterwards."""
    answer = _call("POST", f"{control_url}/tenants", token)
    try:
        yield answer["profile"]
    finally:
        # One that cannot be told to end dies with its parent.
        with suppress(Inconclusive):
            _call("DELETE", f"{control_url}/tenants/{answer['id']}", token)


def move_clock(control_url: str, token: Secret, seconds: float) -> None:
    """Let time pass at the tenant behind `control_url`."""
    _call("POST", f"{control_url}/clock", token, {"seconds": seconds})


def _call(
    method: str, url: str, token: Secret, body: Mapping[str, float] | None = None
) -> Mapping[str, Mapping[str, str]]:
    try:
        with requests.Session() as session:
            # Neither a proxy nor a .netrc of this machine may meet the token.
            session.trust_env = False
            headers = {"Authorization": f"Bearer {token.reveal()}"}
            response = session.request(method, url, headers=headers, json=body or {}, timeout=SECONDS)
            response.raise_for_status()
            return response.json() if response.content else {}
    except requests.RequestException as error:
        raise Inconclusive(
            Cause.TENANT_UNAVAILABLE, f"the control API could not {method} {url}: {type(error).__name__}"
        ) from None
