"""Check that a phone reads the SMS messages it expects, says what is missing, and counts unexpected ones."""

from itertools import pairwise

import pytest

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.phone import Phone, Watch, Wording
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderBusy, SmsMessage, SmsWithheld
from mfa_verification.phones.records import SmsEvent
from tests.unit.shelf import CODE, NUMBER, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def phone(shelf: Shelf) -> Phone:
    provider: PhoneProvider = shelf
    return Phone(NUMBER, provider, timer=shelf.timer)


def expect_message(phone: Phone) -> Watch:
    watch = phone.watch()
    phone.expect(1)
    return watch


DOWN = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")


def test_the_code_of_the_message_after_the_watch_is_read_once(shelf: Shelf, phone: Phone) -> None:
    shelf.send("111111 is your code")
    watch = expect_message(phone)
    shelf.send()
    assert watch.code().reveal() == CODE
    assert phone.messages_expected == 1
    polls = len(shelf.waits)
    assert watch.code().reveal() == CODE
    assert len(shelf.waits) == polls


def test_it_waits_for_a_late_message(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.later = [(20, shelf.send)]
    assert watch.code().reveal() == CODE
    assert 20 <= shelf.now < 22


def test_no_message_by_the_deadline_is_inconclusive(shelf: Shelf, phone: Phone) -> None:
    with pytest.raises(Inconclusive, match=r"phone ending in 56 within 5 s.*; looked 6 times, the last") as met:
        expect_message(phone).code(deadline_seconds=5)
    assert met.value.cause is Cause.SMS_NOT_DELIVERED
    assert shelf.waits == [5, 4, 3, 2, 1, 0]
    assert NUMBER not in str(met.value)


def test_two_messages_at_once_are_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.send()
    shelf.send()
    with pytest.raises(TenantFault, match="2 SMS messages reached the phone ending in 56") as fault:
        watch.code()
    assert fault.value.cause is Cause.SMS_REPEATED


def test_a_message_without_a_code_is_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.send("Hello")
    with pytest.raises(TenantFault, match="no six digits"):
        watch.code()


def test_a_provider_that_fails_once_is_polled_again(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.is_down_until(3, DOWN)
    assert watch.code().reveal() == CODE


def test_a_provider_that_is_down_until_the_deadline_is_the_cause(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.broken = DOWN
    with pytest.raises(Inconclusive, match="down") as met:
        watch.code()
    assert met.value.cause is Cause.PHONE_PROVIDER_UNREACHABLE
    assert shelf.now == 30


def test_a_provider_that_recovered_without_a_message_is_not_the_cause(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.is_down_until(3, DOWN, then_sends=False)
    with pytest.raises(Inconclusive, match="no SMS message reached"):
        watch.code()


@pytest.mark.parametrize("error", [ProviderMisconfigured("PHONE_INBOX_TOKEN", "refused"), SmsWithheld("filtered")])
def test_a_refused_setting_or_a_withheld_message_ends_the_wait(error: Inconclusive, shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.broken = error
    with pytest.raises(type(error)):
        watch.code()
    assert shelf.now == 0


def test_unexpected_messages_are_counted_without_a_wait(shelf: Shelf, phone: Phone) -> None:
    other = Phone(NUMBER, shelf, timer=shelf.timer)
    assert phone.unexpected_messages() == 0
    watch = expect_message(phone)
    assert phone.unexpected_messages() == 0, "an expected message that is missing does not count"
    shelf.send()
    watch.code()
    assert (phone.unexpected_messages(), other.unexpected_messages()) == (0, 1)
    shelf.send()
    shelf.send()
    assert phone.unexpected_messages() == 2
    assert shelf.now == 0
    assert shelf.waits[-1] == 0
    assert Phone(NUMBER, shelf, timer=shelf.timer).unexpected_messages() == 0, "earlier messages do not count"


def test_digits_in_the_tenants_name_are_no_code(shelf: Shelf) -> None:
    watch = expect_message(Phone(NUMBER, shelf, Wording("Tenant 123456"), timer=shelf.timer))
    shelf.send("Tenant 123456 sends 482910")
    assert watch.code().reveal() == CODE


def test_a_phone_shows_two_digits_of_its_number(phone: Phone) -> None:
    assert phone.label == "phone ending in 56"
    assert repr(phone) == "<phone ending in 56>"


@pytest.mark.parametrize(
    ("masked", "texts"),
    [
        (True, ["XXXXXXXX3456", "+1555XXXXX", "+1 XXX XXX 3456", "********56"]),
        (False, [NUMBER, "XXXXXXXX3499", "+1 XXX 999 3456", "XXXXXXXXXXXX", "", f"{NUMBER[:-2]}XX"]),
    ],
)
def test_a_mask_hides_some_digits_and_shows_the_others(phone: Phone, masked: bool, texts: list[str]) -> None:
    assert [text for text in texts if phone.is_masked_by(text) is not masked] == []


class Log:
    """The SMS events of the tenant's log."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.events: list[SmsEvent] | None = []

    def now(self) -> float:
        return self.shelf.now

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        return self.events


@pytest.fixture
def log(shelf: Shelf) -> Log:
    return Log(shelf)


@pytest.fixture
def logged(shelf: Shelf, log: Log) -> Phone:
    """A phone whose tenant's log can be read."""
    return Phone(NUMBER, shelf, records=log, timer=shelf.timer)


STARTED, SENT, SIGN_IN = SmsEvent("gd_start_enroll"), SmsEvent("gd_send_sms"), SmsEvent("gd_start_auth")


def test_after_a_resend_it_waits_for_two_messages(shelf: Shelf, phone: Phone) -> None:
    watch = phone.watch()
    shelf.send("111111 is your code")
    shelf.later = [(9, lambda: shelf.send("222222 is your code"))]
    assert [code.reveal() for code in watch.codes(2)] == ["111111", "222222"]
    assert shelf.now >= 9


@pytest.mark.parametrize("earlier", [False, True], ids=["the first message", "a message after another"])
def test_a_message_that_was_not_sent_is_the_tenants_fault_after_a_minute(
    shelf: Shelf, logged: Phone, log: Log, earlier: bool
) -> None:
    """The log has whole seconds: it may still show the message of a second ago, which must not hide the missing one."""
    log.events = [STARTED, *([SENT] if earlier else [])]
    if earlier:
        shelf.send("111111 is your code")
    with pytest.raises(TenantFault, match="no attempt to send it") as fault:
        expect_message(logged).code()
    assert fault.value.cause is Cause.SMS_NOT_SENT
    assert 60 <= shelf.now < 62


def test_a_message_that_arrives_before_the_log_shows_it_is_read(shelf: Shelf, logged: Phone) -> None:
    watch = expect_message(logged)
    shelf.later = [(45, shelf.send)]
    assert watch.code().reveal() == CODE


def test_a_message_that_was_sent_and_did_not_arrive_is_inconclusive(shelf: Shelf, logged: Phone, log: Log) -> None:
    log.events = [SENT]
    with pytest.raises(Inconclusive) as met:
        expect_message(logged).code()
    assert met.value.cause is Cause.SMS_NOT_DELIVERED
    assert shelf.now < 32


def test_a_second_message_is_judged_like_the_first(shelf: Shelf, logged: Phone, log: Log) -> None:
    log.events = [SIGN_IN, SENT]
    watch = expect_message(logged)
    shelf.send()
    with pytest.raises(TenantFault) as fault:
        watch.codes(2)
    assert fault.value.cause is Cause.SMS_NOT_SENT
    log.events = [SIGN_IN, SENT, SENT]
    with pytest.raises(Inconclusive, match="sent it, and it was lost"):
        watch.codes(2)


def test_a_log_that_lacks_the_earlier_message_decides_nothing(shelf: Shelf, logged: Phone, log: Log) -> None:
    log.events = [SIGN_IN]
    shelf.send("111111 is your code")
    with pytest.raises(Inconclusive, match="does not show what led to it"):
        expect_message(logged).code()


def test_a_log_that_may_not_be_read_decides_nothing(logged: Phone, log: Log) -> None:
    log.events = None
    with pytest.raises(Inconclusive, match="read:logs"):
        expect_message(logged).code()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("21606 The From phone number is not yours", TenantFault),
        ("20003 Authenticate", TenantFault),
        ("30003 Unreachable", Inconclusive),
        ("too_many_sms", Inconclusive),
        ("99999 something new", Inconclusive),
    ],
)
def test_a_refusal_of_the_tenants_provider_is_judged_by_its_code(
    reason: str, kind: type[Exception], logged: Phone, log: Log
) -> None:
    log.events = [SmsEvent("gd_send_sms_failure", reason)]
    with pytest.raises((TenantFault, Inconclusive)) as met:
        expect_message(logged).code()
    assert type(met.value) is kind


@pytest.mark.parametrize("earlier", [False, True], ids=["the first message", "a message after another"])
def test_a_message_that_was_sent_once_and_arrived_twice_is_inconclusive(
    shelf: Shelf, logged: Phone, log: Log, earlier: bool
) -> None:
    log.events = [SENT]
    if earlier:
        first = expect_message(logged)
        shelf.send("135790 is your code")
        first.code()
        log.events = [SENT, SENT]  # the whole seconds of the log do not tell the two apart
    watch = expect_message(logged)
    shelf.send()
    shelf.send()
    with pytest.raises(Inconclusive, match="the way doubled them"):
        watch.code()


def test_a_message_that_was_sent_twice_is_the_tenants_fault_at_once(shelf: Shelf, logged: Phone, log: Log) -> None:
    log.events = [SENT, SENT]
    watch = expect_message(logged)
    shelf.send()
    shelf.send()
    with pytest.raises(TenantFault, match="2 SMS messages"):
        watch.code()
    assert shelf.now == 0


def test_a_busy_service_is_polled_after_the_time_that_it_names(shelf: Shelf, phone: Phone) -> None:
    watch = expect_message(phone)
    shelf.is_down_until(1, ProviderBusy("busy", retry_after=7))
    assert watch.code().reveal() == CODE
    assert (shelf.now, len(shelf.waits)) == (7, 2)


@pytest.mark.parametrize("pace", [1.0, 2.0, 5.0])
def test_a_service_is_not_polled_sooner_than_its_pace(
    pace: float, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shelf, "pace", pace)
    polls: list[float] = []
    watch = expect_message(Phone(NUMBER, shelf, timer=shelf.timer))
    poll = shelf.poll

    def noted(number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        polls.append(shelf.now)
        return poll(number, cursor, wait)

    monkeypatch.setattr(shelf, "poll", noted)
    with pytest.raises(Inconclusive):
        watch.code(deadline_seconds=60)
    between = [later - earlier for earlier, later in pairwise(polls)]
    assert len(polls) > 5
    # The last poll is at the deadline, whenever the one before it was.
    assert min(between[:-1]) >= pace


@pytest.mark.parametrize(
    ("arrived", "quiet", "rest"),
    [(True, True, 0.0), (False, True, 300.0), (True, False, 300.0)],
    ids=["all arrived", "one is missing", "more may arrive"],
)
def test_a_leased_number_rests_unless_all_its_messages_arrived(
    shelf: Shelf, arrived: bool, quiet: bool, rest: float
) -> None:
    rested: list[float] = []
    phone = Phone(NUMBER, shelf, timer=shelf.timer, lease=Lease(NUMBER, rested.append))
    watch = expect_message(phone)
    if arrived:
        shelf.send()
        watch.code()
    assert phone.release(quiet=quiet) == []
    assert rested == [rest]
    assert shelf.messages == [], "messages that were read are removed"


def test_a_message_that_cannot_be_removed_is_a_warning(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Phone(NUMBER, shelf, timer=shelf.timer)
    watch = expect_message(phone)
    shelf.send()
    watch.code()

    def refuse(message: SmsMessage) -> None:
        raise DOWN

    monkeypatch.setattr(shelf, "discard", refuse)
    (warning,) = phone.release(quiet=True)
    assert "stays with shelf: down" in warning
    assert NUMBER not in warning
