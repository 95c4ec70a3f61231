"""The inbox: its contract over HTTP, and its store under many threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from phone_inbox import Inbox, create_app
from tests.tenant.client import LocalTenant
from tests.tenant.user import new_number

HEADERS = {"Authorization": "Bearer right"}


def read(tenant: LocalTenant, query: str, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or tenant.settings['PHONE_INBOX_TOKEN']}"}
    return tenant.http.get(f"{tenant.settings['PHONE_INBOX_URL']}?{query}", headers=headers)


def deliver(tenant: LocalTenant, body: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {tenant.settings['PHONE_INBOX_TOKEN']}"}
    return tenant.http.post(tenant.settings["PHONE_INBOX_URL"], json=body, headers=headers)


def test_texts_are_listed_newest_last_with_a_growing_seq(tenant: LocalTenant) -> None:
    number, other = new_number(), new_number()
    first = deliver(tenant, {"to": number, "body": "one", "code": "123456"})
    assert first.status_code == 201
    deliver(tenant, {"to": other, "body": "not yours"})
    second = deliver(tenant, {"to": number, "body": "two"}).json()
    found = read(tenant, f"to=%2B{number[1:]}").json()
    assert found == [first.json(), second]
    assert (found[0]["to"], found[0]["body"], found[0]["code"]) == (number, "one", "123456")
    assert "code" not in found[1]
    assert found[1]["seq"] > found[0]["seq"] + 1
    assert found[0]["sent_at"].endswith("Z")
    assert datetime.fromisoformat(found[0]["sent_at"]).tzinfo is not None
    assert read(tenant, f"to=%2B{number[1:]}&after={found[0]['seq']}").json() == [second]


def test_a_literal_plus_is_read_too(tenant: LocalTenant) -> None:
    number = new_number()
    deliver(tenant, {"to": number, "body": "x"})
    assert len(read(tenant, f"to={number}").json()) == 1
    assert read(tenant, f"to={number[1:]}").status_code == 400


def test_a_reader_who_waits_gets_the_text_when_it_arrives(tenant: LocalTenant) -> None:
    number = new_number()
    seen: list[dict[str, object]] = []

    def wait() -> None:
        with requests.Session() as own:
            answer = own.get(
                tenant.settings["PHONE_INBOX_URL"], params={"to": number, "wait": "20"},
                headers={"Authorization": f"Bearer {tenant.settings['PHONE_INBOX_TOKEN']}"},
            )  # fmt: skip
        seen.extend(answer.json())

    readers = [threading.Thread(target=wait) for _ in range(8)]
    started = time.monotonic()
    for reader in readers:
        reader.start()
    deliver(tenant, {"to": new_number(), "body": "for somebody else"})
    deliver(tenant, {"to": number, "body": "now"})
    for reader in readers:
        reader.join(30)
    assert [text["body"] for text in seen] == ["now"] * 8
    assert time.monotonic() - started < 15, "before its own wait was over"


def test_waiting_ends_with_an_empty_list(tenant: LocalTenant) -> None:
    started = time.monotonic()
    assert read(tenant, f"to={new_number()}&wait=0.3").json() == []
    assert time.monotonic() - started >= 0.3


def test_the_token_is_needed(tenant: LocalTenant) -> None:
    assert read(tenant, f"to={new_number()}", token="wrong").status_code == 401
    assert requests.get(tenant.settings["PHONE_INBOX_URL"], timeout=3).status_code == 401
    assert requests.post(tenant.settings["PHONE_INBOX_URL"], json={}, timeout=3).status_code == 401
    assert read(tenant, f"to={new_number()}", token="ü").status_code == 401


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "to"), ("to=", "to"), ("to=%2B", "to"), ("to=%2B1&after=-1", "after"), ("to=%2B1&after=x", "after"),
        ("to=%2B1&wait=26", "wait"), ("to=%2B1&wait=-1", "wait"), ("to=%2B1&wait=nan", "wait"),
        ("to=%2B1&wait=inf", "wait"), ("to=%2B1%0A", "to"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_named(tenant: LocalTenant, query: str, name: str) -> None:
    answer = read(tenant, query)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"to": "+1"}, {"to": "1", "body": "x"}, {"to": "+1", "body": 1}, {"to": "+1", "body": "x" * 5000},
     {"to": "+1", "body": "x", "code": "a b"}, {"to": "+1", "body": "\ud800"}, {"to": "+1", "body": "x", "other": 1}],
)  # fmt: skip
def test_wrong_deliveries_are_refused(tenant: LocalTenant, body: object) -> None:
    answer = deliver(tenant, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


any_text = st.text(max_size=20)


@given(to=any_text, after=any_text, wait=any_text.filter(lambda text: not any(c in "123456789" for c in text)))
@settings(max_examples=150, deadline=None)
def test_no_parameter_makes_an_internal_error(to: str, after: str, wait: str) -> None:
    client = create_app(Inbox(), "right").test_client()
    answer = client.get("/messages", query_string={"to": to, "after": after, "wait": wait}, headers=HEADERS)
    assert answer.status_code in (200, 400)
    assert isinstance(answer.json, list if answer.status_code == 200 else dict)


@given(st.lists(st.tuples(st.sampled_from(["+1", "+2", "+3"]), any_text), max_size=30), st.integers(0, 31))
@settings(max_examples=50, deadline=None)
def test_each_phone_gets_its_own_texts_in_order(deliveries: list[tuple[str, str]], after: int) -> None:
    inbox = Inbox()
    for to, body in deliveries:
        inbox.deliver(to, body)
    for number in ("+1", "+2", "+3"):
        found = inbox.messages(number, after)
        numbered = enumerate(deliveries, start=1)
        expected = [(seq, body) for seq, (to, body) in numbered if to == number and seq > after]
        assert [(text.seq, text.body) for text in found] == expected


def test_closing_lets_readers_go() -> None:
    inbox = Inbox()
    reader = threading.Thread(target=inbox.messages, args=("+1", 0, 25))
    reader.start()
    inbox.close()
    reader.join(3)
    assert not reader.is_alive()


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def test_a_text_is_kept_for_its_time_and_no_longer() -> None:
    clock = Clock()
    inbox = Inbox(clock, ttl=900)
    inbox.deliver("+1", "one", sent_at=5)
    clock.time += 899
    assert [text.body for text in inbox.messages("+1")] == ["one"]
    clock.time += 1
    assert inbox.messages("+1") == []
    assert inbox.deliver("+1", "two").seq == 2, "seq grows on, whatever was removed"


def test_what_is_removed_is_gone_and_nothing_else() -> None:
    inbox = Inbox()
    first, second, other = inbox.deliver("+1", "a"), inbox.deliver("+1", "b"), inbox.deliver("+2", "c")
    assert inbox.remove(first.seq)
    assert not inbox.remove(first.seq)
    assert inbox.messages("+1") == [second]
    assert inbox.remove_all("+1") == 1
    assert inbox.messages("+2") == [other]


def test_a_file_keeps_texts_and_leases_over_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "inbox.sqlite")
    text = Inbox(database=file).deliver("+1", "one", "482910")
    assert Inbox(database=file).lease(["+1"], "a", 60)
    again = Inbox(database=file)
    assert again.messages("+1") == [text]
    assert again.lease(["+1"], "b", 60) is None
    assert again.deliver("+1", "two").seq == text.seq + 1


def test_a_number_is_lent_once_until_its_lease_ends_and_it_has_rested() -> None:
    clock = Clock()
    inbox = Inbox(clock)
    first, second = inbox.lease(["+1", "+2"], "a", 60), inbox.lease(["+1", "+2"], "b", 60)
    assert first and second and {first.number, second.number} == {"+1", "+2"}
    assert inbox.lease(["+1", "+2"], "c", 60) is None
    assert inbox.end_lease(first.id, rest=300)
    assert not inbox.end_lease(first.id), "it ends once"
    assert not inbox.end_lease("")
    assert inbox.lease(["+1", "+2"], "c", 60) is None, "a late text may still come"
    clock.time += 60
    third = inbox.lease(["+1", "+2"], "c", 600)
    assert third and third.number == second.number, "its lease ran out"
    clock.time += 240
    fourth = inbox.lease(["+1", "+2"], "d", 60)
    assert fourth and fourth.number == first.number


def test_many_ask_at_once_and_nobody_shares() -> None:
    inbox, lent = Inbox(), []
    numbers = [f"+{place}" for place in range(1, 9)]
    asking = [
        threading.Thread(target=lambda owner=owner: lent.append(inbox.lease(numbers, str(owner), 60)))
        for owner in range(12)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert sorted(lease.number for lease in lent if lease) == sorted(numbers)


def test_leases_and_removal_over_http() -> None:
    client = create_app(Inbox(), "right").test_client()
    asked = {"numbers": ["+15550100"], "owner": "run", "seconds": 60}
    lent = client.post("/leases", json=asked, headers=HEADERS)
    assert (lent.status_code, lent.get_json()["number"], lent.get_json()["expires_at"][-1]) == (201, "+15550100", "Z")
    assert client.post("/leases", json=asked, headers=HEADERS).status_code == 409
    where = f"/leases/{lent.get_json()['id']}"
    assert client.delete(f"{where}?rest=0", headers=HEADERS).status_code == 200
    assert client.delete(where, headers=HEADERS).status_code == 404
    assert client.delete(f"{where}?rest=3601", headers=HEADERS).status_code == 400
    seq = client.post("/messages", json={"to": "+1", "body": "x"}, headers=HEADERS).get_json()["seq"]
    assert client.delete(f"/messages/{seq}", headers=HEADERS).status_code == 200
    assert client.delete(f"/messages/{seq}", headers=HEADERS).status_code == 404
    assert client.delete(f"/messages/{10**30}", headers=HEADERS).status_code == 404
    client.post("/messages", json={"to": "+1", "body": "x"}, headers=HEADERS)
    assert client.delete("/messages?to=%2B1", headers=HEADERS).json == {"removed": 1}
    assert client.delete("/messages", headers=HEADERS).status_code == 400
    assert client.post("/leases", json=asked).status_code == 401
    assert client.get("/health").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"numbers": []}, "numbers"), ({"numbers": ["x"]}, "numbers"), ({"numbers": "+1"}, "numbers"),
        ({"owner": ""}, "owner"), ({"seconds": 0}, "seconds"), ({"seconds": True}, "seconds"),
        ({"seconds": 3601}, "seconds"), ({"other": 1}, "expected"),
    ],
)  # fmt: skip
def test_a_wrong_wish_for_a_lease_is_named(change: dict[str, object], name: str) -> None:
    client = create_app(Inbox(), "right").test_client()
    answer = client.post("/leases", json={"numbers": ["+1"], "owner": "a", "seconds": 1} | change, headers=HEADERS)
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(name)


SERVE = [sys.executable, "-m", "phone_inbox", "serve", "--port", "0"]
SECRET = "a-secret-of-thirty-characters-"


@pytest.fixture
def hosted() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        SERVE, env=os.environ | {"PHONE_INBOX_TOKEN": SECRET}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("phone inbox ready at http://127.0.0.1:"), line
    yield line.split()[-1], process
    process.kill()
    process.communicate()


def test_it_is_served_by_itself_says_no_code_and_stops_with_readers_waiting(
    hosted: tuple[str, subprocess.Popen[str]],
) -> None:
    url, process = hosted
    headers = {"Authorization": f"Bearer {SECRET}"}
    requests.post(url, json={"to": "+1", "body": "482910 is your code"}, headers=headers, timeout=5)
    assert len(requests.get(url, params={"to": "+1"}, headers=headers, timeout=5).json()) == 1
    requests.get(url, params={"to": "+1", "wait": "x"}, headers=headers, timeout=5)
    waiting = threading.Thread(
        target=requests.get, args=(url, {"to": "+2", "wait": "25"}), kwargs={"headers": headers, "timeout": 30}
    )
    waiting.start()
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=10)
    waiting.join(10)
    assert process.returncode == 0
    assert time.monotonic() - began < 10
    assert said == "", "nothing of a request is logged"


@pytest.mark.parametrize(
    ("token", "arguments", "words"),
    [
        ("", [], "PHONE_INBOX_TOKEN"),
        ("short", [], "24 characters or more"),
        (SECRET, ["--ttl", "0"], "--ttl 0"),
        (SECRET, ["--database", "/no/such/folder/x"], "--database"),
        (SECRET, ["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
    ],
)
def test_a_mistake_in_what_was_asked_is_one_line(token: str, arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [*SERVE, *arguments], env=os.environ | {"PHONE_INBOX_TOKEN": token}, text=True, capture_output=True,
        timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (4, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
