"""A local tenant in a process of its own, and its settings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import requests
from dotenv import dotenv_values

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "local_tenant"]


@dataclass
class Application:
    """What a client needs to know of an application under test."""

    client_id: str
    callback: str
    client_secret: str | None = None

    def body(self, **more: str) -> dict[str, str]:
        own = {"client_id": self.client_id} | ({"client_secret": self.client_secret} if self.client_secret else {})
        return own | more


@dataclass
class Running:
    """One tenant that answers. `process` is missing for a sibling, which its parent started."""

    settings: dict[str, str]
    process: subprocess.Popen[str] | None = None
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self._trust(self.http)
        self._tokens: dict[tuple[str, str], str] = {}

    def _trust(self, session: requests.Session) -> None:
        """Let a session reach this tenant, and nothing by way of a proxy."""
        session.verify = self.settings["AUTH0_CA_BUNDLE"]
        session.trust_env = False

    def session(self) -> requests.Session:
        """Return a further session, with cookies and connections of its own."""
        made = requests.Session()
        self._trust(made)
        return made

    def url(self, path: str) -> str:
        return f"https://{self.settings['AUTH0_DOMAIN']}{path}"

    def application(self, role: str) -> Application:
        prefix = f"AUTH0_{role.upper()}"
        secret = self.settings.get(f"{prefix}_CLIENT_SECRET")
        return Application(self.settings[f"{prefix}_CLIENT_ID"], self.settings.get(f"{prefix}_CALLBACK", ""), secret)

    @property
    def mfa_audience(self) -> str:
        return self.url("/mfa/")

    def token(self, body: dict[str, str], **more: object) -> requests.Response:
        headers = more.pop("headers", None)
        return self.http.post(self.url("/oauth/token"), json=body, headers=headers)  # type: ignore[arg-type]

    def api(
        self, method: str, path: str, body: object = None, role: str = "deploy", scope: str = ""
    ) -> requests.Response:
        """Call the Management API, with a token of an application; with all its scopes where none is named."""
        if (role, scope) not in self._tokens:
            grant = self.application(role).body(grant_type="client_credentials", audience=self.url("/api/v2/"))
            answer = self.token(grant | ({"scope": scope} if scope else {}))
            self._tokens[role, scope] = answer.json()["access_token"]
        headers = {"Authorization": f"Bearer {self._tokens[role, scope]}"}
        return self.http.request(method, self.url(f"/api/v2{path}"), json=body, headers=headers)

    administrator = api
    """The name in tests of other folders."""

    def texts(self, to: str, after: int = 0, wait: float = 0) -> list[dict[str, str]]:
        """Read the inbox."""
        answer = self.http.get(
            self.settings["PHONE_INBOX_URL"],
            params={"to": to, "after": str(after), "wait": str(wait)},
            headers={"Authorization": f"Bearer {self.settings['PHONE_INBOX_TOKEN']}"},
        )
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()
        return found

    def controls(self, method: str, path: str, body: object = None, token: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {token or self.settings['TEST_CONTROLS_TOKEN']}"}
        return self.http.request(method, self.settings["TEST_CONTROLS_URL"] + path, json=body, headers=headers)

    def stop(self) -> int:
        """Stop it as a user would, and return its exit code."""
        self.http.close()
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(30)
        close_pipes(self.process)
        return code


def start(folder: Path, *arguments: str, pipe: bool = False) -> Running:
    """Start a tenant and wait for its one line."""
    env_file = folder / "tenant.env"
    command = [*COMMAND, "serve", "--env-file", str(env_file), *arguments, *(["--parent-pipe"] if pipe else [])]
    process = launch(command, pipe=pipe)
    assert process.stdout is not None
    if pipe:
        assert process.stdin is not None
        process.stdin.write("{}\n")
        process.stdin.flush()
    line = process.stdout.readline()
    assert line.startswith("local tenant ready at https://"), stderr_of(process)
    return Running(read_settings(env_file), process)


def launch(command: list[str], *, pipe: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.PIPE if pipe else subprocess.DEVNULL,
    )  # fmt: skip


def read_settings(env_file: Path) -> dict[str, str]:
    return {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}


def stderr_of(process: subprocess.Popen[str]) -> str:
    process.terminate()
    return process.communicate(timeout=30)[1]


def close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
