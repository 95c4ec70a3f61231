"""The inbox over HTTP: SMS messages are read, delivered and removed, and numbers lent, all with the bearer token."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from phone_inbox.inbox import Inbox, InboxFull, Lease, SmsMessage

LONGEST_WAIT = 25.0
LONGEST_BODY = 4_000
PHONE = re.compile(r"\+[0-9]{1,15}", re.ASCII)
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
SEQ = re.compile(r"[0-9]{1,15}", re.ASCII)
LONGEST_LEASE = LONGEST_REST = 3600.0
MOST_NUMBERS = 1_000
SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?", re.ASCII)
CODE = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)


class BadRequest(ValueError):
    """A parameter that is not as described; the message says what was expected."""


def create_app(inbox: Inbox, token: str) -> Flask:
    """Return the web app of one inbox.

    `GET /messages?to=%2B1555…&after=SEQ&wait=SECONDS` lists
    `[{"seq", "to", "body", "sent_at", "code"?}]`, newest last; with `wait` it is held until something newer arrives.
    `POST /messages {"to", "body", "code"?}` delivers: 201 and the message.
    `DELETE /messages/SEQ` and `DELETE /messages?to=…` remove.
    `POST /leases {"numbers", "owner", "seconds"}` lends one of the numbers: 201 `{"id", "number", "expires_at"}`, or
    409 where none is free; `DELETE /leases/ID?rest=SECONDS` ends it, and keeps the number aside for so long.
    `GET /health` needs no token and tells nothing.
    """
    app = Flask("phone_inbox")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> tuple[Response, int] | None:
        if request.path == "/health":
            return None
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return jsonify(error="the bearer token is missing or wrong"), 401

    @app.get("/messages")
    def list_messages() -> Response:
        messages = inbox.messages(_receiver(request.args.get("to")), _after(), _wait())
        return jsonify([as_json(message) for message in messages])

    @app.post("/messages")
    def deliver() -> tuple[Response, int]:
        return jsonify(as_json(inbox.deliver(*_delivery()))), 201

    @app.delete("/messages/<int:seq>")
    def remove(seq: int) -> tuple[Response, int]:
        return _gone("text", was_there=seq < 2**63 and inbox.remove(seq))

    @app.delete("/messages")
    def remove_all() -> Response:
        return jsonify(removed=inbox.remove_all(_receiver(request.args.get("to"))))

    @app.post("/leases")
    def lease() -> tuple[Response, int]:
        lent = inbox.lease(*_wanted())
        if lent is None:
            return jsonify(error="every one of these numbers is lent or rests"), 409
        return jsonify(_lease_as_json(lent)), 201

    @app.delete("/leases/<lease_id>")
    def end_lease(lease_id: str) -> tuple[Response, int]:
        return _gone("lease", was_there=inbox.end_lease(lease_id, _seconds("rest", LONGEST_REST)))

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @app.errorhandler(BadRequest)
    def refuse(reason: BadRequest) -> tuple[Response, int]:
        return jsonify(error=str(reason)), 400

    @app.errorhandler(InboxFull)
    def full(reason: InboxFull) -> tuple[Response, int]:
        return jsonify(error=str(reason)), 507

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> tuple[Response, int]:
        return jsonify(error=reason.description or reason.name), reason.code or 400

    return app


def as_json(message: SmsMessage) -> dict[str, int | str]:
    """Return an SMS message as the list shows it; `code` only where there is one."""
    shown: dict[str, int | str] = {
        "seq": message.seq,
        "to": message.to,
        "body": message.body,
        "sent_at": _iso(message.sent_at),
    }
    if message.code is not None:
        shown["code"] = message.code
    return shown


def _lease_as_json(lease: Lease) -> dict[str, str]:
    return {"id": lease.id, "number": lease.number, "expires_at": _iso(lease.until)}


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _gone(what: str, *, was_there: bool) -> tuple[Response, int]:
    return (jsonify(removed=1), 200) if was_there else (jsonify(error=f"there is no such {what}"), 404)


def _receiver(given: str | None) -> str:
    """Read a number or an address; in a query the literal `+` of a number arrives as a blank."""
    to = "+" + given[1:] if given is not None and given.startswith(" ") else given
    if to is None or not (PHONE.fullmatch(to) or ADDRESS.fullmatch(to)):
        raise BadRequest("to: expected one phone number, a plus and up to 15 digits, or one email address")
    return to


def _after() -> int:
    given = request.args.get("after", "0")
    if not SEQ.fullmatch(given):
        raise BadRequest("after: expected the seq of an SMS message, a whole number from 0")
    return int(given)


def _wait() -> float:
    return _seconds("wait", LONGEST_WAIT)


def _seconds(name: str, most: float) -> float:
    given = request.args.get(name, "0")
    if not SECONDS.fullmatch(given) or float(given) > most:
        raise BadRequest(f"{name}: expected seconds from 0 to {most:.0f}")
    return float(given)


def _is_unicode(text: str) -> bool:
    """Half a surrogate pair can stand in JSON, and in no text."""
    return not any("\ud800" <= mark <= "\udfff" for mark in text)


def _wanted() -> tuple[list[str], str, float]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or set(given) != {"numbers", "owner", "seconds"}:
        raise BadRequest("expected a JSON object with numbers, owner and seconds")
    numbers, owner, seconds = given["numbers"], given["owner"], given["seconds"]
    if not isinstance(numbers, list) or not 0 < len(numbers) <= MOST_NUMBERS:
        raise BadRequest(f"numbers: expected a list of 1 to {MOST_NUMBERS} phone numbers")
    if not all(isinstance(number, str) and PHONE.fullmatch(number) for number in numbers):
        raise BadRequest("numbers: expected phone numbers, each a plus and up to 15 digits")
    if not isinstance(owner, str) or not 0 < len(owner) <= 200:
        raise BadRequest("owner: expected a name of up to 200 characters")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_LEASE:
        raise BadRequest(f"seconds: expected a number up to {LONGEST_LEASE:.0f}")
    return numbers, owner, float(seconds)


def _delivery() -> tuple[str, str, str | None]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not set(given) <= {"to", "body", "code"}:
        raise BadRequest("expected a JSON object with to, body and perhaps code")
    to, body, code = given.get("to"), given.get("body"), given.get("code")
    if not isinstance(to, str) or not PHONE.fullmatch(to):
        raise BadRequest("to: expected a phone number, a plus and up to 15 digits")
    if not isinstance(body, str) or len(body) > LONGEST_BODY or not _is_unicode(body):
        raise BadRequest(f"body: expected the words of the SMS message, at most {LONGEST_BODY} characters")
    if code is not None and not (isinstance(code, str) and CODE.fullmatch(code)):
        raise BadRequest("code: expected up to 32 letters and digits")
    return to, body, code
