"""For services that only list their texts: what is new since a mark, told by ids and the service's own clock."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mfa_verification.phones.provider import Cursor, Text

OVERLAP = timedelta(minutes=2)
"""How much older than the mark a new text may look: services date texts as their carriers do."""


_ALWAYS = datetime.fromtimestamp(0, UTC)
"""Since when to list where the service says no time: ids alone tell what is new."""


class ListingProvider:
    """The half of a provider that is the same for all of them: `mark` and `poll` over one list."""

    pace: float = 1.0

    def mark(self, number: str) -> Cursor:
        """Note which texts are there by now, and when that was by the service's clock."""
        return self._cursor(*self._listed(number, None))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[Text]:
        """Return what came since; holds nothing, so `wait` is not used."""
        return new_since(cursor, number, self._listed(number, since_of(cursor))[0])

    @abstractmethod
    def _listed(self, number: str, since: datetime | None) -> tuple[Sequence[Text], datetime | None]:
        """List the texts of a number, those since a moment at least, and the service's time.

        None, for a mark: those of the last `OVERLAP`.
        """

    @staticmethod
    def _cursor(texts: Sequence[Text], moment: datetime | None) -> Cursor:
        since = (moment - OVERLAP if moment else _ALWAYS).isoformat()
        return Cursor(json.dumps({"since": since, "seen": sorted(text.id for text in texts)}))


def is_far_enough(texts: Sequence[Text], since: datetime | None, moment: datetime | None) -> bool:
    """Say whether a list, newest first, reaches back to where it has to: then no further page is read."""
    back_to = since or (moment and moment - OVERLAP)
    return not texts or back_to is None or texts[-1].sent_at < back_to


def since_of(cursor: Cursor) -> datetime:
    """Return since when to list for a cursor."""
    return datetime.fromisoformat(json.loads(cursor)["since"])


def new_since(cursor: Cursor, number: str, listed: Sequence[Text]) -> list[Text]:
    """Return what of a list is new to a cursor and to that number, each once, newest last."""
    seen, since = json.loads(cursor)["seen"], since_of(cursor)
    # Pages that shift while they are read show a text twice.
    new = {text.id: text for text in listed if text.id not in seen and text.to == number and text.sent_at >= since}
    return sorted(new.values(), key=lambda text: text.sent_at)
