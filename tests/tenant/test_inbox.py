"""The inbox: its contract over HTTP, and its store under many threads."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from phone_inbox import Inbox, create_app
from tests.tenant.driving import a_number
from tests.tenant.running import Running

HEADERS = {"Authorization": "Bearer right"}


def read(tenant: Running, query: str, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or tenant.settings['PHONE_INBOX_TOKEN']}"}
    return tenant.http.get(f"{tenant.settings['PHONE_INBOX_URL']}?{query}", headers=headers)


def deliver(tenant: Running, body: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {tenant.settings['PHONE_INBOX_TOKEN']}"}
    return tenant.http.post(tenant.settings["PHONE_INBOX_URL"], json=body, headers=headers)


def test_texts_are_listed_newest_last_with_a_growing_seq(tenant: Running) -> None:
    number, other = a_number(), a_number()
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


def test_a_literal_plus_is_read_too(tenant: Running) -> None:
    number = a_number()
    deliver(tenant, {"to": number, "body": "x"})
    assert len(read(tenant, f"to={number}").json()) == 1
    assert read(tenant, f"to={number[1:]}").status_code == 400


def test_a_reader_who_waits_gets_the_text_when_it_arrives(tenant: Running) -> None:
    number = a_number()
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
    deliver(tenant, {"to": a_number(), "body": "for somebody else"})
    deliver(tenant, {"to": number, "body": "now"})
    for reader in readers:
        reader.join(10)
    assert [text["body"] for text in seen] == ["now"] * 8
    assert time.monotonic() - started < 5


def test_waiting_ends_with_an_empty_list(tenant: Running) -> None:
    started = time.monotonic()
    assert read(tenant, f"to={a_number()}&wait=0.3").json() == []
    assert time.monotonic() - started >= 0.3


def test_the_token_is_needed(tenant: Running) -> None:
    assert read(tenant, f"to={a_number()}", token="wrong").status_code == 401
    assert requests.get(tenant.settings["PHONE_INBOX_URL"], timeout=3).status_code == 401
    assert requests.post(tenant.settings["PHONE_INBOX_URL"], json={}, timeout=3).status_code == 401
    assert read(tenant, f"to={a_number()}", token="ü").status_code == 401


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "to"), ("to=", "to"), ("to=%2B", "to"), ("to=%2B1&after=-1", "after"), ("to=%2B1&after=x", "after"),
        ("to=%2B1&wait=26", "wait"), ("to=%2B1&wait=-1", "wait"), ("to=%2B1&wait=nan", "wait"),
        ("to=%2B1&wait=inf", "wait"), ("to=%2B1%0A", "to"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_named(tenant: Running, query: str, name: str) -> None:
    answer = read(tenant, query)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"to": "+1"}, {"to": "1", "body": "x"}, {"to": "+1", "body": 1}, {"to": "+1", "body": "x" * 5000},
     {"to": "+1", "body": "x", "code": "a b"}, {"to": "+1", "body": "x", "other": 1}],
)  # fmt: skip
def test_wrong_deliveries_are_refused(tenant: Running, body: object) -> None:
    answer = deliver(tenant, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


any_text = st.text(max_size=20)


@given(to=any_text, after=any_text, wait=any_text.filter(lambda text: not any(c in "123456789" for c in text)))
@settings(max_examples=150, deadline=None)
def test_no_parameter_makes_an_internal_error(to: str, after: str, wait: str) -> None:
    client = create_app(Inbox(), "right").test_client()
    answer = client.get("/texts", query_string={"to": to, "after": after, "wait": wait}, headers=HEADERS)
    assert answer.status_code in (200, 400)
    assert isinstance(answer.json, list if answer.status_code == 200 else dict)


@given(st.lists(st.tuples(st.sampled_from(["+1", "+2", "+3"]), any_text), max_size=30), st.integers(0, 31))
@settings(max_examples=50, deadline=None)
def test_each_phone_gets_its_own_texts_in_order(deliveries: list[tuple[str, str]], after: int) -> None:
    inbox = Inbox()
    for to, body in deliveries:
        inbox.deliver(to, body)
    for number in ("+1", "+2", "+3"):
        found = inbox.texts(number, after)
        numbered = enumerate(deliveries, start=1)
        expected = [(seq, body) for seq, (to, body) in numbered if to == number and seq > after]
        assert [(text.seq, text.body) for text in found] == expected


def test_closing_lets_readers_go() -> None:
    inbox = Inbox()
    reader = threading.Thread(target=inbox.texts, args=("+1", 0, 25))
    reader.start()
    inbox.close()
    reader.join(3)
    assert not reader.is_alive()
