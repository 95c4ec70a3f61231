"""The inbox over HTTP: `GET /texts` reads, `POST /texts` delivers, both with the bearer token."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from phone_inbox.inbox import Inbox, InboxFull, Text

LONGEST_WAIT = 25.0
LONGEST_BODY = 4_000
PHONE = re.compile(r"\+[0-9]{1,15}", re.ASCII)
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
SEQ = re.compile(r"[0-9]{1,15}", re.ASCII)
SECONDS = re.compile(r"[0-9]{1,2}(\.[0-9]{1,6})?", re.ASCII)
CODE = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)


class BadRequest(ValueError):
    """A parameter that is not as described; the message says what was expected."""


def create_app(inbox: Inbox, token: str) -> Flask:
    """Return the web app of one inbox.

    `GET /texts?to=%2B1555…&after=SEQ&wait=SECONDS` lists
    `[{"seq", "to", "body", "sent_at", "code"?}]`, newest last; with `wait` it is held until something newer arrives.
    `POST /texts {"to", "body", "code"?}` delivers: 201 and the text.
    """
    app = Flask("phone_inbox")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> tuple[Response, int] | None:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return jsonify(error="the bearer token is missing or wrong"), 401

    @app.get("/texts")
    def list_texts() -> Response:
        texts = inbox.texts(_receiver(request.args.get("to")), _after(), _wait())
        return jsonify([as_json(text) for text in texts])

    @app.post("/texts")
    def deliver() -> tuple[Response, int]:
        return jsonify(as_json(inbox.deliver(*_delivery()))), 201

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


def as_json(text: Text) -> dict[str, int | str]:
    """Return a text as the list shows it; `code` only where there is one."""
    sent_at = datetime.fromtimestamp(text.sent_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown: dict[str, int | str] = {"seq": text.seq, "to": text.to, "body": text.body, "sent_at": sent_at}
    if text.code is not None:
        shown["code"] = text.code
    return shown


def _receiver(given: str | None) -> str:
    """Read a number or an address; in a query the literal `+` of a number arrives as a blank."""
    to = "+" + given[1:] if given is not None and given.startswith(" ") else given
    if to is None or not (PHONE.fullmatch(to) or ADDRESS.fullmatch(to)):
        raise BadRequest("to: expected one phone number, a plus and up to 15 digits, or one e-mail address")
    return to


def _after() -> int:
    given = request.args.get("after", "0")
    if not SEQ.fullmatch(given):
        raise BadRequest("after: expected the seq of a text, a whole number from 0")
    return int(given)


def _wait() -> float:
    given = request.args.get("wait", "0")
    if not SECONDS.fullmatch(given) or float(given) > LONGEST_WAIT:
        raise BadRequest(f"wait: expected seconds from 0 to {LONGEST_WAIT:.0f}")
    return float(given)


def _delivery() -> tuple[str, str, str | None]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not set(given) <= {"to", "body", "code"}:
        raise BadRequest("expected a JSON object with to, body and perhaps code")
    to, body, code = given.get("to"), given.get("body"), given.get("code")
    if not isinstance(to, str) or not PHONE.fullmatch(to):
        raise BadRequest("to: expected a phone number, a plus and up to 15 digits")
    if not isinstance(body, str) or len(body) > LONGEST_BODY:
        raise BadRequest(f"body: expected the words of the text, at most {LONGEST_BODY} characters")
    if code is not None and not (isinstance(code, str) and CODE.fullmatch(code)):
        raise BadRequest("code: expected up to 32 letters and digits")
    return to, body, code
