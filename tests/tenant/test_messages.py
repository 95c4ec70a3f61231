"""What texts say, and a tenant with a phone provider of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from local_tenant.clock import Clock
from local_tenant.rules.mfa_access import Bearer
from local_tenant.section import TenantFileError
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.driving import (
    PASSWORD,
    SCOPE,
    Browser,
    associate_phone,
    confirm_phone,
    create_person,
    listed,
    sign_in,
)
from tests.tenant.running import start


def texted(messages: str, name: str = "Local Tenant") -> str:
    """Return what a tenant with these templates texts to somebody who enrols."""
    file = read(DEFAULT).replace("Local Tenant", name) + messages
    inbox = Inbox()
    tenant = Tenant(parse(file), "localhost:1", Clock(), inbox, [])
    person = tenant.people.create("mary@example.test", PASSWORD)
    bearer = Bearer(person, tenant.configuration.applications["web"], SCOPE.split(), tenant.audiences.mfa())
    tenant.enrolment.associate_phone(bearer, "+15550001111")
    (text,) = inbox.texts("+15550001111")
    assert text.code is not None
    return text.body.replace(text.code, "CODE").replace(".".join(text.code), "C.O.D.E")


def own(template: str) -> str:
    return f"\n[messages]\nenrollment_message = '''{template}'''\n"


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ("", "CODE is your verification code for Local Tenant. Please enter this code to verify your enrollment."),
        (own("{{ friendly_name | upcase }}: {{ code | escape }}"), "LOCAL TENANT: CODE"),
        (own("{{code}}{% if nobody %} x{% endif %} {{ nobody }}{{ code | split: '' | join: '.' }}"), "CODE C.O.D.E"),
        (own("@web.test #{{ code }}"), "@web.test #CODE"),
    ],
)
def test_texts_are_rendered_from_the_tenants_templates(messages: str, expected: str) -> None:
    assert texted(messages) == expected


def test_a_template_escapes_only_where_it_says_so() -> None:
    template = own("{{ code }} {{ tenant.friendly_name }} {{ tenant.friendly_name | escape }}")
    assert texted(template, "A & B") == "CODE A & B A &amp; B"


@pytest.mark.parametrize(
    "template", ["{{ code ", "{% nothing %}", "{{ code | nothing }}", "{{ code | divided_by: 0 }}"]
)
def test_a_template_that_is_none_is_refused_at_start(template: str) -> None:
    with pytest.raises(TenantFileError, match=r"^messages\.enrollment_message: it is not Liquid: .+$"):
        parse(read(DEFAULT) + own(template))


class Gateway(HTTPServer):
    """A phone provider that a test answers for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.posted: list[tuple[str | None, dict[str, dict[str, str]]]] = []


class _Posted(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.headers["Authorization"], body))
        self.server.may_answer.wait(20)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_provider_of_the_tenants_own_gets_the_texts(tmp_path: Path) -> None:
    file = tmp_path / "tenant.toml"
    with gateway() as provider:
        url = f"http://127.0.0.1:{provider.server_port}/send"
        file.write_text(f'{read(DEFAULT)}\n[phone_provider]\nurl = "{url}"\ntoken = "shared"\n', encoding="utf-8")
        tenant = start(tmp_path, "--tenant-file", str(file))
        person, web = create_person(tenant), tenant.application("web")
        token = sign_in(person, web)["access_token"]
        oob = associate_phone(person, token).json()["oob_code"]
        ((authorization, sent),) = provider.posted
        code = sent["notification"]["code"]
        assert authorization == "Bearer shared"
        assert sent["notification"] == {
            "recipient": person.phone, "delivery_method": "text", "message_type": "otp_enroll", "code": code,
            "as_text": f"{code} is your verification code for Local Tenant. "
            "Please enter this code to verify your enrollment.",
            "as_voice": f"{'.'.join(code)} is your verification code for Local Tenant. "
            "Please enter this code to verify your enrollment.",
        }  # fmt: skip
        assert sent["client"] == {"client_id": web.client_id, "name": "Web application under test"}
        assert sent["user"] == {"user_id": person.user_id, "email": person.email}
        assert sent["request"]["user_agent"].startswith("python-requests/")
        assert confirm_phone(person, web, token, oob, code).status_code == 200
        assert tenant.texts(person.phone) == []

        provider.status = 500
        other = create_person(tenant)
        token = sign_in(other, web)["access_token"]
        failed = associate_phone(other, token)
        assert (failed.status_code, failed.json()["error"]) == (503, "temporarily_unavailable")
        assert listed(other, token) == []
        with Browser(tenant, web) as browser:
            at = browser.give_password(person)
            assert (at.path, at.error) == ("/u/mfa-sms-challenge", "sms-authenticator-error")
            provider.status = 204
            at = browser.post(at, action="resend-code")
            sent = provider.posted[-1][1]
            assert sent["notification"]["message_type"] == "otp_verify"
            assert browser.post(at, code=sent["notification"]["code"]).callback is not None

        provider.may_answer.clear()
        so_far = len(provider.posted)
        slow = threading.Thread(target=associate_phone, args=(other, token))
        slow.start()
        while len(provider.posted) == so_far:
            assert slow.is_alive()
        with Browser(tenant, web) as browser:
            assert browser.authorize().path == "/u/login"  # somebody else has a turn while the provider is waited for
        assert slow.is_alive()
        provider.may_answer.set()
        slow.join()
        assert [one["active"] for one in listed(other, token)] == [False]
        assert tenant.stop() == 0
