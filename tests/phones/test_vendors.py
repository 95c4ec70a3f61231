"""Check the stand-ins of phone services with the vendors' own libraries and API descriptions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.phones import twilio
from mfa_verification.phones.provider import SmsWithheld
from mfa_verification.phones.registry import factory_of
from tests.phones.fakes import KEY, NUMBERS, ApiCall, Fake, FakeMailosaur, FakeMailSlurp, FakeTwilio, Reply
from tests.phones.twilio_api import description, problems

HERE = "`make soak` installs the vendors' libraries"
BODIES = ("111111 is your code", "222222 is your code", "333333 is your code")


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start the service that a test names, with three messages to one number and one to the other."""
    with request.param() as fake:
        for body in BODIES:
            fake.deliver(NUMBERS[0], body)
        fake.deliver(NUMBERS[1], "another's")
        yield fake


def given(fake: type[Fake]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fake", [pytest.param(fake, marks=pytest.mark.soak)], indirect=True)


@given(FakeTwilio)
def test_twilios_library(fake: FakeTwilio) -> None:
    rest = pytest.importorskip("twilio.rest", reason=HERE)
    exceptions = pytest.importorskip("twilio.base.exceptions", reason=HERE)
    client = rest.Client(fake.account, KEY)
    client.api.base_url = fake.url
    (number,) = client.incoming_phone_numbers.list(phone_number=NUMBERS[0], limit=5)
    assert number.phone_number == NUMBERS[0]
    since = datetime.now(UTC) - timedelta(days=1)
    listed = client.messages.list(to=NUMBERS[0], date_sent_after=since, page_size=2, limit=10)
    inbound = [one for one in listed if one.direction == "inbound"]
    assert [one.body for one in inbound] == list(reversed(BODIES))
    assert all(one.to == NUMBERS[0] and one.date_sent.tzinfo for one in inbound)
    assert client.messages(inbound[0].sid).update(body="").body == ""
    other = rest.Client(fake.account, "another")
    other.api.base_url = fake.url
    for client_, sid, status in ((client, "SM" + "f" * 32, 404), (other, inbound[0].sid, 401)):
        with pytest.raises(exceptions.TwilioRestException) as refused:
            client_.messages(sid).update(body="")
        assert refused.value.status == status


@given(FakeMailosaur)
def test_mailosaurs_library(fake: FakeMailosaur) -> None:
    mailosaur = pytest.importorskip("mailosaur", reason=HERE)
    models = pytest.importorskip("mailosaur.models", reason=HERE)
    client = mailosaur.MailosaurClient(KEY, base_url=f"{fake.url}/")
    assert client.servers.get("abcd1234").id == "abcd1234"
    assert client.usage.limits().sms.limit == 100
    criteria = models.SearchCriteria()
    criteria.sent_to = NUMBERS[0].removeprefix("+")
    items = client.messages.search("abcd1234", criteria, page=0, items_per_page=10).items
    assert [client.messages.get_by_id(one.id).text.body for one in items] == list(reversed(BODIES))
    assert all(one.type == "SMS" and one.received.tzinfo and f"+{one.to[0].phone}" == NUMBERS[0] for one in items)
    client.messages.delete(items[0].id)
    for id_, client_, error in (
        (items[0].id, client, "invalid_request"),
        (items[1].id, mailosaur.MailosaurClient("another", base_url=f"{fake.url}/"), "authentication_error"),
    ):
        with pytest.raises(models.MailosaurException) as refused:
            client_.messages.get_by_id(id_)
        assert refused.value.error_type == error


@given(FakeMailSlurp)
def test_mailslurps_library(fake: FakeMailSlurp) -> None:
    slurp = pytest.importorskip("mailslurp_client", reason=HERE)

    def api(kind: str, key: str = KEY) -> Any:
        return getattr(slurp, kind)(slurp.ApiClient(slurp.Configuration(host=fake.url, api_key={"x-api-key": key})))

    phones = api("PhoneControllerApi")
    pool = phones.get_phone_pool_by_name("tests")
    wanted = slurp.AcquirePhonePoolLeaseOptions(lease_name="a", lease_owner="b", lease_duration_millis=1000)
    lease = phones.acquire_phone_pool_lease(pool.id, wanted)
    assert lease.phone_number == NUMBERS[0]
    page = phones.get_sms_by_phone_number(lease.phone_number_id, page=0, size=10, sort="DESC")
    assert [one.body for one in page.content] == list(reversed(BODIES))
    conditions = slurp.WaitForSmsConditions(
        phone_number_id=lease.phone_number_id, count=3, count_type="ATLEAST", timeout=1000,
        since=datetime.now(UTC) - timedelta(minutes=1),
    )  # fmt: skip
    assert len(api("WaitForControllerApi").wait_for_sms(conditions)) == 3
    api("SmsControllerApi").delete_sms_message(page.content[0].id)
    phones.release_phone_pool_lease(pool.id, lease.id)
    for client, name, status in ((phones, "others", 404), (api("PhoneControllerApi", "another"), "tests", 401)):
        with pytest.raises(slurp.ApiException) as refused:
            client.get_phone_pool_by_name(name)
        assert refused.value.status == status


class CheckedTwilio(FakeTwilio):
    """Records what contradicts Twilio's description of its API."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.described: set[tuple[str, str]] = set()
        super().__init__()

    def respond(self, call: ApiCall) -> Reply:
        reply = super().respond(call)
        self.problems += problems(call, reply)
        self.described.add((call.method, call.path.rpartition("/")[2][:2]))
        return reply


def test_requests_and_responses_are_as_twilio_describes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    description()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(twilio, "PAGE_SIZE", 2)
    with CheckedTwilio() as fake:
        provider = factory_of("twilio")(fake.settings)
        provider.preflight()
        cursor = provider.mark(NUMBERS[0])
        for body in BODIES:
            fake.deliver(NUMBERS[0], body)
        messages = provider.poll(NUMBERS[0], cursor, 0)
        assert len(messages) == 3
        provider.discard(messages[0])
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
        ({}, {"messages": [{"status": "recieved"}]}, "response.messages[0].status: 'recieved' is not one of"),
        ({}, {"messages": [{"sid": "1"}]}, "response.messages[0].sid: '1'"),
        ({}, {"messages": [{"words": "x"}]}, "'words' was unexpected"),
        ({}, {"messages": None}, "response.messages: None is not of type 'array'"),
    ],
)  # fmt: skip
def test_a_contradiction_of_the_description_is_found(query: dict[str, str], body: Any, found: str) -> None:
    contradictions = list(problems(ApiCall("GET", MESSAGES, query, None), Reply(200, body)))
    assert len(contradictions) == 1
    assert found in contradictions[0]
