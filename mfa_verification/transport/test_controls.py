"""A tenant's control API: a scenario that needs other settings gets a sibling of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret
from mfa_verification.transport.session import NoAnswer, Session, json_of, no_proxies

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
    session = Session(proxies=no_proxies)  # no proxy of this machine may meet the token
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    try:
        response = session.send(session.prepared(method, url, headers=headers, json=body or {}), SECONDS)
    except NoAnswer as met:
        raise _unavailable(method, url, met.kind) from None
    finally:
        session.close()
    if not response.ok:
        raise _unavailable(method, url, "HTTPError")
    found = json_of(response)
    return found if isinstance(found, dict) else {}


def _unavailable(method: str, url: str, kind: str) -> Inconclusive:
    return Inconclusive(Cause.TENANT_UNAVAILABLE, f"the control API could not {method} {url}: {kind}")
