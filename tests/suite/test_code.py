"""Check rules about the code of the suite and of its tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from plugins.private_api import TRIED_ON
from tests.exchanges import LAST, TITLE
from tests.running import ROOT

ENGINE = ROOT / "mfa_verification"
AROUND = [file for folder in ("plugins", "fixtures", "steps") for file in sorted((ROOT / folder).glob("*.py"))]
REVEALING = {
    "auth0/authentication.py", "auth0/spa_js.py", "auth0/tokens.py", "authenticator_app.py", "core/secret.py",
    "login/sign_in.py", "phones/inbox.py", "phones/mailosaur.py", "phones/phone.py", "phones/provider.py",
    "phones/reading.py", "phones/testing.py", "phones/twilio.py", "transport.py", "users/sign_ins.py",
}  # fmt: skip
"""Modules that build a request, compute or compare a code, fill in a field or verify a token."""


def test_secrets_are_revealed_only_where_they_are_used() -> None:
    found = {str(file.relative_to(ENGINE)) for file in ENGINE.rglob("*.py") if ".reveal" in file.read_text()}
    assert found == REVEALING
    assert not [file for file in AROUND if ".reveal" in file.read_text()]


def test_sign_in_never_sleeps_and_never_searches_by_text() -> None:
    forbidden = {
        "sleep", "wait_for_timeout", "get_by_text", "get_by_label", "get_by_role", "get_by_placeholder", "get_by_title",
        "get_by_alt_text", "wait_for_load_state", "networkidle",
    }  # fmt: skip
    selectors = (":has-text", "text=", ":text(", "has_text")
    files = sorted((ENGINE / "login").glob("*.py"))
    assert files
    for file in files:
        nodes = list(ast.walk(ast.parse(file.read_text())))
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        used |= {node.id for node in nodes if isinstance(node, ast.Name)}
        strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        assert not used & forbidden, file.name
        assert not [text for text in strings for selector in selectors if selector in text], file.name


PRIVATE = ("_pytest", "allure_commons", "allure_pytest", "pytest_bdd.", "xdist")


@pytest.mark.parametrize("package", TRIED_ON)
def test_the_installed_version_of_a_package_with_private_names_was_tried(package: str) -> None:
    assert version(package) == TRIED_ON[package], "run tests/suite with this version, then enter it in TRIED_ON"


def test_only_one_module_imports_private_names() -> None:
    for file in AROUND:
        if file.name != "private_api.py":
            assert not [name for name in imported_by(file) if name.startswith(PRIVATE)], file.name


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{node.names[0].name}" if node.module != "pytest_bdd" else "pytest_bdd"


FAILING = """
import flask
import requests

def test_over_a_socket(httpserver):
    refusal = {"error": "mfa_required", "error_description": "Multifactor authentication required", "mfa_token": "T-1"}
    httpserver.expect_request("/oauth/token").respond_with_json(refusal, status=403)
    httpserver.expect_request("/authorize").respond_with_data(
        "", 302, {"Location": "/callback?error=login_required&state=S-1"}
    )
    httpserver.expect_request("/callback").respond_with_json({"access_token": "T-2"})
    requests.post(httpserver.url_for("/oauth/token"), json={"client_id": "C-1", "password": "P-1"})
    requests.get(httpserver.url_for("/authorize?client_id=C-1"), headers={"Authorization": "Bearer T-3"})
    assert False

def test_in_process():
    app = flask.Flask("a")
    app.post("/mfa/associate")(lambda: flask.jsonify([]))
    for _ in range(LAST + 1):
        app.test_client().post("/mfa/challenge", data="[")
    app.test_client().post("/mfa/associate", json={"phone_number": "N-1"})
    assert False

def test_without_requests():
    assert False

def test_passed(httpserver):
    requests.get(httpserver.url_for("/"))
""".replace("LAST", str(LAST))


def test_a_failing_test_prints_its_last_requests_without_values(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING)
    command = [sys.executable, "-m", "pytest", str(tmp_path), "-p", "tests.exchanges", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-rN"],
        cwd=ROOT, text=True, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    printed = [line for line in done.stdout.splitlines() if "→" in line]
    assert printed == [
        "POST /oauth/token (client_id, password) → 403 mfa_required: Multifactor authentication required",
        "GET /authorize (client_id) → 302 to /callback (error=login_required, state)",
        "GET /callback (error, state) → 200 (access_token)",
        *["POST /mfa/challenge (nothing sent) → 404"] * (LAST - 1),
        "POST /mfa/associate (phone_number) → 200 a list of 0",
    ]
    assert done.stdout.count(TITLE) == 2
