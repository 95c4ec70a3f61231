"""Token requests without a browser, and a tenant that has everything on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.tenant.driving import PASSWORD, Person, associate, bearer, confirm_phone
from tests.tenant.running import ROOT, Application, Running

MFA = "openid enroll read:authenticators remove:authenticators"
REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
Refusal = tuple[int, str, str]


def factors_on(text: str) -> str:
    """Switch every factor of a tenant file on."""
    return text.replace(" = false", " = true").replace("first_party = true", "first_party = false")


def everything_on(folder: Path) -> Path:
    """Write a tenant file with every factor, every channel, the policy for all applications, a machine with a key."""
    text = factors_on((ROOT / "local_tenant" / "default_tenant.toml").read_text(encoding="utf-8"))
    text = text.replace('policy = "never"', 'policy = "all-applications"')
    text = text.replace('message_types = ["sms"]', 'message_types = ["sms", "voice"]')
    before, table, after = text.partition("[applications.jwt]\n")
    after = after.replace(
        "grant_types = [", 'management_scopes = ["read:users"]\ngrant_types = ["client_credentials",', 1
    )
    path = folder / "everything.toml"
    path.write_text(before + table + after, encoding="utf-8")
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


def associate_by(person: Person, token: str, channel: str, **more: str) -> requests.Response:
    """Begin an enrollment by one channel; a phone's number is the person's own."""
    number = {"phone_number": person.phone} if channel in ("sms", "voice") else {}
    body = {"authenticator_types": ["oob"], "oob_channels": [channel], **number, **more}
    return associate(person.tenant, token, body)


def challenge(person: Person, application: Application, token: str, **more: str) -> requests.Response:
    """Ask for a challenge, as clients do: in JSON, without a bearer."""
    return person.tenant.http.post(person.tenant.url("/mfa/challenge"), json=application.body(mfa_token=token, **more))


def remove(person: Person, token: str, authenticator: object) -> requests.Response:
    path = f"/mfa/authenticators/{str(authenticator).replace('|', '%7C')}"
    return person.tenant.http.delete(person.tenant.url(path), headers=bearer(token))


def sent_code(person: Person, to: str) -> str:
    """The code of the newest message to a number or an address."""
    return person.tenant.texts(to, wait=5)[-1]["code"]


def enroll_by(person: Person, application: Application, channel: str, **more: str) -> dict[str, Any]:
    """Enroll a first factor with the opaque token; return the answer's tokens."""
    token = mfa_token(person, application, **more)
    begun = associate_by(person, token, channel)
    assert begun.status_code == 200, begun.text
    code = sent_code(person, person.email if channel == "email" else person.phone)
    return tokens_of(confirm_phone(person, application, token, begun.json()["oob_code"], code))


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
