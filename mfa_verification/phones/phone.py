"""A phone in one user's hand: expects SMS messages, reads their codes, and counts those that nobody asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mfa_verification.core.clock import MACHINE, Deadline, Timer, wait_until
from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.numbers import COOL_DOWN
from mfa_verification.phones.provider import Cursor, Lease, PhoneProvider, ProviderBusy, SmsMessage, SmsWithheld
from mfa_verification.phones.reading import code_in, code_pattern
from mfa_verification.phones.records import GRACE_SECONDS, Records, count_sent, why_missing

CARRIER_SECONDS, INBOX_SECONDS = 90.0, 30.0
"""How long an SMS message may take: a code lives five minutes, and some of them are for typing it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is known of a tenant's SMS messages."""

    tenant_name: str = ""
    """What the tenant calls itself in them: digits in it are no code."""
    pattern: re.Pattern[str] | None = None
    """The project's own pattern, with a group `code`."""


def wording_of(tenant_name: str, pattern: str | None) -> Wording:
    """Return what a profile knows of its tenant's SMS messages; ValueError where `PHONE_CODE_PATTERN` is no pattern."""
    return Wording(tenant_name, code_pattern(pattern) if pattern else None)


class Phone:
    """One number, from the moment that a user takes it up."""

    def __init__(
        self,
        number: str,
        provider: PhoneProvider,
        wording: Wording | None = None,
        records: Records | None = None,
        timer: Timer = MACHINE,
        lease: Lease | None = None,
    ) -> None:
        """Take a number in E.164, who reads its SMS messages, what is known of them, and the tenant's records.

        Looks once at what is there already: SMS messages from before are not this user's.
        """
        self.number = number
        self.provider = provider
        self.wording = wording or Wording()
        self.timer = timer
        self.messages_expected = 0
        self._records = records
        self._lease = lease
        self._seen: dict[str, SmsMessage] = {}
        self._began = self.now()
        self._beginning = provider.mark(number)

    def __repr__(self) -> str:
        """Name the phone by its last digits."""
        return f"<{self.label}>"

    @property
    def label(self) -> str:
        """What messages call it: the last two digits are enough to tell phones apart."""
        return f"phone ending in {self.number[-2:]}"

    def now(self) -> float:
        """The tenant's time; 0 where nobody has its records."""
        return self._records.now() if self._records else 0.0

    def watch(self) -> Watch:
        """Note what is there, *before* the act that may send an SMS message; the watch reads what comes after."""
        return Watch(self, self.provider.mark(self.number))

    def expect(self, messages: int) -> None:
        """Count SMS messages that the user's own act has caused."""
        self.messages_expected += messages

    def is_masked_by(self, shown: str) -> bool:
        """Say whether `shown` hides at least four digits of the number, and shows its first or last ones right.

        Sources disagree on the form (AF-LIST-06, AF-LIST-07, AF-PAGE-15): `XXXXXXXX8730`, `+1123XXXXX`,
        `+54 9 11 61** **62`.
        """
        visible, digits = re.sub(r"\D", "", shown), self.number.removeprefix("+")
        ends = ((visible[:place], visible[place:]) for place in range(len(visible) + 1))
        return 2 <= len(visible) <= len(digits) - 4 and any(
            digits.startswith(first) and digits.endswith(last) for first, last in ends
        )

    def unexpected_messages(self) -> int:
        """Look once more, without waiting: how many SMS messages came, ever since, beyond those expected.

        Raises `Inconclusive` where the tenant's records have no more than those: then the way doubled them.
        """
        came = self.poll(self._beginning, 0)
        beyond = max(0, len(came) - self.messages_expected)
        if beyond and not self.is_proven(came):
            raise self.doubled(len(came))
        return beyond

    def poll(self, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Ask the provider, and remember what there is to tidy up."""
        messages = self.provider.poll(self.number, cursor, wait)
        self._seen.update({message.id: message for message in messages})
        return messages

    def why_missing(self, since: float, waited: float) -> TenantFault | Inconclusive | None:
        """Return what it means, by the tenant's records, that nothing came; None while they may still change."""
        events = self._records.sms_events(since) if self._records else None
        return why_missing(events, self.label, waited, self._is_own, self._lost)

    def _is_own(self, shown: str) -> bool:
        return shown == self.number or self.is_masked_by(shown)

    def _lost(self) -> int:
        """Return how many more messages the records show than came; below 0 where they do not show every one.

        Counted since the phone was taken: clocks agree only to a second or two, and the previous message may be no
        older. Two messages with the same body count once.
        """
        events = self._records.sms_events(self._began) if self._records else None
        return count_sent(events or []) - len({message.body.reveal() for message in self.poll(self._beginning, 0)})

    def is_proven(self, messages: list[SmsMessage]) -> bool:
        """Return whether the tenant sent all of these: its log has as many as came, or all bodies differ.

        Counted since the phone was taken, as in `_lost`. Waits while the log may lag. A carrier can double a message;
        it cannot write one.
        """
        records = self._records
        if records is None or len({message.body.reveal() for message in messages}) == len(messages):
            return True
        came = len(self.poll(self._beginning, 0))

        def look() -> bool | None:
            events = records.sms_events(self._began)
            return False if events is None else count_sent(events) >= came or None

        return bool(
            wait_until("the tenant's log to show each SMS message", look, Deadline(GRACE_SECONDS, self.timer), 2.0)
        )

    def doubled(self, messages: int) -> Inconclusive:
        """Trouble: more SMS messages came than the tenant's records have."""
        doubled = (
            f"{messages} SMS messages reached the {self.label}, and the tenant's log has fewer: the way doubled them"
        )
        return Inconclusive(Cause.SMS_DUPLICATED, doubled)

    def release(self, *, quiet: bool) -> list[str]:
        """Remove what came from the provider and give the number back; return a warning for each thing left.

        `quiet`: nothing of the scenario can still be on its way. A number that may get a late SMS message rests first.
        """
        warnings = []
        for message in self._seen.values():
            try:
                self.provider.discard(message)
            except Inconclusive as trouble:
                warnings.append(f"an SMS message to the {self.label} stays with {self.provider.name}: {trouble}")
                break
        if self._lease:
            rests = not (quiet and len(self._seen) >= self.messages_expected)
            try:
                self._lease.give_back(COOL_DOWN if rests else 0.0)
            except Inconclusive as trouble:
                warnings.append(f"the {self.label} stays lent until its lease ends: {trouble}")
        return warnings


class Watch:
    """The SMS message, or SMS messages, that a phone expects."""

    def __init__(self, phone: Phone, cursor: Cursor) -> None:
        """Expect what comes after `cursor`; made by `Phone.watch`."""
        self._phone = phone
        self._cursor = cursor
        self._messages: list[SmsMessage] = []
        self._looks = 0
        self._trouble: Inconclusive | None = None
        self._began = phone.now()

    def code(self, deadline_seconds: float | None = None) -> Secret:
        """Return the code of the one SMS message that comes within `deadline_seconds`; asked again, the same.

        No SMS message, or several: the tenant's records say whether it is a `TenantFault` or `Inconclusive`.
        """
        return self.codes(1, deadline_seconds)[0]

    def codes(self, count: int, deadline_seconds: float | None = None) -> list[Secret]:
        """Return the codes of so many SMS messages, in the order in which they were sent: two, after a resend."""
        if len(self._messages) < count:
            self._messages = self._await_messages(count, deadline_seconds)
        wording = self._phone.wording
        return [code_in(message, wording.tenant_name, wording.pattern) for message in self._messages]

    def _await_messages(self, count: int, deadline_seconds: float | None) -> list[SmsMessage]:
        phone = self._phone
        usual = CARRIER_SECONDS if phone.provider.carrier else INBOX_SECONDS
        whole = Deadline(deadline_seconds or usual, phone.timer)
        messages = self._wait(count, whole)
        if messages is None:
            messages = self._wait_on(count, whole)
        if len(messages) > count:
            if not phone.is_proven(messages):
                raise phone.doubled(len(messages))
            wanted = "one" if count == 1 else str(count)
            raise TenantFault(
                Cause.SMS_REPEATED, f"{len(messages)} SMS messages reached the {phone.label}, not {wanted}"
            )
        return messages

    def _wait(self, count: int, deadline: Deadline) -> list[SmsMessage] | None:
        reason = f"an SMS message to the {self._phone.label}"
        return wait_until(reason, lambda: self._look(count, deadline), deadline, self._pause)

    def _wait_on(self, count: int, past: Deadline) -> list[SmsMessage]:
        """Nothing came in time: ask the records why, and wait on while they may still be on their way."""
        phone, waited = self._phone, past.seconds
        while True:
            if self._trouble is not None:
                raise self._trouble
            meaning = phone.why_missing(self._began, waited)
            if meaning is not None:
                seen = f"; looked {self._looks} times, the last time {phone.provider.name} answered that there was none"
                raise type(meaning)(meaning.cause, f"{meaning}{seen}")
            more = Deadline(min(10.0, GRACE_SECONDS - waited), phone.timer)
            if messages := self._wait(count, more):
                return messages
            waited += more.seconds

    def _look(self, count: int, deadline: Deadline) -> list[SmsMessage] | None:
        """Look for new SMS messages. A failed look is no reason to give up; what the last one met is what counts."""
        self._looks += 1
        self._trouble = None
        try:
            messages = self._phone.poll(self._cursor, deadline.remaining)
        except (ProviderMisconfigured, SmsWithheld):
            raise
        except Inconclusive as trouble:
            self._trouble = trouble
            return None
        return messages if len(messages) >= count else None

    def _pause(self) -> float:
        """How long to leave the service alone: as it asks, and a little longer with every look."""
        asked = self._trouble.retry_after if isinstance(self._trouble, ProviderBusy) else 0.0
        return max(asked, self._phone.provider.pace * min(1.0 + (self._looks // 5) * 0.5, 5.0))
