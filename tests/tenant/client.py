"""The client of the local tenant in tests: the tenant, in a process or in this one, and what a test asks of it."""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote

import jwt
import requests
from dotenv import dotenv_values

from tests.tenant.browser import PASSWORD, SCOPE, Browser
from tests.tenant.user import OOB, OTP, REALM_GRANT, RECOVERY, Refusal, User, bearer, refusal, tokens_of, wrong

__all__ = [
    "COMMAND", "OOB", "OTP", "PASSWORD", "REALM_GRANT", "RECOVERY", "ROOT", "SCOPE", "Application", "Browser",
    "LocalTenant", "Refusal", "User", "bearer", "close_pipes", "launch", "read_settings", "refusal", "tokens_of",
    "wrong",
]  # fmt: skip

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "local_tenant"]


@dataclass
class Application:
    """What a client knows of an application under test."""

    client_id: str
    callback: str
    client_secret: str | None = None

    def body(self, **more: str) -> dict[str, str]:
        """Return a request body with the client id, and the client secret where there is one."""
        own = {"client_id": self.client_id} | ({"client_secret": self.client_secret} if self.client_secret else {})
        return own | more


@dataclass
class LocalTenant:
    """A local tenant and its settings. A sibling has no `process`: its parent started it."""

    settings: dict[str, str]
    process: subprocess.Popen[str] | None = None
    http: requests.Session = field(default_factory=requests.Session)
    time_passes: ClassVar[bool] = True
    """False where the tenant's clock stands until a test moves it."""

    def __post_init__(self) -> None:
        self._trust(self.http)
        self._tokens: dict[tuple[str, str], str] = {}

    @classmethod
    def serve(cls, folder: Path, *arguments: str, text: str = "", pipe: bool = False) -> Self:
        """Start a process and wait until it is ready; `text` is the content of its tenant file."""
        env_file = folder / "tenant.env"
        command = [*COMMAND, "serve", "--env-file", str(env_file), *arguments, *(["--parent-pipe"] if pipe else [])]
        if text:
            file = folder / "tenant.toml"
            file.write_text(text, encoding="utf-8")
            command += ["--tenant-file", str(file)]
        process = launch(command, pipe=pipe)
        assert process.stdout is not None
        if pipe:
            assert process.stdin is not None
            process.stdin.write("{}\n")
            process.stdin.flush()
        line = process.stdout.readline()
        assert line.startswith("local tenant ready at https://"), _stderr_of(process)
        return cls(read_settings(env_file), process)

    def stop(self) -> int:
        """Stop the process as a user would, and return its exit code."""
        self.http.close()
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(30)
        close_pipes(self.process)
        return code

    def _trust(self, session: requests.Session) -> None:
        """Let a session reach this tenant, and nothing through a proxy."""
        session.verify = self.settings["AUTH0_CA_BUNDLE"]
        session.trust_env = False

    def session(self) -> requests.Session:
        """Return another session, with its own cookies and connections."""
        made = requests.Session()
        self._trust(made)
        return made

    def url(self, path: str) -> str:
        return f"https://{self.settings['AUTH0_DOMAIN']}{path}"

    @property
    def mfa_audience(self) -> str:
        return self.url("/mfa/")

    def application(self, role: str) -> Application:
        """Return an application by the name in its settings; one without a callback URL has that of `spa`."""
        prefix = f"AUTH0_{role.upper()}"
        callback = self.settings.get(f"{prefix}_CALLBACK", self.settings["AUTH0_SPA_CALLBACK"])
        secret = self.settings.get(f"{prefix}_CLIENT_SECRET")
        return Application(self.settings[f"{prefix}_CLIENT_ID"], callback, secret)

    @cached_property
    def web(self) -> Application:
        return self.application("web")

    @cached_property
    def spa(self) -> Application:
        return self.application("spa")

    def browser(self, application: Application, cookies: requests.Session | None = None) -> Browser:
        """Return a new browser, or one with the cookies of another."""
        return Browser(self, application, cookies or self.session())

    def user(self, email: str = "") -> User:
        """Create a user with a password and no factor."""
        email = email or f"{secrets.token_hex(6)}@example.test"
        body = {"email": email, "password": PASSWORD, "connection": self.settings["AUTH0_CONNECTION"]}
        return User(self, self.manage("POST", "/users", body)["user_id"], email)

    def token(self, body: dict[str, str], headers: dict[str, str] | None = None) -> requests.Response:
        """Send a request to the token endpoint."""
        return self.http.post(self.url("/oauth/token"), json=body, headers=headers)

    def mfa(self, method: str, path: str, token: str | None, body: object = None) -> requests.Response:
        """Call the MFA API with a bearer token, or without one."""
        headers = bearer(token) if token is not None else {}
        return self.http.request(method, self.url(f"/mfa{path}"), json=body, headers=headers)

    def management(
        self, method: str, path: str, body: object = None, *,
        role: str = "deploy", scope: str = "", query: str = "", **blanks: str,
    ) -> requests.Response:  # fmt: skip
        """Call the Management API as an application, with all its scopes or with `scope`; fill the path's blanks."""
        headers = bearer(self.management_token(role, scope))
        if blanks:
            path = path.format(**{name: quote(value, safe="") for name, value in blanks.items()})
        return self.http.request(method, self.url(f"/api/v2{path}{query}"), json=body, headers=headers)

    def management_token(self, role: str = "deploy", scope: str = "") -> str:
        """Return an access token for the Management API, the same one each time."""
        if (role, scope) not in self._tokens:
            grant = self.application(role).body(grant_type="client_credentials", audience=self.url("/api/v2/"))
            response = self.token(grant | ({"scope": scope} if scope else {}))
            self._tokens[role, scope] = response.json()["access_token"]
        return self._tokens[role, scope]

    def manage(self, method: str, path: str, body: object = None, **more: str) -> Any:
        """Call the Management API; the call must succeed. Return the response's body."""
        response = self.management(method, path, body, **more)
        assert 200 <= response.status_code < 300, (method, path, response.text)
        return response.json() if response.content else None

    def refused(self, method: str, path: str, body: object = None, **more: str) -> Refusal:
        """Call the Management API, which must refuse: return status, `errorCode` and `message`."""
        return refusal(self.management(method, path, body, **more))

    def change(self, application: Application, **settings: object) -> None:
        """Change the settings of an application."""
        self.manage("PATCH", f"/clients/{application.client_id}", settings)

    def messages(self, to: str, after: int = 0, wait: float = 0) -> list[dict[str, str]]:
        """Read the inbox: what was sent to a phone number or an email address, newest last."""
        response = self.http.get(
            self.settings["PHONE_INBOX_URL"], params={"to": to, "after": str(after), "wait": str(wait)},
            headers=bearer(self.settings["PHONE_INBOX_TOKEN"]),
        )  # fmt: skip
        assert response.status_code == 200, response.text
        found: list[dict[str, str]] = response.json()
        return found

    def controls(self, method: str, path: str, body: object = None, token: str | None = None) -> requests.Response:
        """Call the test controls."""
        headers = bearer(token or self.settings["TEST_CONTROLS_TOKEN"])
        return self.http.request(method, self.settings["TEST_CONTROLS_URL"] + path, json=body, headers=headers)

    def now(self) -> int:
        """Return the tenant's time, in seconds since 1970."""
        date = self.http.get(self.url("/.well-known/jwks.json")).headers["Date"]
        return int(parsedate_to_datetime(date).timestamp())

    def move_clock(self, seconds: float) -> None:
        """Move the tenant's clock forward, or back."""
        response = self.controls("POST", "/clock", {"seconds": seconds})
        assert response.status_code == 200, response.text

    def claims(self, token: str, audience: str) -> dict[str, Any]:
        """Verify a token as a client does, with the key set, the issuer and the audience, and return its claims."""
        keys = self.http.get(self.url("/.well-known/jwks.json")).json()
        key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
        found: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=self.url("/"))
        return found

    def all_at_once(self, bodies: list[dict[str, str]]) -> list[int]:
        """Send token requests from threads that start together; return the statuses, lowest first."""
        statuses: list[int] = []
        together = threading.Barrier(len(bodies))

        def use(body: dict[str, str]) -> Callable[[], None]:
            def send() -> None:
                with self.session() as own:
                    own.get(self.url("/.well-known/jwks.json"))
                    together.wait(60)
                    statuses.append(own.post(self.url("/oauth/token"), json=body).status_code)

            return send

        threads = [threading.Thread(target=use(body)) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(statuses)


def launch(command: list[str], *, pipe: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.PIPE if pipe else subprocess.DEVNULL,
    )  # fmt: skip


def read_settings(env_file: Path) -> dict[str, str]:
    return {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}


def _stderr_of(process: subprocess.Popen[str]) -> str:
    process.terminate()
    return process.communicate(timeout=30)[1]


def close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
