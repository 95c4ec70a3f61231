"""Phone numbers of scenarios: generated for an inbox, or owned and leased."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.inbox import TOKEN, URL, inbox_service
from mfa_verification.phones.provider import Lease, Service

# NANP reserves 555-0100 to 555-0199 in every area code for fiction.
_AREAS = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229 231 "
    "234 235 239 240 248 251 252 253 254 256 260 262 267 269 270 272 274 276 279 281 283 301 302 303 304 "
    "305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 324 325 326 327 329 330 331 332 334 "
    "336 337 339 341 346 347 350 351 352 353 360 361 363 364 369 380 385 386 401 402 404 405 406 407 408 "
    "409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 445 447 448 458 463 464 469 "
    "470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 531 "
    "534 539 540 541 551 557 559 561 562 563 564 567 570 571 572 573 574 575 580 582 585 586 601 602 603 "
    "605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 636 640 641 645 646 "
    "650 651 656 657 659 660 661 662 667 669 678 680 681 682 686 689 701 702 703 704 706 707 708 712 713 "
    "714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 734 737 738 740 743 747 748 754 757 760 "
    "762 763 765 769 770 771 772 773 774 775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 "
    "815 816 817 818 820 821 826 828 830 831 832 835 838 839 840 843 845 847 848 850 854 856 857 858 859 "
    "860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 "
    "925 928 929 930 931 934 936 937 938 940 941 943 945 947 948 949 951 952 954 956 959 970 971 972 973 "
    "975 978 979 980 983 984 985 986 989"
)
AREAS = tuple(_AREAS.split())
PER_SECOND = 4
"""Distance between the number blocks of two runs per second between their starts; no run uses numbers faster."""


class NumberGenerator:
    """Generates numbers in E.164, each once per run; workers use different ones.

    The numbers of a pattern form a ring. All workers of a run start at the run's block; worker *i* of *n* takes every
    *n*-th number from there.
    """

    def __init__(self, pattern: str | None, worker_index: int, worker_count: int, block: int) -> None:
        """Take `PHONE_NUMBER_PATTERN` such as `+1555#######`, or None for fictional numbers in the US.

        `block` is any integer from 0; the lock user stores it. Raises ValueError for a pattern that gives no E.164
        numbers, and for a worker that is not one of `worker_count`.
        """
        if not 0 <= worker_index < worker_count:
            raise ValueError(f"worker {worker_index} is not one of {worker_count}, counted from 0")
        self._patterns = [f"+1{area}55501##" for area in AREAS] if pattern is None else [_checked(pattern)]
        self._places = self._patterns[0].count("#")
        self.capacity: int = len(self._patterns) * 10**self._places
        """How many numbers there are for all workers together."""
        self._worker_count = worker_count
        self._block = block
        self._next = worker_index

    def next(self) -> str:
        """Return the next number. Raises `Inconclusive` where none is left."""
        if self._next >= self.capacity:
            raise Inconclusive(
                Cause.NO_NUMBER_AVAILABLE,
                f"all {self.capacity} phone numbers of this run are used: give PHONE_NUMBER_PATTERN more #",
            )
        place = (self._block + self._next) % self.capacity
        self._next += self._worker_count
        # Neighbors in the ring are in different areas, so that no area is used up.
        line, area = divmod(place, len(self._patterns))
        digits = iter(f"{line:0{self._places}d}")
        return re.sub("#", lambda _: next(digits), self._patterns[area])


def block_at(start: float) -> int:
    """Return the number block of a run that starts at that time by the tenant's clock.

    Runs on a tenant follow each other, so a later run begins further on in the ring. The ring of fictional numbers
    takes two and a half hours; when a number is used again, codes sent to it have long expired (five minutes).
    """
    return int(start * PER_SECOND)


def expression_of(pattern: str | None) -> str:
    """Return a regular expression, for Python and JavaScript, that matches the whole generated numbers."""
    shown = "+1###55501##" if pattern is None else _checked(pattern)
    return shown.replace("+", r"\+").replace("#", "[0-9]")


def _checked(pattern: str) -> str:
    blanks, digits = pattern.count("#"), len(pattern) - 1
    wrong = ""
    if not re.fullmatch(r"\+[1-9][0-9#]*", pattern):
        wrong = "is malformed: expected +, a country code, digits, and a # for each digit to fill in"
    elif blanks < 4:
        wrong = f"has {blanks} digits to fill in: expected at least 4 #"
    elif digits > 15:
        wrong = f"has {digits} digits: a phone number has 15 at most (E.164)"
    if wrong:
        raise ValueError(f'PHONE_NUMBER_PATTERN: "{pattern}" {wrong}')
    return pattern


COOL_DOWN = 300.0
"""Seconds that an SMS code is valid: so long a late message may still arrive (AF-LIMIT-01)."""
E_164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
NONE_LEFT = 409


class OwnedNumbers:
    """The owned numbers in one setting. An inbox keeps their leases, if the settings name one, else a folder."""

    SETTINGS = (URL, TOKEN)

    def __init__(self, settings: Mapping[str, str], name: str) -> None:
        """Read the numbers, separated by commas or spaces. Raises `ProviderMisconfigured` where one is not E.164."""
        self._name = name
        self.all: list[str] = re.split(r"[\s,]+", settings.get(name, "").strip(" ,"))
        for number in self.all:
            if not E_164.fullmatch(number):
                given = f"one ends in {number[-2:]}" if number else "it is empty"
                raise ProviderMisconfigured(name, f"expected phone numbers such as +15550123456 (E.164), but {given}")
        self._inbox = inbox_service(settings) if settings.get(URL) else None

    def lease(self, owner: str, seconds: float) -> Lease:
        """Lend the number unused for longest. Raises `Inconclusive` where all are leased or resting."""
        lent = (
            lease_from_inbox(self._inbox, self.all, owner, seconds)
            if self._inbox
            else LeaseFolder(_folder()).lease(self.all, owner, seconds)
        )
        if lent is None:
            raise Inconclusive(
                Cause.NO_NUMBER_AVAILABLE,
                f"all {len(self.all)} numbers in {self._name} are in use or resting: add more",
            )
        return lent


class LeaseFolder:
    """Leases in one locked file. A killed process keeps a number until its lease ends."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        """Keep the file in `folder`."""
        self._folder = folder
        self._now = now

    def lease(self, numbers: list[str], owner: str, seconds: float) -> Lease | None:
        """Lend the number whose last lease ended first; None where all are leased."""
        with self._table() as table:
            free = [number for number in numbers if table.get(_key(number), {}).get("until", 0) <= self._now()]
            if not free:
                return None
            number = min(free, key=lambda number: table.get(_key(number), {}).get("until", 0))
            table[_key(number)] = {"owner": owner, "until": self._now() + seconds}
        return Lease(number, lambda rest: self._end(number, owner, rest))

    def _end(self, number: str, owner: str, rest: float) -> None:
        with self._table() as table:
            if table.get(_key(number), {}).get("owner") == owner:
                table[_key(number)] = {"owner": "", "until": self._now() + rest}

    @contextmanager
    def _table(self) -> Iterator[dict[str, dict[str, Any]]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "leases.json").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            try:
                table = json.loads(file.read() or "{}")
            except ValueError:  # truncated by a killed process: the leases are lost, not the numbers
                table = {}
            yield table
            file.seek(0)
            file.truncate()
            file.write(json.dumps(table))


def lease_from_inbox(inbox: Service, numbers: list[str], owner: str, seconds: float) -> Lease | None:
    """Lend a number through the inbox, which keeps the leases of all jobs."""
    # The setting is the URL of the list of messages; `/leases` is beside it.
    root = inbox.url.rpartition("/")[0]
    wanted = {"numbers": numbers, "owner": owner, "seconds": seconds}
    reply = inbox.ask("POST", f"{root}/leases", json=wanted, healthy=(NONE_LEFT,))
    match reply.body:
        case {"id": str(id_), "number": str(number)}:
            end = f"{root}/leases/{id_}"
            return Lease(number, lambda rest: _ended(inbox, end, rest))
    if reply.status == NONE_LEFT:
        return None
    raise inbox.malformed("leased a number without id and number")


def _ended(inbox: Service, address: str, rest: float) -> None:
    inbox.ask("DELETE", address, query={"rest": f"{rest:.0f}"}, healthy=(404,))


def _key(number: str) -> str:
    """Return a hash: phone numbers are personal data and are not stored."""
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"mfa-verification-numbers-{getpass.getuser()}"
