"""Stand-ins for the services that receive texts: they keep state, and can be faulty to order.

Each speaks the vendor's documented paths and shapes. A text arrives by `POST /deliver`, which takes what a tenant posts
to its custom phone provider, or by `deliver`.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar

from werkzeug import Request, Response

from phone_inbox import Inbox, create_app
from tests.servers import Server, cut

KEY = "fake-key-6a1f0c"
NUMBERS = ("+447700900101", "+447700900102")
GARBLED = {"empty": b"", "garbage": b'{"what": [1, 2]}', "not-json": b"<html>482910</html>"}


@dataclass
class FakeText:
    """One text as a service keeps it."""

    to: str
    body: str
    id: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class ApiCall:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Given:
    """One answer."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Fake(Server):
    """What all of them share: texts, faults, a port."""

    provider: ClassVar[str]
    proof: ClassVar[tuple[str, str]]
    """The header that proves who asks, and its value."""

    def __init__(self) -> None:
        self.texts: list[FakeText] = []
        self.arrival = threading.Condition()
        self.fault: str | None = None
        self.asked: list[ApiCall] = []
        self.open = threading.Event()
        super().__init__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        raise NotImplementedError

    def answer(self, asked: ApiCall) -> Given:
        raise NotImplementedError

    def deliver(self, to: str, body: str) -> None:
        with self.arrival:
            self.texts.append(FakeText(to, body, self.new_id()))
            self.arrival.notify_all()

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def of(self, to: str) -> list[FakeText]:
        """The texts to a number as they are listed: newest first, unless a fault says otherwise."""
        mine = [text for text in self.texts if text.to.lstrip("+") == to.lstrip("+")]
        found = list(reversed(self.texts if self.fault == "unfiltered" else mine))
        if self.fault == "out-of-order":
            found.reverse()
        return [text for text in found for _ in range(2)] if self.fault == "duplicate" else found

    def page(self, found: list[FakeText], number: int, size: int) -> list[FakeText]:
        return found[number * size : (number + 1) * size]

    def remove(self, id_: str) -> Given:
        before = len(self.texts)
        self.texts = [text for text in self.texts if text.id != id_]
        return Given(204 if len(self.texts) < before else 404)

    def stop(self) -> None:
        self.open.set()
        super().stop()

    def dispatch(self, request: Request) -> Response:
        form = request.mimetype == "application/x-www-form-urlencoded"
        body: Any = request.form.to_dict() if form else request.get_json() if request.data else None
        if request.path == "/deliver":
            self.deliver(body["notification"]["recipient"], body["notification"]["as_text"])
            return _sent(Given(200, {}))
        asked = ApiCall(request.method, request.path, request.args.to_dict(), body)
        self.asked.append(asked)
        return _sent(self._faulty_or(asked, request))

    def _faulty_or(self, asked: ApiCall, request: Request) -> Given:
        name, value = self.proof
        match self.fault:
            case "cut":
                raise cut(request)
            case "slow":
                self.open.wait(60)
                return Given(503)
            case "401" | "403" | "404" | "429" | "500" | "503" as status:
                return Given(int(status), {"message": "no 482910"}, {"Retry-After": "7"})
            case "empty" | "garbage" | "not-json" as kind:
                return Given(200, GARBLED[kind])
            case _ if request.headers.get(name) != value:
                return Given(401)
            case _:
                return self.answer(asked)


def _sent(given: Given) -> Response:
    content = b"" if given.body is None else given.body if isinstance(given.body, bytes) else _json(given.body)
    return Response(content, given.status, given.headers)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeInbox(Fake):
    """The inbox itself, behind the same faults."""

    provider = "inbox"
    proof = ("Authorization", f"Bearer {KEY}")

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.app = create_app(self.inbox, KEY)
        super().__init__()

    @property
    def settings(self) -> dict[str, str]:
        return {"PHONE_INBOX_URL": f"{self.url}/messages", "PHONE_INBOX_TOKEN": KEY}

    def deliver(self, to: str, body: str) -> None:
        super().deliver(to, body)
        self.inbox.deliver(to, body)

    def answer(self, asked: ApiCall) -> Given:
        found = self.app.test_client().open(
            asked.path, method=asked.method, query_string=asked.query, json=asked.body,
            headers={"Authorization": f"Bearer {KEY}"},
        )  # fmt: skip
        if asked.method == "DELETE":
            self.texts = self.texts[1:]
        return Given(found.status_code, found.get_json())

    def stop(self) -> None:
        self.inbox.close()
        super().stop()


class FakeTwilio(Fake):
    """Messages and numbers of one Twilio account: pages, whole seconds, newest first."""

    provider = "twilio"
    account = "AC" + "0" * 32
    proof = ("Authorization", "Basic " + base64.b64encode(f"AC{'0' * 32}:{KEY}".encode()).decode())
    withholds = False

    def new_id(self) -> str:
        return "SM" + uuid.uuid4().hex

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TWILIO_ACCOUNT_SID": self.account, "TWILIO_AUTH_TOKEN": KEY, "TWILIO_NUMBERS": ", ".join(NUMBERS),
            "TWILIO_API_URL": self.url,
        }  # fmt: skip

    def answer(self, asked: ApiCall) -> Given:
        root = f"/2010-04-01/Accounts/{self.account}"
        if asked.path == f"{root}/IncomingPhoneNumbers.json":
            owned = [number for number in NUMBERS if number == asked.query["PhoneNumber"]]
            return Given(200, {"incoming_phone_numbers": [{"phone_number": number} for number in owned]})
        if asked.path == f"{root}/Messages.json":
            assert set(asked.query) <= {"To", "PageSize", "DateSent>", "Page"}, asked.query
            number, size = int(asked.query.get("Page", "0")), int(asked.query.get("PageSize", "50"))
            found = self.of(asked.query["To"])
            listed = [self._shown(text) for text in self.page(found, number, size)]
            outbound = {"direction": "outbound-api", "sid": "SM" + "0" * 32}
            more = f"{root}/Messages.json?To=%2B{asked.query['To'][1:]}&Page={number + 1}&PageSize={size}"
            further = more if len(found) > (number + 1) * size else None
            return Given(200, {"messages": [outbound, *listed], "next_page_uri": further})
        id_ = asked.path.removeprefix(f"{root}/Messages/").removesuffix(".json")
        for text in self.texts:
            if text.id == id_ and asked.body == {"Body": ""}:
                text.body = ""
                return Given(200, self._shown(text))
        return Given(404, {"code": 20404})

    def _shown(self, text: FakeText) -> dict[str, Any]:
        held = {"body": "", "status": "failed", "error_code": 30038} if self.withholds else {}
        return {
            "sid": text.id, "to": text.to, "from": "+15005550006", "body": text.body, "direction": "inbound",
            "status": "received", "date_sent": format_datetime(text.at.replace(microsecond=0)), "error_code": None,
        } | held  # fmt: skip


class FakeMailosaur(Fake):
    """Messages of one Mailosaur server: search, then one by one."""

    provider = "mailosaur"
    proof = ("Authorization", "Basic " + base64.b64encode(f"{KEY}:".encode()).decode())
    limits: ClassVar[dict[str, Any]] = {"sms": {"limit": 100, "current": 3}}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "MAILOSAUR_API_KEY": KEY, "MAILOSAUR_SERVER": "abcd1234", "MAILOSAUR_NUMBERS": " ".join(NUMBERS),
            "MAILOSAUR_API_URL": self.url,
        }  # fmt: skip

    def answer(self, asked: ApiCall) -> Given:
        match (asked.method, asked.path):
            case ("GET", "/api/servers/abcd1234"):
                return Given(200, {"id": "abcd1234", "name": "Tests"})
            case ("GET", "/api/usage/limits"):
                return Given(200, self.limits)
            case ("POST", "/api/messages/search"):
                assert asked.query["server"] == "abcd1234"
                since = asked.query.get("receivedAfter")
                found = [text for text in self.of(asked.body["sentTo"]) if not since or _iso(text.at) > since]
                size = int(asked.query["itemsPerPage"])
                items = [self._summary(text) for text in self.page(found, int(asked.query["page"]), size)]
                return Given(200, {"items": items}, {"x-ms-delay": "1000,1000,2000"})
        id_ = asked.path.removeprefix("/api/messages/")
        if asked.method == "DELETE":
            return self.remove(id_)
        for text in self.texts:
            if text.id == id_:
                return Given(200, self._summary(text) | {"text": {"body": text.body, "codes": []}})
        return Given(404)

    def _summary(self, text: FakeText) -> dict[str, Any]:
        phone = {"phone": text.to.removeprefix("+")}
        return {"id": text.id, "type": "SMS", "received": _iso(text.at), "to": [phone], "summary": text.body[:10]}


class FakeMailSlurp(Fake):
    """Numbers, a pool with leases, and texts of one MailSlurp account; it holds a request until a text comes."""

    provider = "mailslurp"
    proof = ("x-api-key", KEY)

    def __init__(self) -> None:
        self.leases: dict[str, str] = {}
        super().__init__()

    @property
    def settings(self) -> dict[str, str]:
        return {"MAILSLURP_API_KEY": KEY, "MAILSLURP_POOL": "tests", "MAILSLURP_API_URL": self.url}

    def answer(self, asked: ApiCall) -> Given:
        match (asked.method, asked.path.strip("/").split("/")):
            case ("GET", ["phone", "pools", "by-name"]):
                return Given(200, self._pool()) if asked.query["name"] == "tests" else Given(404)
            case ("POST", ["phone", "pools", "pool-1", "leases"]):
                return self._lease()
            case ("DELETE", ["phone", "pools", "pool-1", "leases", id_]):
                return Given(204 if self.leases.pop(id_, None) else 404)
            case ("GET", ["phone", "numbers", id_, "sms"]):
                since = asked.query.get("since")
                found = [text for text in self.of(NUMBERS[int(id_[-1])]) if not since or _iso(text.at) >= since]
                size = int(asked.query["size"])
                items = [self._shown(text) for text in self.page(found, int(asked.query["page"]), size)]
                return Given(200, {"content": items, "totalElements": len(found), "totalPages": -(-len(found) // size)})
            case ("POST", ["waitForSms"]):
                return self._wait(asked.body)
            case ("DELETE", ["sms", id_]):
                return self.remove(id_)
        return Given(404)

    def _pool(self) -> dict[str, Any]:
        now, lent, there_are = _iso(datetime.now(UTC)), len(self.leases), len(NUMBERS)
        return {
            "id": "pool-1", "userId": "user-1", "name": "tests", "createdAt": now, "updatedAt": now,
            "memberCount": there_are, "availableMemberCount": there_are - lent, "leasedMemberCount": lent,
            "members": [],
        }  # fmt: skip

    def _lease(self) -> Given:
        for place, number in enumerate(NUMBERS):
            if number not in self.leases.values():
                id_ = str(uuid.uuid4())
                self.leases[id_] = number
                now = _iso(datetime.now(UTC))
                return Given(
                    201,
                    {
                        "id": id_, "poolId": "pool-1", "phoneNumberId": f"phone-{place}", "phoneNumber": number,
                        "phoneCountry": "GB", "leasedAt": now, "expiresAt": now,
                    },
                )  # fmt: skip
        return Given(409)

    def _wait(self, wanted: dict[str, Any]) -> Given:
        number = NUMBERS[int(wanted["phoneNumberId"][-1])]

        def found() -> list[FakeText]:
            return [text for text in self.of(number) if _iso(text.at) >= wanted["since"]]

        with self.arrival:
            if self.arrival.wait_for(lambda: len(found()) >= wanted["count"], timeout=wanted["timeout"] / 1000):
                return Given(200, [self._shown(text) for text in found()])
        return Given(408)

    def _shown(self, text: FakeText) -> dict[str, Any]:
        return {
            "id": text.id, "userId": "user-1", "phoneNumber": f"phone-{NUMBERS.index(text.to)}",
            "fromNumber": "+15005550006", "body": text.body, "read": False, "createdAt": _iso(text.at),
        }  # fmt: skip


class FakeNtfy(Fake):
    """One topic of an ntfy server: a line of JSON for each message, oldest first."""

    provider = "ntfy"
    proof = ("Authorization", f"Bearer {KEY}")

    @property
    def settings(self) -> dict[str, str]:
        return {"NTFY_TOPIC_URL": f"{self.url}/secret-topic", "NTFY_TOKEN": KEY}

    def answer(self, asked: ApiCall) -> Given:
        if asked.path != "/secret-topic/json" or asked.query.get("poll") != "1":
            return Given(404)
        ids = [text.id for text in self.texts]
        since = asked.query["since"]
        newer = self.texts if since == "all" else self.texts[ids.index(since) + 1 :]
        listed = [text for text in newer for _ in range(2)] if self.fault == "duplicate" else newer
        shown = [
            {
                "id": text.id,
                "time": int(text.at.timestamp()),
                "event": "message",
                "title": text.to,
                "message": text.body,
            }
            for text in listed
        ]
        return Given(200, b"".join(_json(one) + b"\n" for one in shown))


FAKES: tuple[type[Fake], ...] = (FakeInbox, FakeTwilio, FakeMailosaur, FakeMailSlurp)
