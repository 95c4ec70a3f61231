"""A phone reads the one text it expects, says what is missing, and counts what nobody asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import ClassVar

import pytest

from mfa_verification.core.clock import Timer
from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.phone import Phone, Watch, Wording
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderBusy, SmsMessage, SmsWithheld
from mfa_verification.phones.records import SmsEvent
from mfa_verification.settings.profile import SettingNames

NUMBER = "+15550123456"
CODE = "482910"


class Shelf:
    """A provider in memory. Time passes only while the suite waits; scheduled changes then happen."""

    name: ClassVar[str] = "shelf"
    settings: ClassVar[SettingNames] = SettingNames(())
    carrier: ClassVar[bool] = False
    pace: float = 1.0

    def __init__(self) -> None:
        self.now = 0.0
        self.texts: list[SmsMessage] = []
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.broken: Inconclusive | None = None
        self.waits: list[float] = []
        self.timer = Timer(lambda: self.now, self.pass_time)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for moment, happen in [due for due in self.later if due[0] <= self.now]:
            self.later.remove((moment, happen))
            happen()

    def send(self, body: str = f"{CODE} is your code", to: str = NUMBER) -> None:
        sent_at = datetime.fromtimestamp(self.now, UTC)
        self.texts.append(SmsMessage(str(len(self.texts) + 1), to, Secret(body, "SMS message"), sent_at))

    def preflight(self) -> None: ...

    def lease(self, owner: str, seconds: float) -> Lease | None:
        return None

    def discard(self, text: SmsMessage) -> None:
        self.texts.remove(text)

    def mark(self, number: str) -> Cursor:
        return Cursor(str(len(self.texts)))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        self.waits.append(wait)
        if self.broken:
            raise self.broken
        return [text for text in self.texts[int(cursor) :] if text.to == number]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def phone(shelf: Shelf) -> Phone:
    provider: PhoneProvider = shelf
    return Phone(NUMBER, provider, timer=shelf.timer)


def expect_text(phone: Phone) -> Watch:
    watch = phone.watch()
    phone.expect(1)
    return watch


def test_reads_the_code_of_the_text_that_came_after(shelf: Shelf, phone: Phone) -> None:
    shelf.send("111111 is your code")
    watch = expect_text(phone)
    shelf.send()

    assert watch.code().reveal() == CODE
    assert phone.messages_expected == 1


def test_waits_for_a_text_that_is_on_its_way(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.later = [(20, shelf.send)]

    assert watch.code().reveal() == CODE
    assert 20 <= shelf.now < 22


def test_gives_the_same_code_again_without_looking(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.send()
    first = watch.code()
    looks = len(shelf.waits)

    assert watch.code() == first
    assert len(shelf.waits) == looks


def test_no_message_by_the_deadline_is_inconclusive(shelf: Shelf, phone: Phone) -> None:
    with pytest.raises(
        Inconclusive, match=r"phone ending in 56 within 5 s.*; looked 6 times, the last"
    ) as inconclusive:
        expect_text(phone).code(deadline_seconds=5)

    assert inconclusive.value.cause is Cause.SMS_NOT_DELIVERED
    assert shelf.waits == [5, 4, 3, 2, 1, 0]
    assert NUMBER not in str(inconclusive.value)


def test_two_texts_at_once_are_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.send()
    shelf.send()

    with pytest.raises(TenantFault, match="2 SMS messages reached the phone ending in 56") as fault:
        watch.code()
    assert fault.value.cause is Cause.SMS_REPEATED


def test_a_text_without_a_code_is_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.send("Hello")

    with pytest.raises(TenantFault, match="no six digits"):
        watch.code()


def test_a_provider_that_fails_once_is_asked_again(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")

    def repair() -> None:
        shelf.broken = None
        shelf.send()

    shelf.later = [(3, repair)]

    assert watch.code().reveal() == CODE


def test_a_provider_that_was_down_to_the_end_is_what_is_reported(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")

    with pytest.raises(Inconclusive, match="down") as inconclusive:
        watch.code()
    assert inconclusive.value.cause is Cause.PHONE_PROVIDER_UNREACHABLE
    assert shelf.now == 30


def test_a_provider_that_came_back_and_has_no_text_is_not_blamed(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")
    shelf.later = [(3, lambda: setattr(shelf, "broken", None))]

    with pytest.raises(Inconclusive, match="no SMS message reached"):
        watch.code()


def test_a_refused_setting_ends_the_wait_at_once(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = ProviderMisconfigured("PHONE_INBOX_TOKEN", "refused")

    with pytest.raises(ProviderMisconfigured):
        watch.code()
    assert shelf.now == 0


def test_counts_the_texts_that_nobody_asked_for(shelf: Shelf, phone: Phone) -> None:
    assert phone.unexpected_messages() == 0
    watch = expect_text(phone)
    shelf.send()
    watch.code()
    assert phone.unexpected_messages() == 0
    shelf.send()
    shelf.send()

    assert phone.unexpected_messages() == 2
    assert shelf.now == 0, "it does not wait"
    assert shelf.waits[-1] == 0


def test_a_text_to_a_phone_that_expects_none_is_unexpected(shelf: Shelf, phone: Phone) -> None:
    shelf.send()

    assert phone.unexpected_messages() == 1


def test_texts_from_before_the_phone_was_taken_up_are_nobodys(shelf: Shelf) -> None:
    shelf.send()

    assert Phone(NUMBER, shelf, timer=shelf.timer).unexpected_messages() == 0


def test_an_expected_text_that_never_came_makes_no_other_one_unexpected(shelf: Shelf, phone: Phone) -> None:
    expect_text(phone)

    assert phone.unexpected_messages() == 0


def test_knows_what_the_tenant_calls_itself(shelf: Shelf) -> None:
    phone = Phone(NUMBER, shelf, Wording("Tenant 123456"), timer=shelf.timer)
    watch = expect_text(phone)
    shelf.send("Tenant 123456 sends 482910")

    assert watch.code().reveal() == CODE


def test_shows_two_digits_of_its_number(phone: Phone) -> None:
    assert phone.label == "phone ending in 56"
    assert repr(phone) == "<phone ending in 56>"


@pytest.mark.parametrize(
    ("shown", "masked"),
    [
        ("XXXXXXXX3456", True),
        ("+1555XXXXX", True),
        ("+1 XXX XXX 3456", True),
        ("********56", True),
        (NUMBER, False),
        ("XXXXXXXX3499", False),
        ("+1 XXX 999 3456", False),
        ("XXXXXXXXXXXX", False),
        ("", False),
        (f"{NUMBER[:-2]}XX", False),
    ],
)
def test_a_mask_hides_digits_and_leaves_the_number_recognisable(phone: Phone, shown: str, masked: bool) -> None:
    assert phone.is_masked_by(shown) is masked


class Ledger:
    """What the tenant's log says, by the time that passes."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.events: list[SmsEvent] | None = []

    def now(self) -> float:
        return self.shelf.now

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        return self.events


@pytest.fixture
def ledger(shelf: Shelf) -> Ledger:
    return Ledger(shelf)


@pytest.fixture
def known(shelf: Shelf, ledger: Ledger) -> Phone:
    """A phone whose tenant's log can be read."""
    return Phone(NUMBER, shelf, records=ledger, timer=shelf.timer)


def test_after_a_resend_it_waits_for_two_texts(shelf: Shelf, phone: Phone) -> None:
    watch = phone.watch()
    shelf.send("111111 is your code")
    shelf.later = [(9, lambda: shelf.send("222222 is your code"))]

    assert [code.reveal() for code in watch.codes(2)] == ["111111", "222222"]
    assert shelf.now >= 9


def test_a_text_that_was_never_tried_is_the_tenants_fault_after_a_minute(
    shelf: Shelf, known: Phone, ledger: Ledger
) -> None:
    ledger.events = [SmsEvent("gd_start_enroll")]
    with pytest.raises(TenantFault) as fault:
        expect_text(known).code()

    assert fault.value.cause is Cause.SMS_NOT_SENT
    assert 60 <= shelf.now < 62


def test_a_text_that_comes_while_the_log_lags_is_taken(shelf: Shelf, known: Phone) -> None:
    watch = expect_text(known)
    shelf.later = [(45, shelf.send)]

    assert watch.code().reveal() == CODE


def test_a_message_that_was_sent_and_did_not_arrive_is_inconclusive(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_send_sms")]

    with pytest.raises(Inconclusive) as inconclusive:
        expect_text(known).code()
    assert inconclusive.value.cause is Cause.SMS_NOT_DELIVERED
    assert shelf.now < 32


def sign_in_text_after_one_that_came(shelf: Shelf, known: Phone, ledger: Ledger) -> Watch:
    """The log's dates are no finer than our clock: the text of a second ago is shown as if it were the next one."""
    ledger.events = [SmsEvent("gd_start_enroll"), SmsEvent("gd_send_sms")]
    shelf.send("111111 is your code")
    return expect_text(known)


def test_a_text_before_does_not_hide_that_the_next_one_was_never_tried(
    shelf: Shelf, known: Phone, ledger: Ledger
) -> None:
    with pytest.raises(TenantFault, match="no attempt to send it") as fault:
        sign_in_text_after_one_that_came(shelf, known, ledger).code()

    assert fault.value.cause is Cause.SMS_NOT_SENT
    assert 60 <= shelf.now < 62


def test_a_second_message_that_was_never_tried_is_the_tenants_fault(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_start_auth"), SmsEvent("gd_send_sms")]
    watch = expect_text(known)
    shelf.send()

    with pytest.raises(TenantFault) as fault:
        watch.codes(2)
    assert fault.value.cause is Cause.SMS_NOT_SENT


def test_a_second_message_that_was_sent_is_lost(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_start_auth"), *[SmsEvent("gd_send_sms")] * 2]
    watch = expect_text(known)
    shelf.send()

    with pytest.raises(Inconclusive, match="sent it, and it was lost"):
        watch.codes(2)


def test_a_log_that_does_not_show_what_came_proves_nothing(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_start_auth")]
    shelf.send("111111 is your code")
    watch = expect_text(known)

    with pytest.raises(Inconclusive, match="does not show what led to it"):
        watch.code()


def test_where_the_log_may_not_be_read_nothing_is_proven(known: Phone, ledger: Ledger) -> None:
    ledger.events = None

    with pytest.raises(Inconclusive, match="read:logs"):
        expect_text(known).code()


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
    reason: str, kind: type[Exception], known: Phone, ledger: Ledger
) -> None:
    ledger.events = [SmsEvent("gd_send_sms_failure", reason)]

    with pytest.raises((TenantFault, Inconclusive)) as met:
        expect_text(known).code()
    assert type(met.value) is kind


def test_a_text_that_the_way_doubled_is_no_fault(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_send_sms")]
    watch = expect_text(known)
    shelf.send()
    shelf.send()

    with pytest.raises(Inconclusive, match="the way doubled them"):
        watch.code()


def test_the_text_before_a_doubled_one_proves_nothing(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_send_sms")]
    before = expect_text(known)
    shelf.send("135790 is your code")
    before.code()
    ledger.events = [SmsEvent("gd_send_sms")] * 2  # the log's seconds do not tell this text from the one before
    watch = expect_text(known)
    shelf.send()
    shelf.send()

    with pytest.raises(Inconclusive, match="the way doubled them"):
        watch.code()


def test_a_text_that_the_records_show_twice_is_a_fault(shelf: Shelf, known: Phone, ledger: Ledger) -> None:
    ledger.events = [SmsEvent("gd_send_sms")] * 2
    watch = expect_text(known)
    shelf.send()
    shelf.send()

    with pytest.raises(TenantFault, match="2 SMS messages"):
        watch.code()
    assert shelf.now == 0, "what is proven is not waited for"


def test_a_busy_service_is_left_alone_for_as_long_as_it_asks(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = ProviderBusy("busy", retry_after=7)

    def repair() -> None:
        shelf.broken = None
        shelf.send()

    shelf.later = [(1, repair)]
    assert watch.code().reveal() == CODE
    assert (shelf.now, len(shelf.waits)) == (7, 2)


@pytest.mark.parametrize("pace", [1.0, 2.0, 5.0])
def test_a_service_is_never_asked_sooner_than_its_pace(
    pace: float, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shelf, "pace", pace)
    looks: list[float] = []
    watch = expect_text(Phone(NUMBER, shelf, timer=shelf.timer))
    poll = shelf.poll

    def noted(number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        looks.append(shelf.now)
        return poll(number, cursor, wait)

    monkeypatch.setattr(shelf, "poll", noted)
    with pytest.raises(Inconclusive):
        watch.code(deadline_seconds=60)
    between = [later - earlier for earlier, later in pairwise(looks)]
    assert len(looks) > 5
    # The last one comes at the end of the wait, whenever the one before it was.
    assert min(between[:-1]) >= pace


def test_a_text_that_is_withheld_ends_the_wait_at_once(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = SmsWithheld("filtered")

    with pytest.raises(SmsWithheld):
        watch.code()
    assert shelf.now == 0


@pytest.mark.parametrize(
    ("came", "quiet", "rest"), [(1, True, 0.0), (0, True, 300.0), (1, False, 300.0)], ids=["all", "missing", "unsure"]
)
def test_a_lent_number_rests_unless_all_its_texts_came(shelf: Shelf, came: int, quiet: bool, rest: float) -> None:
    rested: list[float] = []
    phone = Phone(NUMBER, shelf, timer=shelf.timer, lease=Lease(NUMBER, rested.append))
    watch = expect_text(phone)
    for _ in range(came):
        shelf.send()
        watch.code()

    assert phone.release(quiet=quiet) == []
    assert rested == [rest]
    assert shelf.texts == [], "what was read is removed"


def test_what_cannot_be_removed_is_a_warning_alone(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Phone(NUMBER, shelf, timer=shelf.timer)
    watch = expect_text(phone)
    shelf.send()
    watch.code()

    def refuse(text: SmsMessage) -> None:
        raise Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")

    monkeypatch.setattr(shelf, "discard", refuse)
    (warning,) = phone.release(quiet=True)
    assert "stays with shelf: down" in warning
    assert NUMBER not in warning
