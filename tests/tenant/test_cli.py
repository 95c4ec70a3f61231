"""The command line: one line when the tenant is ready, one line for an error, and a fast stop."""

from __future__ import annotations

import ctypes
import io
import os
import platform
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local_tenant.cli import main
from local_tenant.tenant_file import DEFAULT
from tests.tenant.client import COMMAND, ROOT, LocalTenant, close_pipes, read_settings

Capture = pytest.CaptureFixture[str]


def refused(capsys: Capture, *arguments: str, message: str) -> None:
    """Call the command in this process; it must return 4 and print one line."""
    try:
        code: object = main(["serve", *arguments])
    except SystemExit as left:
        code = left.code
    out, err = capsys.readouterr()
    assert (code, out) == (4, ""), err
    assert len(err.splitlines()) == 1, err
    assert message in err


def process_refused(*arguments: str, message: str) -> None:
    command = [*COMMAND, "serve", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"local tenant: {message}")
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_output_ends_the_command_without_an_error() -> None:
    process = subprocess.Popen(
        [*COMMAND, "variations"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr) == (-signal.SIGPIPE, "")


def test_an_error_after_the_ports_were_opened_ends_the_process(tmp_path: Path) -> None:
    (tmp_path / "tenant.env.ca.pem").mkdir()
    process_refused("--env-file", str(tmp_path / "tenant.env"), message="cannot write ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "only a loopback address"),
        (["--host", "example.com"], "only a loopback address"),
        (["--port", "70000"], "expected 0 to 65535"),
        (["--port", "x"], "invalid int value"),
        (["--domain", "tenant.test"], "expected HOST:PORT"),
        (["--domain", "https://tenant.test:1"], "expected HOST:PORT"),
        (["--domain", "tenant.test:0"], "expected HOST:PORT"),
        (["--domain", "tenant-.test:1"], "no certificate can name 'tenant-.test'"),
        (["--vary", "any-sms-cod-accepted"], "the nearest is 'any-sms-code-accepted'"),
        (["--vary", "sms-not-sent", "--vary", "sms-sent-twice"], "both override Messages.recipients"),
        (["--env-file", "/no/such/folder/x"], "the directory /no/such/folder does not exist"),
        (["--env-file", "/"], "it is a directory"),
        (["--tenant-file", "/no/such/file"], "no such file"),
        (["--tenant-file", "/"], "is a directory"),
        (["--nonsense"], "unrecognized arguments"),
    ],
)
def test_wrong_options(capsys: Capture, arguments: list[str], message: str) -> None:
    refused(capsys, *arguments, message=message)


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        ("friendly_name", "frendly_name", "'frendly_name' is not known; the nearest is 'friendly_name'"),
        ("sms = true", "smss = true", "factors: 'smss' is not known; the nearest is 'sms'"),
        ("sms = true", 'sms = "yes"', "factors.sms: expected true or false"),
        ("[applications.spa]", "[applications.spaa]", "the nearest is 'spa'"),
        ('"create:users"', '"create:user"', "the nearest is 'create:users'"),
        ("callbacks =", "callback =", "the nearest is 'callbacks'"),
        ('app_type = "spa"', 'app_type = "sap"', "applications.spa.app_type: expected one of"),
        ('policy = "never"', 'policy = "always"', "policy: expected one of never"),
        ("[factors]", "[factors", "the tenant file is not TOML"),
        ("[factors]", '[phone_provider]\nurl = "ftp://x"\n[factors]', "phone_provider.url: expected an address"),
        ("[factors]", '[phone_provider]\nurrl = "x"\n[factors]', "phone_provider: 'urrl' is not known; the nearest is"),
        (
            "[factors]",
            "[messages]\nverification_message = 1\n[factors]",
            "messages.verification_message: expected a string",
        ),
        ('app_type = "spa"', 'app_type = "spa"\nclient_id = ""', "applications.spa.client_id: expected a string"),
        ("first_party = false", 'first_party = "no"', "applications.third_party.first_party: expected true or false"),
        ("first_party = false", "first_part = false", "'first_part' is not known; the nearest is 'first_party'"),
        ('"Other-Users"', '"Username-Password-Authentication"', "other_connection: it must differ from connection"),
        ('"Other-Users"', "7", "other_connection: expected a string"),
    ],
)
def test_wrong_tenant_files(capsys: Capture, tmp_path: Path, find: str, put: str, message: str) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    assert find in text
    file = tmp_path / "tenant.toml"
    file.write_text(text.replace(find, put), encoding="utf-8")
    refused(capsys, "--tenant-file", str(file), message=message)


def test_two_applications_with_one_id(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "tenant.toml"
    text = DEFAULT.read_text(encoding="utf-8").replace("\nname =", '\nclient_id = "x"\nname =')
    file.write_text(text, encoding="utf-8")
    refused(
        capsys,
        "--tenant-file",
        str(file),
        message="applications.spa.client_id is also the client_id of applications.web",
    )


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process_refused("--port", str(port), message=f"cannot listen on 127.0.0.1 port {port}")


@pytest.mark.parametrize("line", ["", "[]\n", "nonsense\n", '{"certificates": {"x": 1}}\n'])
def test_wrong_input_of_the_parent(capsys: Capture, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    refused(capsys, "--parent-pipe", message="expected one JSON line on standard input")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_with_open_connections(tmp_path: Path, number: signal.Signals) -> None:
    running = LocalTenant.serve(tmp_path)
    running.http.get(running.url("/.well-known/jwks.json"))
    running.messages("+15550000000")
    assert running.process is not None
    running.process.send_signal(number)
    assert running.process.wait(20) == 0
    assert running.process.communicate() == ("", "")
    running.http.close()


def test_it_stops_when_its_parent_closes_the_pipe(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path, pipe=True)
    assert running.process is not None
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(20) == 0
    close_pipes(running.process)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are listed and signaled as Linux does it")
def test_a_signal_to_any_thread_stops_it(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path)
    assert running.process is not None
    process = running.process.pid
    other = next(int(one.name) for one in Path(f"/proc/{process}/task").iterdir() if int(one.name) != process)
    tgkill = {"x86_64": 234, "aarch64": 131}[platform.machine()]
    assert ctypes.CDLL(None).syscall(tgkill, process, other, signal.SIGTERM) == 0
    assert running.process.wait(30) == 0
    close_pipes(running.process)


def test_the_settings_file_is_private_complete_and_right(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path, "--domain", "tenant.test:8443", "--host", "localhost")
    env_file = tmp_path / "tenant.env"
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["tenant.env", "tenant.env.ca.pem"]
    settings = read_settings(env_file)
    assert set(settings) == {
        "AUTH0_DOMAIN", "AUTH0_CA_BUNDLE", "AUTH0_CONNECTION", "AUTH0_MANAGEMENT_CLIENT_ID",
        "AUTH0_MANAGEMENT_CLIENT_SECRET", "AUTH0_DEPLOY_CLIENT_ID", "AUTH0_DEPLOY_CLIENT_SECRET", "AUTH0_WEB_CLIENT_ID",
        "AUTH0_WEB_CLIENT_SECRET", "AUTH0_WEB_CALLBACK", "AUTH0_SPA_CLIENT_ID", "AUTH0_SPA_CALLBACK",
        "AUTH0_OTHER_CLIENT_ID", "AUTH0_NATIVE_CLIENT_ID", "AUTH0_JWT_CLIENT_ID", "AUTH0_JWT_CLIENT_KEY",
        "AUTH0_THIRD_PARTY_CLIENT_ID", "AUTH0_OTHER_CONNECTION",
        "TEST_CONTROLS_URL", "TEST_CONTROLS_TOKEN", "PHONE_PROVIDER", "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN",
        "PHONE_NUMBER_PATTERN",
    }  # fmt: skip
    assert settings["AUTH0_DOMAIN"] == "tenant.test:8443"
    assert settings["PHONE_NUMBER_PATTERN"] == "+1555#######"
    assert Path(settings["AUTH0_CA_BUNDLE"]).is_absolute()
    assert len(settings["AUTH0_WEB_CLIENT_ID"]) == 32
    assert settings["AUTH0_WEB_CALLBACK"].startswith("https://")
    assert settings["AUTH0_JWT_CLIENT_KEY"].startswith("-----BEGIN")
    assert settings["AUTH0_OTHER_CONNECTION"] == "Other-Users"
    assert running.stop() == 0


def test_without_an_env_file_it_prints_one_line_and_leaves_no_file(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("local tenant ready at https://localhost:")
    process.terminate()
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
