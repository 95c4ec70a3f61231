"""The phone inbox: its HTTP API, its store, and its command."""

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
from tests.tenant.client import LocalTenant, bearer
from tests.tenant.user import new_number

HEADERS = bearer("right")


def read(tenant: LocalTenant, query: str, token: str | None = None) -> requests.Response:
    headers = bearer(token or tenant.settings["PHONE_INBOX_TOKEN"])
    return tenant.http.get(f"{tenant.settings['PHONE_INBOX_URL']}?{query}", headers=headers)


def deliver(tenant: LocalTenant, body: object) -> requests.Response:
    headers = bearer(tenant.settings["PHONE_INBOX_TOKEN"])
    return tenant.http.post(tenant.settings["PHONE_INBOX_URL"], json=body, headers=headers)


def test_messages_are_listed_newest_last_with_a_growing_seq(tenant: LocalTenant) -> None:
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


def test_a_plus_sign_need_not_be_encoded(tenant: LocalTenant) -> None:
    number = new_number()
    deliver(tenant, {"to": number, "body": "x"})
    assert len(read(tenant, f"to={number}").json()) == 1
    assert read(tenant, f"to={number[1:]}").status_code == 400


def test_waiting_readers_get_a_message_when_it_arrives(tenant: LocalTenant) -> None:
    number = new_number()
    seen: list[dict[str, object]] = []

    def wait() -> None:
        with requests.Session() as own:
            response = own.get(
                tenant.settings["PHONE_INBOX_URL"], params={"to": number, "wait": "20"},
                headers=bearer(tenant.settings["PHONE_INBOX_TOKEN"]),
            )  # fmt: skip
        seen.extend(response.json())

    readers = [threading.Thread(target=wait) for _ in range(8)]
    started = time.monotonic()
    for reader in readers:
        reader.start()
    deliver(tenant, {"to": new_number(), "body": "for another phone"})
    deliver(tenant, {"to": number, "body": "now"})
    for reader in readers:
        reader.join(30)
    assert [message["body"] for message in seen] == ["now"] * 8
    assert time.monotonic() - started < 15, "before the wait was over"


def test_a_wait_ends_with_an_empty_list(tenant: LocalTenant) -> None:
    started = time.monotonic()
    assert read(tenant, f"to={new_number()}&wait=0.3").json() == []
    assert time.monotonic() - started >= 0.3


def test_the_token_is_required(tenant: LocalTenant) -> None:
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
def test_the_error_names_a_wrong_parameter(tenant: LocalTenant, query: str, name: str) -> None:
    response = read(tenant, query)
    assert response.status_code == 400
    assert response.json()["error"].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"to": "+1"}, {"to": "1", "body": "x"}, {"to": "+1", "body": 1}, {"to": "+1", "body": "x" * 5000},
     {"to": "+1", "body": "x", "code": "a b"}, {"to": "+1", "body": "\ud800"}, {"to": "+1", "body": "x", "other": 1}],
)  # fmt: skip
def test_wrong_deliveries_are_refused(tenant: LocalTenant, body: object) -> None:
    response = deliver(tenant, body)
    assert response.status_code == 400
    assert set(response.json()) == {"error"}


any_text = st.text(max_size=20)


@given(to=any_text, after=any_text, wait=any_text.filter(lambda text: not any(c in "123456789" for c in text)))
@settings(max_examples=150, deadline=None)
def test_no_parameter_causes_an_internal_error(to: str, after: str, wait: str) -> None:
    client = create_app(Inbox(), "right").test_client()
    response = client.get("/messages", query_string={"to": to, "after": after, "wait": wait}, headers=HEADERS)
    assert response.status_code in (200, 400)
    assert isinstance(response.json, list if response.status_code == 200 else dict)


@given(st.lists(st.tuples(st.sampled_from(["+1", "+2", "+3"]), any_text), max_size=30), st.integers(0, 31))
@settings(max_examples=50, deadline=None)
def test_each_phone_gets_its_own_messages_in_order(deliveries: list[tuple[str, str]], after: int) -> None:
    inbox = Inbox()
    for to, body in deliveries:
        inbox.deliver(to, body)
    for number in ("+1", "+2", "+3"):
        found = inbox.messages(number, after)
        numbered = enumerate(deliveries, start=1)
        expected = [(seq, body) for seq, (to, body) in numbered if to == number and seq > after]
        assert [(text.seq, text.body) for text in found] == expected


def test_closing_ends_the_wait_of_readers() -> None:
    inbox = Inbox()
    reader = threading.Thread(target=inbox.messages, args=("+1", 0, 25))
    reader.start()
    inbox.close()
    reader.join(3)
    assert not reader.is_alive()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


def test_a_message_is_kept_for_its_time_to_live() -> None:
    clock = Clock()
    inbox = Inbox(clock, ttl=900)
    inbox.deliver("+1", "one", sent_at=5)
    clock.time += 899
    assert [text.body for text in inbox.messages("+1")] == ["one"]
    clock.time += 1
    assert inbox.messages("+1") == []
    assert inbox.deliver("+1", "two").seq == 2, "seq grows although a message was removed"


def test_removing_one_message_and_all_of_a_phone() -> None:
    inbox = Inbox()
    first, second, other = inbox.deliver("+1", "a"), inbox.deliver("+1", "b"), inbox.deliver("+2", "c")
    assert inbox.remove(first.seq)
    assert not inbox.remove(first.seq)
    assert inbox.messages("+1") == [second]
    assert inbox.remove_all("+1") == 1
    assert inbox.messages("+2") == [other]


def test_a_database_file_keeps_messages_and_leases(tmp_path: Path) -> None:
    file = str(tmp_path / "inbox.sqlite")
    text = Inbox(database=file).deliver("+1", "one", "482910")
    assert Inbox(database=file).lease(["+1"], "a", 60)
    again = Inbox(database=file)
    assert again.messages("+1") == [text]
    assert again.lease(["+1"], "b", 60) is None
    assert again.deliver("+1", "two").seq == text.seq + 1


def test_a_number_is_leased_again_after_its_lease_and_its_rest() -> None:
    clock = Clock()
    inbox = Inbox(clock)
    first, second = inbox.lease(["+1", "+2"], "a", 60), inbox.lease(["+1", "+2"], "b", 60)
    assert first and second and {first.number, second.number} == {"+1", "+2"}
    assert inbox.lease(["+1", "+2"], "c", 60) is None
    assert inbox.end_lease(first.id, rest=300)
    assert not inbox.end_lease(first.id), "it has ended"
    assert not inbox.end_lease("")
    assert inbox.lease(["+1", "+2"], "c", 60) is None, "a late message may still arrive"
    clock.time += 60
    third = inbox.lease(["+1", "+2"], "c", 600)
    assert third and third.number == second.number, "its lease expired"
    clock.time += 240
    fourth = inbox.lease(["+1", "+2"], "d", 60)
    assert fourth and fourth.number == first.number


def test_no_number_is_leased_twice_at_once() -> None:
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
def test_the_error_names_a_wrong_part_of_a_lease(change: dict[str, object], name: str) -> None:
    client = create_app(Inbox(), "right").test_client()
    response = client.post("/leases", json={"numbers": ["+1"], "owner": "a", "seconds": 1} | change, headers=HEADERS)
    assert response.status_code == 400
    assert response.get_json()["error"].startswith(name)


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


def test_the_command_serves_prints_no_code_and_stops_while_readers_wait(
    hosted: tuple[str, subprocess.Popen[str]],
) -> None:
    url, process = hosted
    headers = bearer(SECRET)
    requests.post(url, json={"to": "+1", "body": "482910 is your code"}, headers=headers, timeout=5)
    assert len(requests.get(url, params={"to": "+1"}, headers=headers, timeout=5).json()) == 1
    requests.get(url, params={"to": "+1", "wait": "x"}, headers=headers, timeout=5)
    waiting = threading.Thread(
        target=requests.get, args=(url, {"to": "+2", "wait": "25"}), kwargs={"headers": headers, "timeout": 30}
    )
    waiting.start()
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=10)
    waiting.join(10)
    assert process.returncode == 0
    assert time.monotonic() - began < 10
    assert output == "", "no request is printed"


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
def test_a_wrong_option_is_refused_with_one_line(token: str, arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [*SERVE, *arguments], env=os.environ | {"PHONE_INBOX_TOKEN": token}, text=True, capture_output=True,
        timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (4, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
