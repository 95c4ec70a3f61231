"""How soon an SMS code is read after its message was delivered."""

from __future__ import annotations

import statistics
import threading
import time

import requests

from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import Phone
from mfa_verification.phones.registry import factory_of
from mfa_verification.settings.profile import Profile

READ_MS = 30


def measure_the_inbox(profile: Profile, rounds: int = 50) -> None:
    """Print the median and the slowest time from the delivery of an SMS message until its code is read."""
    provider, numbers = factory_of("inbox")(profile.phone_settings), NumberGenerator(None, 0, 1, 0)
    url, token = (profile.phone_settings[name] for name in ("PHONE_INBOX_URL", "PHONE_INBOX_TOKEN"))
    taken = []
    with requests.Session() as sender:
        sender.headers["Authorization"] = f"Bearer {token}"
        for _ in range(rounds):
            began: list[float] = []
            phone = Phone(numbers.next(), provider)
            watch = phone.watch()

            def hand_over(number: str = phone.number, began: list[float] = began) -> None:
                began.append(time.perf_counter())
                sender.post(url, json={"to": number, "body": "482910 is your code"}).raise_for_status()

            threading.Timer(0.05, hand_over).start()  # by then the reader waits
            watch.code()
            taken.append((time.perf_counter() - began[0]) * 1000)
    median, slowest = statistics.median(taken), max(taken)
    print(f"a code read after its SMS message was delivered to the inbox: {median:.1f} ms (should be under {READ_MS}), "
          f"the slowest of {rounds} {slowest:.1f} ms")  # fmt: skip
