"""Messages: their templates, a phone provider of the tenant's own, and phone numbers."""

from __future__ import annotations

import string
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_tenant import tenant_file
from local_tenant.rules.messages import Phones
from local_tenant.tenant_file import TenantFileError
from tests.tenant.arranged import Arranged
from tests.tenant.client import LocalTenant
from tests.tenant.conftest import PhoneProvider
from tests.tenant.in_process import DEFAULT, InProcess, all_factors


def sent(messages: str, name: str = "Local Tenant") -> str:
    """Return the SMS message of a tenant with these templates; `CODE` stands for the code."""
    it = Arranged(DEFAULT.replace("Local Tenant", name) + messages).started()
    (message,) = it.messages(it.mary.phone)
    return message["body"].replace(message["code"], "CODE").replace(".".join(message["code"]), "C.O.D.E")


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
def test_a_message_is_rendered_from_its_template(messages: str, expected: str) -> None:
    assert sent(messages) == expected


def test_a_template_escapes_only_where_it_says_so() -> None:
    template = own("{{ code }} {{ tenant.friendly_name }} {{ tenant.friendly_name | escape }}")
    assert sent(template, "A & B") == "CODE A & B A &amp; B"


@pytest.mark.parametrize(
    "template", ["{{ code ", "{% nothing %}", "{{ code | nothing }}", "{{ code | divided_by: 0 }}"]
)
def test_a_template_that_is_not_liquid_is_refused_at_start(template: str) -> None:
    with pytest.raises(TenantFileError, match=r"^messages\.enrollment_message: it is not Liquid: .+$"):
        tenant_file.parse(DEFAULT + own(template))


def test_a_phone_provider_of_the_tenants_own(tmp_path: Path, provider: PhoneProvider) -> None:
    url = provider.url_for("/send")
    text = f'{DEFAULT}\n[phone_provider]\nurl = "{url}"\ntoken = "shared"\n'
    tenant = LocalTenant.serve(tmp_path, text=text)
    user, web = tenant.user(), tenant.application("web")
    token = user.sign_in(web)["access_token"]
    oob = user.associate(token).json()["oob_code"]
    ((authorization, sent),) = provider.posted
    code = sent["notification"]["code"]
    assert authorization == "Bearer shared"
    assert sent["notification"] == {
        "recipient": user.phone, "delivery_method": "text", "message_type": "otp_enroll", "code": code,
        "as_text": f"{code} is your verification code for Local Tenant. "
        "Please enter this code to verify your enrollment.",
        "as_voice": f"Hello. Your verification code for Local Tenant is {'.'.join(code)}",
    }  # fmt: skip
    assert sent["client"] == {"client_id": web.client_id, "name": "Web application under test"}
    assert sent["user"] == {"user_id": user.user_id, "email": user.email}
    assert sent["request"]["user_agent"].startswith("python-requests/")
    assert user.confirm(web, token, oob, code).status_code == 200
    assert tenant.messages(user.phone) == []

    provider.status = 500
    other = tenant.user()
    token = other.sign_in(web)["access_token"]
    failed = other.associate(token)
    assert (failed.status_code, failed.json()["error"]) == (503, "temporarily_unavailable")
    assert other.authenticators(token) == []
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert (at.path, at.error) == ("/u/mfa-sms-challenge", "sms-authenticator-error")
        provider.status = 204
        at = browser.post(at, action="resend-code")
        sent = provider.posted[-1][1]
        assert sent["notification"]["message_type"] == "otp_verify"
        assert browser.post(at, code=sent["notification"]["code"]).callback is not None

    provider.may_respond.clear()
    so_far = len(provider.posted)
    slow = threading.Thread(target=other.associate, args=(token,))
    slow.start()
    while len(provider.posted) == so_far:
        assert slow.is_alive()
    with tenant.browser(web) as browser:
        assert browser.authorize().path == "/u/login"  # another request is served while the provider is waited for
    assert slow.is_alive()
    provider.may_respond.set()
    slow.join()
    assert [one["active"] for one in other.authenticators(token)] == [False]
    assert tenant.stop() == 0


OWN = "\n[messages]\nvoice_message = 'Call {{ code }}'\nemail_message = '{{ friendly_name | upcase }} {{ code }}'\n"


@pytest.fixture
def it() -> Arranged:
    """Every factor and channel on, and templates of the tenant's own for calls and emails."""
    return Arranged(all_factors() + OWN)


def arrived(it: Arranged, channel: str) -> list[dict[str, str]]:
    return it.messages(it.mary.email if channel == "email" else it.mary.phone)


def test_calls_and_emails_have_templates_of_their_own(it: Arranged) -> None:
    it.started("voice").started("email")
    (call,), (mail,) = arrived(it, "voice"), arrived(it, "email")
    assert (call["body"], mail["body"]) == (f"Call {call['code']}", f"LOCAL TENANT {mail['code']}")


@pytest.mark.parametrize("channel", ["sms", "voice", "email"])
def test_late_lost_doubled_and_reordered_messages_of_every_channel(it: Arranged, channel: str) -> None:
    def deliver(mode: str, count: int) -> None:
        assert it.controls("PUT", "/messages/delivery", {"mode": mode, "count": count}).status_code == 200

    deliver("lost", 1)
    it.started(channel)
    assert arrived(it, channel) == []
    deliver("twice", 1)
    it.started(channel)
    assert [one["code"] for one in arrived(it, channel)] == [arrived(it, channel)[0]["code"]] * 2
    deliver("out-of-order", 2)
    it.started(channel).later(1).started(channel)
    second, first = arrived(it, channel)[2:]
    assert first["sent_at"] < second["sent_at"]


def test_the_provider_gets_voice_calls_and_no_emails(provider: PhoneProvider) -> None:
    url = provider.url_for("/send")
    it = Arranged(all_factors() + f'\n[phone_provider]\nurl = "{url}"\n')
    it.started("voice").started("email")
    provider.status = 500
    assert it.start("voice").status_code == 503
    assert [sent["notification"]["delivery_method"] for _, sent in provider.posted] == ["voice", "voice"]
    assert (len(arrived(it, "voice")), len(arrived(it, "email"))) == (0, 1)
    assert "gd_send_voice_failure" in it.mary.events()


PHONES = Phones(InProcess().rules)


@given(st.integers(0, 9_999_999))
def test_every_number_of_the_pattern_is_accepted(number: int) -> None:
    assert PHONES.is_valid(f"+1555{number:07d}")


@pytest.mark.parametrize("number", ["+391234567890", "+4915112345678", "+442071838750", "+420601123456"])
def test_numbers_of_several_countries_are_accepted(number: str) -> None:
    assert PHONES.is_valid(number)


@pytest.mark.parametrize(
    "number",
    ["", "+", "+1", "+1555", "15551234567", "+1 555 123 4567", "+1555123456a", "+15551234567\n", "+1555123456789012",
     "+05551234567", "+١٥٥٥١٢٣٤٥٦٧", "tel:+15551234567", "+9991234567"],
)  # fmt: skip
def test_a_string_that_is_no_number_is_refused(number: str) -> None:
    assert not PHONES.is_valid(number)


@given(st.text(max_size=30))
def test_only_e_164_numbers_are_accepted(text: str) -> None:
    if PHONES.is_valid(text):
        assert text[0] == "+"
        assert set(text[1:]) <= set(string.digits)
        assert 3 <= len(text) <= 16


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_mask_shows_the_last_four_digits_and_keeps_the_length(number: str) -> None:
    masked = PHONES.mask(number)
    assert len(masked) == len(number)
    assert masked.endswith(number[-4:])
    assert set(masked[:-4]) == {"X"}
