"""A failing test says what it sent and what was answered, so that nobody has to run it again to know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.exchanges import LAST, TITLE
from tests.running import ROOT

RED = """
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

def test_that_sends_nothing():
    assert False

def test_that_is_green(httpserver):
    requests.get(httpserver.url_for("/"))
""".replace("LAST", str(LAST))


def test_a_failing_test_prints_its_last_requests_by_name(tmp_path: Path) -> None:
    (tmp_path / "test_red.py").write_text(RED)
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
