"""Run the Auth0 Action in Node.js, as Auth0 does, with the inbox."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.phones.numbers import NumberGenerator, expression_of
from tests.phones.fakes import KEY, FakeInbox
from tests.running import ROOT

NODE = shutil.which("node")
ACTION = ROOT / "phone_inbox" / "auth0_action" / "action.js"
RUN = Path(__file__).with_name("run_action.cjs")
NUMBER = "+13035550142"

pytestmark = pytest.mark.skipif(NODE is None, reason="needs Node.js")


@pytest.fixture
def inbox() -> Iterator[FakeInbox]:
    fake = FakeInbox()
    yield fake
    fake.stop()


def run(
    inbox: FakeInbox,
    notification: dict[str, Any] | None = None,
    message_options: dict[str, str] | None = None,
    **secrets: str,
) -> list[list[str]]:
    event = {
        "notification": {
            "recipient": NUMBER, "as_text": "482910 is your code", "as_voice": "4.8.2.9.1.0 is your code",
            "delivery_method": "text", "message_type": "otp_enroll", "code": "482910",
        } | (notification or {}),
        "secrets": {
            "INBOX_URL": f"{inbox.url}/messages", "INBOX_TOKEN": KEY, "TEST_RECIPIENTS": r"\+1\d{3}55501\d{2}",
        } | secrets,
    } | ({"message_options": message_options} if message_options else {})  # fmt: skip
    assert NODE
    done = subprocess.run(
        [NODE, str(RUN), str(ACTION)], input=json.dumps(event), text=True, capture_output=True, timeout=600, check=True
    )
    assert done.stderr == ""
    call: list[list[str]] = json.loads(done.stdout)
    assert "482910" not in done.stdout
    assert KEY not in done.stdout
    return call


def test_a_message_is_delivered_with_its_code(inbox: FakeInbox) -> None:
    assert run(inbox) == []
    (text,) = inbox.inbox.messages(NUMBER)
    assert (text.body, text.code) == ("482910 is your code", "482910")


def test_a_message_without_a_code_is_delivered_without_one(inbox: FakeInbox) -> None:
    assert run(inbox, {"message_type": "blocked_account", "code": None, "as_text": "Blocked."}) == []
    (text,) = inbox.inbox.messages(NUMBER)
    assert (text.body, text.code) == ("Blocked.", None)


@pytest.mark.parametrize("recipient", ["3035550142", "+1 303 555 0142", "(303) 555-0142"])
def test_a_number_is_converted_to_e164(inbox: FakeInbox, recipient: str) -> None:
    assert run(inbox, {"recipient": recipient}) == []
    assert len(inbox.inbox.messages(NUMBER)) == 1


@pytest.mark.parametrize(
    ("recipient", "expression"),
    [
        ("+13035551234", r"\+1\d{3}55501\d{2}"),
        ("+130355501421", r"\+1\d{3}55501\d{2}"),
        (NUMBER, ""),
        (NUMBER, "("),
        ("+44130355501", "55501"),
    ],
)
def test_a_message_to_another_phone_is_dropped(inbox: FakeInbox, recipient: str, expression: str) -> None:
    call = run(inbox, {"recipient": recipient}, TEST_RECIPIENTS=expression)
    assert call == [["drop", "the recipient is no test phone"]]
    assert inbox.calls == []


def test_the_older_trigger_is_supported(inbox: FakeInbox) -> None:
    text = {"recipient": "(303) 555-0142", "text": "482910 is your code", "code": "482910", "message_type": "sms"}
    assert run(inbox, message_options=text) == []
    (came,) = inbox.inbox.messages(NUMBER)
    assert (came.body, came.code) == ("482910 is your code", "482910")
    assert run(inbox, message_options=text | {"message_type": "voice"}) == [
        ["error", "the inbox accepts SMS messages only"]
    ]  # fmt: skip
    inbox.fault = "503"
    assert run(inbox, message_options=text) == [["error", "the inbox returned 503"]]


def test_the_expression_for_generated_numbers_matches_them(inbox: FakeInbox) -> None:
    recipient = NumberGenerator(None, 0, 1, 4711).next()
    assert run(inbox, {"recipient": recipient}, TEST_RECIPIENTS=expression_of(None)) == []
    refused = [["drop", "the recipient is no test phone"]]
    assert run(inbox, {"recipient": f"{recipient}0"}, TEST_RECIPIENTS=expression_of(None)) == refused
    assert run(inbox, {"recipient": "+15550000017"}, TEST_RECIPIENTS=expression_of("+1555#######")) == []


def test_a_voice_call_is_dropped(inbox: FakeInbox) -> None:
    assert run(inbox, {"delivery_method": "voice"}) == [["drop", "the inbox accepts SMS messages only"]]


@pytest.mark.parametrize("fault", ["429", "500", "503", "cut"])
def test_a_temporary_failure_is_retried_by_auth0(inbox: FakeInbox, fault: str) -> None:
    inbox.fault = fault
    ((what, why),) = run(inbox)
    assert what == "retry"
    assert ("returned" in why) is (fault != "cut")
    assert len(inbox.calls) == 1, "Auth0 retries, not the Action"


@pytest.mark.parametrize("fault", ["401", "403", "404"])
def test_a_permanent_failure_is_dropped(inbox: FakeInbox, fault: str) -> None:
    inbox.fault = fault
    assert run(inbox) == [["drop", f"the inbox returned {fault}"]]
