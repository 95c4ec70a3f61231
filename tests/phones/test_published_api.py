"""The stand-in for Twilio, and what the adapter asks of it, are as Twilio describes its API."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.phones import twilio
from mfa_verification.phones.provider import SmsWithheld
from mfa_verification.phones.registry import factory_of
from tests.phones.fakes import NUMBERS, ApiCall, FakeTwilio, Given
from tests.phones.twilio_api import description, problems


class CheckedTwilio(FakeTwilio):
    """Keeps what is not as described."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.described: set[tuple[str, str]] = set()
        super().__init__()

    def answer(self, asked: ApiCall) -> Given:
        given = super().answer(asked)
        self.problems += problems(asked, given)
        self.described.add((asked.method, asked.path.rpartition("/")[2][:2]))
        return given


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckedTwilio]:
    description()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(twilio, "PAGE_SIZE", 2)
    checked = CheckedTwilio()
    yield checked
    checked.stop()


def test_everything_that_is_asked_and_answered_is_as_described(fake: CheckedTwilio) -> None:
    provider = factory_of("twilio")(fake.settings)
    provider.preflight()
    cursor = provider.mark(NUMBERS[0])
    for code in ("111111", "222222", "333333"):
        fake.deliver(NUMBERS[0], f"{code} is your code")
    texts = provider.poll(NUMBERS[0], cursor, 0)
    assert len(texts) == 3
    provider.discard(texts[0])
    fake.withholds = True
    with pytest.raises(SmsWithheld):
        provider.poll(NUMBERS[0], cursor, 0)
    assert fake.problems == []
    assert fake.described == {("GET", "In"), ("GET", "Me"), ("POST", "SM")}


MESSAGES = f"/2010-04-01/Accounts/{FakeTwilio.account}/Messages.json"


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ({"Too": NUMBERS[0]}, {}, "Too is no parameter"),
        ({"DateSent>": "yesterday"}, {}, "DateSent>: 'yesterday' is not a 'date-time'"),
        ({"PageSize": "1001"}, {}, "PageSize: 1001 is greater than the maximum of 1000"),
        ({}, {"messages": [{"status": "recieved"}]}, "answer.messages[0].status: 'recieved' is not one of"),
        ({}, {"messages": [{"sid": "1"}]}, "answer.messages[0].sid: '1'"),
        ({}, {"messages": [{"words": "x"}]}, "'words' was unexpected"),
        ({}, {"messages": None}, "answer.messages: None is not of type 'array'"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_found(query: dict[str, str], body: Any, found: str) -> None:
    met = list(problems(ApiCall("GET", MESSAGES, query, None), Given(200, body)))
    assert len(met) == 1
    assert found in met[0]
