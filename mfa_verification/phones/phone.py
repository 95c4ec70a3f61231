"""A user's phone: waits for SMS messages, reads their codes, and counts unexpected ones."""

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
"""Seconds to wait for an SMS message, by carrier and by inbox: a code is valid for five minutes."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is known about the text of a tenant's SMS messages."""

    tenant_name: str = ""
    """The tenant's name in messages: digits in it are not a code."""
    pattern: re.Pattern[str] | None = None
    """PHONE_CODE_PATTERN, with a group `code`."""


def wording_of(tenant_name: str, pattern: str | None) -> Wording:
    """Return what the settings say about messages. Raises ValueError for a malformed `PHONE_CODE_PATTERN`."""
    return Wording(tenant_name, code_pattern(pattern) if pattern else None)


class Phone:
    """One phone number of a user."""

    def __init__(
        self,
        number: str,
        provider: PhoneProvider,
        wording: Wording | None = None,
        records: Records | None = None,
        timer: Timer = MACHINE,
        lease: Lease | None = None,
    ) -> None:
        """Take a number in E.164, its provider, and the tenant's log.

        Marks the messages that are there already: they are not this user's.
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
        """Return the last digits only."""
        return f"<{self.label}>"

    @property
    def label(self) -> str:
        """Return the name used in messages: the last two digits tell phones apart."""
        return f"phone ending in {self.number[-2:]}"

    def now(self) -> float:
        """Return the tenant's time; 0 without its log."""
        return self._records.now() if self._records else 0.0

    def watch(self) -> Watch:
        """Mark the current messages, *before* the action that may send one; return a watch for those after."""
        return Watch(self, self.provider.mark(self.number))

    def expect(self, messages: int) -> None:
        """Count messages that an action of the user causes."""
        self.messages_expected += messages

    def is_masked_by(self, shown: str) -> bool:
        """Return whether `shown` hides at least four digits and shows the first or last ones correctly.

        Masks differ (AF-LIST-06, AF-LIST-07, AF-PAGE-15): `XXXXXXXX8730`, `+1123XXXXX`, `+54 9 11 61** **62`.
        """
        visible, digits = re.sub(r"\D", "", shown), self.number.removeprefix("+")
        ends = ((visible[:place], visible[place:]) for place in range(len(visible) + 1))
        return 2 <= len(visible) <= len(digits) - 4 and any(
            digits.startswith(first) and digits.endswith(last) for first, last in ends
        )

    def unexpected_messages(self) -> int:
        """Return how many more messages came than were expected, without waiting.

        Raises `Inconclusive` where the tenant's log has fewer messages than came: then a carrier duplicated one.
        """
        came = self.poll(self._beginning, 0)
        beyond = max(0, len(came) - self.messages_expected)
        if beyond and not self.is_proven(came):
            raise self.duplicated(len(came))
        return beyond

    def poll(self, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Poll the provider, and remember the messages for the clean-up."""
        messages = self.provider.poll(self.number, cursor, wait)
        self._seen.update({message.id: message for message in messages})
        return messages

    def why_missing(self, since: float, waited: float) -> TenantFault | Inconclusive | None:
        """Return why no message came, by the tenant's log; None while the log may still change."""
        events = self._records.sms_events(since) if self._records else None
        return why_missing(events, self.label, waited, self._is_own, self._lost)

    def _is_own(self, shown: str) -> bool:
        return shown == self.number or self.is_masked_by(shown)

    def _lost(self) -> int:
        """Return how many more messages the log has than came; negative where the log is incomplete.

        Counted since the phone was taken: clocks agree only to a second or two, and the previous message may be no
        older. Two messages with the same body count once.
        """
        events = self._records.sms_events(self._began) if self._records else None
        return count_sent(events or []) - len({message.body.reveal() for message in self.poll(self._beginning, 0)})

    def is_proven(self, messages: list[SmsMessage]) -> bool:
        """Return whether the tenant sent all of these: its log has as many as came, or all bodies differ.

        Counted since the phone was taken, as in `_lost`. Waits while the log may lag. A carrier can duplicate a
        message; it cannot write one.
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

    def duplicated(self, messages: int) -> Inconclusive:
        """Return the error for more messages than the tenant's log has."""
        duplicated = f"{messages} SMS messages reached the {self.label}, but the tenant's log has fewer"
        return Inconclusive(Cause.SMS_DUPLICATED, duplicated)

    def release(self, *, quiet: bool) -> list[str]:
        """Discard the messages and give the number back; return a warning for each failure.

        `quiet`: no message can still arrive. Otherwise the number rests before it is lent again.
        """
        warnings = []
        for message in self._seen.values():
            try:
                self.provider.discard(message)
            except Inconclusive as error:
                warnings.append(f"an SMS message to the {self.label} stays at {self.provider.name}: {error}")
                break
        if self._lease:
            rests = not (quiet and len(self._seen) >= self.messages_expected)
            try:
                self._lease.give_back(COOL_DOWN if rests else 0.0)
            except Inconclusive as error:
                warnings.append(f"the {self.label} stays leased until its lease ends: {error}")
        return warnings


class Watch:
    """Waits for the next SMS messages of a phone."""

    def __init__(self, phone: Phone, cursor: Cursor) -> None:
        """Wait for messages after `cursor`; created by `Phone.watch`."""
        self._phone = phone
        self._cursor = cursor
        self._messages: list[SmsMessage] = []
        self._looks = 0
        self._error: Inconclusive | None = None
        self._began = phone.now()

    def code(self, deadline_seconds: float | None = None) -> Secret:
        """Return the code of the one message that comes within `deadline_seconds`; the same one when called again.

        Without a message, or with several, the tenant's log decides between `TenantFault` and `Inconclusive`.
        """
        return self.codes(1, deadline_seconds)[0]

    def codes(self, count: int, deadline_seconds: float | None = None) -> list[Secret]:
        """Return the codes of so many messages in the order sent (two after a resend)."""
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
                raise phone.duplicated(len(messages))
            wanted = "one" if count == 1 else str(count)
            raise TenantFault(
                Cause.SMS_REPEATED, f"{len(messages)} SMS messages reached the {phone.label} instead of {wanted}"
            )
        return messages

    def _wait(self, count: int, deadline: Deadline) -> list[SmsMessage] | None:
        reason = f"an SMS message to the {self._phone.label}"
        return wait_until(reason, lambda: self._look(count, deadline), deadline, self._pause)

    def _wait_on(self, count: int, past: Deadline) -> list[SmsMessage]:
        """Nothing came in time: ask the log why, and wait on while it may still lag."""
        phone, waited = self._phone, past.seconds
        while True:
            if self._error is not None:
                raise self._error
            meaning = phone.why_missing(self._began, waited)
            if meaning is not None:
                seen = f"; {phone.provider.name} was polled {self._looks} times without an error in the last one"
                raise type(meaning)(meaning.cause, f"{meaning}{seen}")
            more = Deadline(min(10.0, GRACE_SECONDS - waited), phone.timer)
            if messages := self._wait(count, more):
                return messages
            waited += more.seconds

    def _look(self, count: int, deadline: Deadline) -> list[SmsMessage] | None:
        """Look for new messages; after a failed look try again, and keep the last error."""
        self._looks += 1
        self._error = None
        try:
            messages = self._phone.poll(self._cursor, deadline.remaining)
        except (ProviderMisconfigured, SmsWithheld):
            raise
        except Inconclusive as error:
            self._error = error
            return None
        return messages if len(messages) >= count else None

    def _pause(self) -> float:
        """Return the seconds until the next look: what the service asks for, slowly increasing."""
        asked = self._error.retry_after if isinstance(self._error, ProviderBusy) else 0.0
        return max(asked, self._phone.provider.pace * min(1.0 + (self._looks // 5) * 0.5, 5.0))
