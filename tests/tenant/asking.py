"""Token requests without a browser, and a tenant that has everything on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.tenant.driving import PASSWORD, Person
from tests.tenant.running import ROOT, Application, Running

MFA = "openid enroll read:authenticators remove:authenticators"
REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
JWT_APPLICATION = """
[applications.jwt]
name = "Application with a key"
app_type = "non_interactive"
token_endpoint_auth_method = "private_key_jwt"
grant_types = ["client_credentials"]
management_scopes = ["read:users"]
"""
Refusal = tuple[int, str, str]


def everything_on(folder: Path) -> Path:
    """Write a tenant file with every factor, every channel, and the policy for all applications."""
    text = (ROOT / "local_tenant" / "default_tenant.toml").read_text(encoding="utf-8")
    text = text.replace('policy = "never"', 'policy = "all-applications"').replace(" = false", " = true")
    text = text.replace('message_types = ["sms"]', 'message_types = ["sms", "voice"]') + JWT_APPLICATION
    path = folder / "everything.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(answer: requests.Response) -> Refusal:
    """What a refusal says, whatever it carries beside that."""
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


def by_password(person: Person, application: Application, **more: str) -> requests.Response:
    """Ask for tokens with the right password."""
    body = application.body(grant_type="password", username=person.email, password=PASSWORD)
    return person.tenant.token(body | more)


def mfa_token(person: Person, application: Application, **more: str) -> str:
    """Ask with the password, and take the opaque token of the refusal."""
    answer = by_password(person, application, **more)
    assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required"), answer.text
    token: str = answer.json()["mfa_token"]
    return token


def tokens_of(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def all_at_once(tenant: Running, bodies: list[dict[str, str]]) -> list[int]:
    """Send token requests from threads that start together; return the statuses, lowest first."""
    statuses: list[int] = []
    together = threading.Barrier(len(bodies))

    def use(body: dict[str, str]) -> Callable[[], None]:
        def send() -> None:
            with requests.Session() as own:
                own.verify, own.trust_env = tenant.settings["AUTH0_CA_BUNDLE"], False
                own.get(tenant.url("/.well-known/jwks.json"))
                together.wait(20)
                statuses.append(own.post(tenant.url("/oauth/token"), json=body).status_code)

        return send

    users = [threading.Thread(target=use(body)) for body in bodies]
    for user in users:
        user.start()
    for user in users:
        user.join(30)
    return sorted(statuses)
