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
from local_tenant.errors import TEXT_NOT_SENT, TOO_MANY_EMAILS
from local_tenant.messages import PhoneProvider
from local_tenant.model import Bearer
from local_tenant.post import Delivery, Post
from local_tenant.settings import add_provider
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, TenantFileError, parse, read
from phone_inbox import Inbox
from tests.tenant.asking import factors_on
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
from tests.tenant.test_time import NUMBER, Scene, refused


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
            "as_voice": f"Hello. Your verification code for Local Tenant is {'.'.join(code)}",
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


@pytest.fixture
def everything() -> Scene:
    """Every factor and channel on, and templates of the tenant's own for calls and e-mails."""
    scene = Scene()
    own = "\n[messages]\nvoice_message = 'Call {{ code }}'\nemail_message = '{{ friendly_name | upcase }} {{ code }}'\n"
    text = factors_on(read(DEFAULT)).replace('["sms"]', '["sms", "voice"]') + own
    scene.tenant = Tenant(parse(text), "localhost:1", scene.clock, scene.inbox, [])
    scene.person = scene.tenant.people.create("mary@example.test", PASSWORD)
    scene.application = scene.tenant.configuration.applications["web"]
    scene.bearer = Bearer(scene.person, scene.application, SCOPE.split(), scene.tenant.audiences.mfa())
    return scene


def test_calls_and_e_mails_have_templates_of_their_own(everything: Scene) -> None:
    everything.tenant.enrolment.associate_phone(everything.bearer, NUMBER, "voice")
    everything.tenant.other_enrolments.associate_email(everything.bearer, None)
    (call,), (mail,) = everything.inbox.texts(NUMBER), everything.inbox.texts("mary@example.test")
    assert (call.body, mail.body) == (f"Call {call.code}", f"LOCAL TENANT {mail.code}")


def test_twenty_e_mails_and_then_one_a_minute(everything: Scene) -> None:
    associate = everything.tenant.other_enrolments.associate_email
    for _ in range(20):
        associate(everything.bearer, None)
    everything.clock.offset += 59
    refused(TOO_MANY_EMAILS, associate, everything.bearer, None)
    everything.clock.offset += 1
    associate(everything.bearer, None)
    refused(TOO_MANY_EMAILS, associate, everything.bearer, None)
    everything.tenant.enrolment.associate_phone(everything.bearer, NUMBER)  # texts have an allowance of their own
    assert len(everything.tenant.authenticators.of(everything.person)) == 21 + 2 + 1  # the number's pair, and a code


@pytest.mark.parametrize("channel", ["sms", "voice", "email"])
def test_late_twice_lost_and_out_of_order_is_whatever_is_sent(everything: Scene, channel: str) -> None:
    post = Post(everything.inbox, everything.clock)
    everything.tenant.inbox = post

    def send() -> None:
        if channel == "email":
            everything.tenant.other_enrolments.associate_email(everything.bearer, None)
        else:
            everything.tenant.enrolment.associate_phone(everything.bearer, NUMBER, channel)  # type: ignore[arg-type]

    def arrived() -> list[str | None]:
        return [one.code for one in everything.inbox.texts("mary@example.test" if channel == "email" else NUMBER)]

    post.order(Delivery("lost", count=1))
    send()
    assert arrived() == []
    post.order(Delivery("twice", count=1))
    send()
    assert len(arrived()) == 2 and len(set(arrived())) == 1
    post.order(Delivery("out-of-order", count=2))
    send()
    send()
    sent = [one.digits for one in everything.tenant.store.codes.values()]
    assert arrived()[2:] == [sent[-1], sent[-2]]
    post.close()


def test_a_call_goes_to_the_provider_too_and_an_e_mail_does_not(everything: Scene) -> None:
    with gateway() as provider:
        own = PhoneProvider(f"http://127.0.0.1:{provider.server_port}/send")
        add_provider(everything.tenant.settings, own, everything.clock.now())
        everything.tenant.enrolment.associate_phone(everything.bearer, NUMBER, "voice")
        everything.tenant.other_enrolments.associate_email(everything.bearer, None)
        provider.status = 500
        refused(TEXT_NOT_SENT, everything.tenant.enrolment.associate_phone, everything.bearer, NUMBER, "voice")
    assert [sent["notification"]["delivery_method"] for _, sent in provider.posted] == ["voice", "voice"]
    assert (len(everything.inbox.texts(NUMBER)), len(everything.inbox.texts("mary@example.test"))) == (0, 1)
    assert [entry.type for entry in everything.tenant.log.entries][-1] == "gd_send_voice_failure"
