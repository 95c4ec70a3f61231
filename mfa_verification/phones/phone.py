"""A phone in one person's hand: expects texts, reads their codes, and counts those that nobody asked for."""

from __future__ import annotations

import re

from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.extraction import code_in
from mfa_verification.phones.provider import Cursor, PhoneProvider, ProviderMisconfigured, Text
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause
from mfa_verification.waiting import MACHINE, Deadline, Timer, wait_until

PAUSE = 1.0
"""Seconds between two looks, for providers that do not hold the request by themselves."""


class Phone:
    """One number, from the moment that a person takes it up."""

    def __init__(self, number: str, provider: PhoneProvider, tenant_name: str = "", timer: Timer = MACHINE) -> None:
        """Take a number in E.164, who reads its texts, and what the tenant calls itself in them.

        Looks once at what is there already: texts from before are not this person's.
        """
        self.number = number
        self.provider = provider
        self.tenant_name = tenant_name
        self.timer = timer
        self.texts_expected = 0
        self._beginning = provider.mark(number)

    def __repr__(self) -> str:
        """Name the phone by its last digits."""
        return f"<phone ending in {self.last_digits}>"

    @property
    def last_digits(self) -> str:
        """The last two digits: enough to tell phones apart in messages."""
        return self.number[-2:]

    def look_out(self) -> Watch:
        """Note what is there, *before* the act that may send a text; the watch reads what comes after."""
        return Watch(self, self.provider.mark(self.number))

    def expect(self, texts: int) -> None:
        """Count texts that the person's own act has caused."""
        self.texts_expected += texts

    def is_masked_by(self, shown: str) -> bool:
        """Say whether `shown` hides at least four digits of the number, and shows its first or last ones right.

        Sources disagree on the form (contract, 11, 19): `XXXXXXXX8730`, `+1123XXXXX`, `+54 9 11 61** **62`.
        """
        visible, digits = re.sub(r"\D", "", shown), self.number.removeprefix("+")
        ends = ((visible[:place], visible[place:]) for place in range(len(visible) + 1))
        return 2 <= len(visible) <= len(digits) - 4 and any(
            digits.startswith(first) and digits.endswith(last) for first, last in ends
        )

    def unexpected_texts(self) -> int:
        """Look once more, without waiting: how many texts came, ever since, beyond those expected."""
        came = self.provider.poll(self.number, self._beginning, 0)
        return max(0, len(came) - self.texts_expected)


class Watch:
    """One text that a phone expects."""

    def __init__(self, phone: Phone, cursor: Cursor) -> None:
        """Expect the text after `cursor`; made by `Phone.look_out`."""
        self._phone = phone
        self._cursor = cursor
        self._text: Text | None = None
        self._looks = 0
        self._trouble: Inconclusive | None = None

    def code(self, deadline_seconds: float = 30.0) -> Secret:
        """Return the code of the one text that comes within `deadline_seconds`; asked again, the same.

        No text: `Inconclusive`, as only the tenant's records tell who lost it. Several: `TenantFault`.
        """
        if self._text is None:
            self._text = self._await_text(deadline_seconds)
        return code_in(self._text, self._phone.tenant_name)

    def _await_text(self, deadline_seconds: float) -> Text:
        name = f"phone ending in {self._phone.last_digits}"
        deadline = Deadline(deadline_seconds, self._phone.timer)
        texts = wait_until(f"a text to the {name}", lambda: self._look(deadline), deadline, PAUSE)
        if texts is None and self._trouble is not None:
            raise self._trouble
        if texts is None:
            raise Inconclusive(
                Cause.TEXT_NOT_DELIVERED,
                f"no text reached the {name} within {deadline_seconds:g} s; looked {self._looks} times, "
                f"the last time {self._phone.provider.name} answered that there was none",
            )
        if len(texts) > 1:
            raise TenantFault(Cause.TEXT_REPEATED, f"{len(texts)} texts reached the {name}, not one")
        return texts[0]

    def _look(self, deadline: Deadline) -> list[Text] | None:
        """Look for new texts. A failed look is no reason to give up; what the last one met is what counts."""
        self._looks += 1
        self._trouble = None
        try:
            return self._phone.provider.poll(self._phone.number, self._cursor, deadline.remaining) or None
        except ProviderMisconfigured:
            raise
        except Inconclusive as trouble:
            self._trouble = trouble
            return None
