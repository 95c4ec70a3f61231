"""A phone reads the one text it expects, says what is missing, and counts what nobody asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.phone import Phone, Watch, Wording
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderMisconfigured, SettingNames, Text
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause
from mfa_verification.waiting import Timer

NUMBER = "+15550123456"
CODE = "482910"


class Shelf:
    """A provider in memory. Time passes only while somebody waits, and with it things happen."""

    name: ClassVar[str] = "shelf"
    settings: ClassVar[SettingNames] = SettingNames(())
    carrier: ClassVar[bool] = False
    pace: float = 1.0

    def __init__(self) -> None:
        self.now = 0.0
        self.texts: list[Text] = []
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
        self.texts.append(Text(str(len(self.texts) + 1), to, Secret(body, "text"), sent_at))

    def preflight(self) -> None: ...

    def lease(self, owner: str, seconds: float) -> Lease | None:
        return None

    def discard(self, text: Text) -> None:
        self.texts.remove(text)

    def mark(self, number: str) -> Cursor:
        return Cursor(str(len(self.texts)))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[Text]:
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
    watch = phone.look_out()
    phone.expect(1)
    return watch


def test_reads_the_code_of_the_text_that_came_after(shelf: Shelf, phone: Phone) -> None:
    shelf.send("111111 is your code")
    watch = expect_text(phone)
    shelf.send()

    assert watch.code().reveal() == CODE
    assert phone.texts_expected == 1


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


def test_no_text_by_the_deadline_is_trouble_that_says_what_was_seen(shelf: Shelf, phone: Phone) -> None:
    with pytest.raises(Inconclusive, match=r"phone ending in 56 within 5 s.*; looked 6 times, the last") as trouble:
        expect_text(phone).code(deadline_seconds=5)

    assert trouble.value.cause is Cause.TEXT_NOT_DELIVERED
    assert shelf.waits == [5, 4, 3, 2, 1, 0]
    assert NUMBER not in str(trouble.value)


def test_two_texts_at_once_are_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.send()
    shelf.send()

    with pytest.raises(TenantFault, match="2 texts reached the phone ending in 56") as fault:
        watch.code()
    assert fault.value.cause is Cause.TEXT_REPEATED


def test_a_text_without_a_code_is_the_tenants_fault(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.send("Hello")

    with pytest.raises(TenantFault, match="no six digits"):
        watch.code()


def test_a_provider_that_fails_once_is_asked_again(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")

    def mend() -> None:
        shelf.broken = None
        shelf.send()

    shelf.later = [(3, mend)]

    assert watch.code().reveal() == CODE


def test_a_provider_that_was_down_to_the_end_is_what_is_reported(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")

    with pytest.raises(Inconclusive, match="down") as trouble:
        watch.code()
    assert trouble.value.cause is Cause.PHONE_PROVIDER_UNREACHABLE
    assert shelf.now == 30


def test_a_provider_that_came_back_and_has_no_text_is_not_blamed(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, "down")
    shelf.later = [(3, lambda: setattr(shelf, "broken", None))]

    with pytest.raises(Inconclusive, match="no text reached"):
        watch.code()


def test_a_refused_setting_ends_the_wait_at_once(shelf: Shelf, phone: Phone) -> None:
    watch = expect_text(phone)
    shelf.broken = ProviderMisconfigured("PHONE_INBOX_TOKEN", "refused")

    with pytest.raises(ProviderMisconfigured):
        watch.code()
    assert shelf.now == 0


def test_counts_the_texts_that_nobody_asked_for(shelf: Shelf, phone: Phone) -> None:
    assert phone.unexpected_texts() == 0
    watch = expect_text(phone)
    shelf.send()
    watch.code()
    assert phone.unexpected_texts() == 0
    shelf.send()
    shelf.send()

    assert phone.unexpected_texts() == 2
    assert shelf.now == 0, "it does not wait"
    assert shelf.waits[-1] == 0


def test_a_text_to_a_phone_that_expects_none_is_unexpected(shelf: Shelf, phone: Phone) -> None:
    shelf.send()

    assert phone.unexpected_texts() == 1


def test_texts_from_before_the_phone_was_taken_up_are_nobodys(shelf: Shelf) -> None:
    shelf.send()

    assert Phone(NUMBER, shelf, timer=shelf.timer).unexpected_texts() == 0


def test_an_expected_text_that_never_came_makes_no_other_one_unexpected(shelf: Shelf, phone: Phone) -> None:
    expect_text(phone)

    assert phone.unexpected_texts() == 0


def test_knows_what_the_tenant_calls_itself(shelf: Shelf) -> None:
    phone = Phone(NUMBER, shelf, Wording("Tenant 123456"), timer=shelf.timer)
    watch = expect_text(phone)
    shelf.send("Tenant 123456 sends 482910")

    assert watch.code().reveal() == CODE


def test_shows_two_digits_of_its_number(phone: Phone) -> None:
    assert phone.last_digits == "56"
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
