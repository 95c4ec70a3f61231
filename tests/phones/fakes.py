"""Stand-ins for the services that receive SMS messages: they keep state, and fail in a chosen way.

Each has the vendor's documented paths and bodies. A message arrives by `deliver`, or by `POST /deliver` with the body
that a tenant sends to its custom phone provider.
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
class FakeSms:
    """An SMS message as a service stores it."""

    to: str
    body: str
    id: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class ApiCall:
    """A request to the service."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Reply:
    """A response of the service."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Fake(Server):
    """The common part of all services: messages, faults and a port."""

    provider: ClassVar[str]
    authentication: ClassVar[tuple[str, str]]
    """Name and value of the header that authenticates a request."""

    def __init__(self) -> None:
        self.messages: list[FakeSms] = []
        self.arrival = threading.Condition()
        self.fault: str | None = None
        self.calls: list[ApiCall] = []
        self.open = threading.Event()
        super().__init__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        raise NotImplementedError

    def respond(self, call: ApiCall) -> Reply:
        raise NotImplementedError

    def deliver(self, to: str, body: str) -> None:
        with self.arrival:
            self.messages.append(FakeSms(to, body, self.new_id()))
            self.arrival.notify_all()

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def of(self, to: str) -> list[FakeSms]:
        """Return the messages to a number, newest first unless the fault changes this."""
        mine = [message for message in self.messages if message.to.lstrip("+") == to.lstrip("+")]
        found = list(reversed(self.messages if self.fault == "unfiltered" else mine))
        if self.fault == "out-of-order":
            found.reverse()
        return [message for message in found for _ in range(2)] if self.fault == "duplicate" else found

    def page(self, found: list[FakeSms], number: int, size: int) -> list[FakeSms]:
        return found[number * size : (number + 1) * size]

    def remove(self, id_: str) -> Reply:
        before = len(self.messages)
        self.messages = [message for message in self.messages if message.id != id_]
        return Reply(204 if len(self.messages) < before else 404)

    def stop(self) -> None:
        self.open.set()
        super().stop()

    def dispatch(self, request: Request) -> Response:
        form = request.mimetype == "application/x-www-form-urlencoded"
        body: Any = request.form.to_dict() if form else request.get_json() if request.data else None
        if request.path == "/deliver":
            self.deliver(body["notification"]["recipient"], body["notification"]["as_text"])
            return _sent(Reply(200, {}))
        call = ApiCall(request.method, request.path, request.args.to_dict(), body)
        self.calls.append(call)
        return _sent(self._faulty_or(call, request))

    def _faulty_or(self, call: ApiCall, request: Request) -> Reply:
        name, value = self.authentication
        match self.fault:
            case "cut":
                raise cut(request)
            case "slow":
                self.open.wait(60)
                return Reply(503)
            case "401" | "403" | "404" | "429" | "500" | "503" as status:
                return Reply(int(status), {"message": "no 482910"}, {"Retry-After": "7"})
            case "empty" | "garbage" | "not-json" as kind:
                return Reply(200, GARBLED[kind])
            case _ if request.headers.get(name) != value:
                return Reply(401)
            case _:
                return self.respond(call)


def _sent(given: Reply) -> Response:
    content = b"" if given.body is None else given.body if isinstance(given.body, bytes) else _json(given.body)
    return Response(content, given.status, given.headers)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeInbox(Fake):
    """The real inbox, with the same faults."""

    provider = "inbox"
    authentication = ("Authorization", f"Bearer {KEY}")

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

    def respond(self, call: ApiCall) -> Reply:
        found = self.app.test_client().open(
            call.path, method=call.method, query_string=call.query, json=call.body,
            headers={"Authorization": f"Bearer {KEY}"},
        )  # fmt: skip
        if call.method == "DELETE":
            self.messages = self.messages[1:]
        return Reply(found.status_code, found.get_json())

    def stop(self) -> None:
        self.inbox.close()
        super().stop()


class FakeTwilio(Fake):
    """A Twilio account with messages and numbers: pages, times in whole seconds, newest first."""

    provider = "twilio"
    account = "AC" + "0" * 32
    authentication = ("Authorization", "Basic " + base64.b64encode(f"AC{'0' * 32}:{KEY}".encode()).decode())
    withholds = False

    def new_id(self) -> str:
        return "SM" + uuid.uuid4().hex

    @property
    def settings(self) -> dict[str, str]:
        return {
            "TWILIO_ACCOUNT_SID": self.account, "TWILIO_AUTH_TOKEN": KEY, "TWILIO_NUMBERS": ", ".join(NUMBERS),
            "TWILIO_API_URL": self.url,
        }  # fmt: skip

    def respond(self, call: ApiCall) -> Reply:
        root = f"/2010-04-01/Accounts/{self.account}"
        if call.path == f"{root}/IncomingPhoneNumbers.json":
            owned = [number for number in NUMBERS if number == call.query["PhoneNumber"]]
            return Reply(200, {"incoming_phone_numbers": [{"phone_number": number} for number in owned]})
        if call.path == f"{root}/Messages.json":
            assert set(call.query) <= {"To", "PageSize", "DateSent>", "Page"}, call.query
            number, size = int(call.query.get("Page", "0")), int(call.query.get("PageSize", "50"))
            found = self.of(call.query["To"])
            listed = [self._shown(message) for message in self.page(found, number, size)]
            outbound = {"direction": "outbound-api", "sid": "SM" + "0" * 32}
            more = f"{root}/Messages.json?To=%2B{call.query['To'][1:]}&Page={number + 1}&PageSize={size}"
            further = more if len(found) > (number + 1) * size else None
            return Reply(200, {"messages": [outbound, *listed], "next_page_uri": further})
        id_ = call.path.removeprefix(f"{root}/Messages/").removesuffix(".json")
        for message in self.messages:
            if message.id == id_ and call.body == {"Body": ""}:
                message.body = ""
                return Reply(200, self._shown(message))
        return Reply(404, {"code": 20404})

    def _shown(self, message: FakeSms) -> dict[str, Any]:
        held = {"body": "", "status": "failed", "error_code": 30038} if self.withholds else {}
        return {
            "sid": message.id, "to": message.to, "from": "+15005550006", "body": message.body, "direction": "inbound",
            "status": "received", "date_sent": format_datetime(message.at.replace(microsecond=0)), "error_code": None,
        } | held  # fmt: skip


class FakeMailosaur(Fake):
    """A Mailosaur server: messages are searched, then read one by one."""

    provider = "mailosaur"
    authentication = ("Authorization", "Basic " + base64.b64encode(f"{KEY}:".encode()).decode())
    limits: ClassVar[dict[str, Any]] = {"sms": {"limit": 100, "current": 3}}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "MAILOSAUR_API_KEY": KEY, "MAILOSAUR_SERVER": "abcd1234", "MAILOSAUR_NUMBERS": " ".join(NUMBERS),
            "MAILOSAUR_API_URL": self.url,
        }  # fmt: skip

    def respond(self, call: ApiCall) -> Reply:
        match (call.method, call.path):
            case ("GET", "/api/servers/abcd1234"):
                return Reply(200, {"id": "abcd1234", "name": "Tests"})
            case ("GET", "/api/usage/limits"):
                return Reply(200, self.limits)
            case ("POST", "/api/messages/search"):
                assert call.query["server"] == "abcd1234"
                since = call.query.get("receivedAfter")
                found = [message for message in self.of(call.body["sentTo"]) if not since or _iso(message.at) > since]
                size = int(call.query["itemsPerPage"])
                items = [self._summary(message) for message in self.page(found, int(call.query["page"]), size)]
                return Reply(200, {"items": items}, {"x-ms-delay": "1000,1000,2000"})
        id_ = call.path.removeprefix("/api/messages/")
        if call.method == "DELETE":
            return self.remove(id_)
        for message in self.messages:
            if message.id == id_:
                return Reply(200, self._summary(message) | {"text": {"body": message.body, "codes": []}})
        return Reply(404)

    def _summary(self, message: FakeSms) -> dict[str, Any]:
        phone = {"phone": message.to.removeprefix("+")}
        return {
            "id": message.id,
            "type": "SMS",
            "received": _iso(message.at),
            "to": [phone],
            "summary": message.body[:10],
        }


class FakeMailSlurp(Fake):
    """A MailSlurp account with numbers and a pool of leases; a request can wait until a message arrives."""

    provider = "mailslurp"
    authentication = ("x-api-key", KEY)

    def __init__(self) -> None:
        self.leases: dict[str, str] = {}
        super().__init__()

    @property
    def settings(self) -> dict[str, str]:
        return {"MAILSLURP_API_KEY": KEY, "MAILSLURP_POOL": "tests", "MAILSLURP_API_URL": self.url}

    def respond(self, call: ApiCall) -> Reply:
        match (call.method, call.path.strip("/").split("/")):
            case ("GET", ["phone", "pools", "by-name"]):
                return Reply(200, self._pool()) if call.query["name"] == "tests" else Reply(404)
            case ("POST", ["phone", "pools", "pool-1", "leases"]):
                return self._lease()
            case ("DELETE", ["phone", "pools", "pool-1", "leases", id_]):
                return Reply(204 if self.leases.pop(id_, None) else 404)
            case ("GET", ["phone", "numbers", id_, "sms"]):
                since = call.query.get("since")
                found = [
                    message for message in self.of(NUMBERS[int(id_[-1])]) if not since or _iso(message.at) >= since
                ]
                size = int(call.query["size"])
                items = [self._shown(message) for message in self.page(found, int(call.query["page"]), size)]
                return Reply(200, {"content": items, "totalElements": len(found), "totalPages": -(-len(found) // size)})
            case ("POST", ["waitForSms"]):
                return self._wait(call.body)
            case ("DELETE", ["sms", id_]):
                return self.remove(id_)
        return Reply(404)

    def _pool(self) -> dict[str, Any]:
        now, lent, there_are = _iso(datetime.now(UTC)), len(self.leases), len(NUMBERS)
        return {
            "id": "pool-1", "userId": "user-1", "name": "tests", "createdAt": now, "updatedAt": now,
            "memberCount": there_are, "availableMemberCount": there_are - lent, "leasedMemberCount": lent,
            "members": [],
        }  # fmt: skip

    def _lease(self) -> Reply:
        for place, number in enumerate(NUMBERS):
            if number not in self.leases.values():
                id_ = str(uuid.uuid4())
                self.leases[id_] = number
                now = _iso(datetime.now(UTC))
                return Reply(
                    201,
                    {
                        "id": id_, "poolId": "pool-1", "phoneNumberId": f"phone-{place}", "phoneNumber": number,
                        "phoneCountry": "GB", "leasedAt": now, "expiresAt": now,
                    },
                )  # fmt: skip
        return Reply(409)

    def _wait(self, wanted: dict[str, Any]) -> Reply:
        number = NUMBERS[int(wanted["phoneNumberId"][-1])]

        def found() -> list[FakeSms]:
            return [message for message in self.of(number) if _iso(message.at) >= wanted["since"]]

        with self.arrival:
            if self.arrival.wait_for(lambda: len(found()) >= wanted["count"], timeout=wanted["timeout"] / 1000):
                return Reply(200, [self._shown(message) for message in found()])
        return Reply(408)

    def _shown(self, message: FakeSms) -> dict[str, Any]:
        return {
            "id": message.id, "userId": "user-1", "phoneNumber": f"phone-{NUMBERS.index(message.to)}",
            "fromNumber": "+15005550006", "body": message.body, "read": False, "createdAt": _iso(message.at),
        }  # fmt: skip


FAKES: tuple[type[Fake], ...] = (FakeInbox, FakeTwilio, FakeMailosaur, FakeMailSlurp)
