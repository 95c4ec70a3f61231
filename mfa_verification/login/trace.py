"""What the browser was made to do, for Playwright's viewer: its own record of a sign-in, without any secret.

Nothing is taken over that is not named here, so that whatever a later Playwright writes down beside it stays out:
no page, no body, no header, no script's message. Of an address the values of its parameters are left out.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from mfa_verification.login.window import CODES_AND_KEYS

_KEPT: dict[str, tuple[str, ...]] = {
    "context-options": (
        "version", "origin", "browserName", "playwrightVersion", "platform", "wallTime", "monotonicTime",
        "sdkLanguage", "testIdAttributeName",
    ),
    "before": ("callId", "startTime", "title", "class", "method"),
    "after": ("callId", "endTime"),
    "log": ("callId", "time"),
}  # fmt: skip
"""Events of the trace, by type, and which of their parts are no more than names and times."""
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]*|\b(?:data|blob|javascript):\S*", re.IGNORECASE)
_MARKUP = re.compile(r"<.*>", re.DOTALL)


def without_secrets(written: bytes) -> bytes:
    """Return a trace anew, from the one that Playwright wrote."""
    with ZipFile(BytesIO(written)) as old:
        events = [json.loads(line) for line in old.read("trace.trace").decode().splitlines()]
    lines = [json.dumps(kept) for event in events if (kept := _kept(event))]
    anew = BytesIO()
    with ZipFile(anew, "w", ZIP_DEFLATED) as new:
        new.writestr("trace.trace", "".join(f"{line}\n" for line in lines))
        new.writestr("trace.network", "")
    return anew.getvalue()


def _kept(event: dict[str, Any]) -> dict[str, Any] | None:
    names = _KEPT.get(event["type"])
    if names is None:
        return None
    kept = {name: event[name] for name in ("type", *names) if name in event}
    match event["type"]:
        case "context-options":
            kept["options"] = {}
        case "before":
            url = event.get("params", {}).get("url")
            kept["params"] = {"url": _readable(url)} if isinstance(url, str) else {}
        case "after" if "error" in event:
            kept["error"] = {"name": "Error", "message": _readable(event["error"].get("message", ""))}
        case "log":
            kept["message"] = _readable(event["message"])
    return kept


def _readable(text: str) -> str:
    """Return a line of Playwright's without a page's markup, without values in addresses, without codes and keys."""
    return CODES_AND_KEYS.sub("•••", _ADDRESS.sub(lambda found: _named(found[0]), _MARKUP.sub("<…>", text)))


def _named(address: str) -> str:
    """Return an address with the names of its parameters alone; of a fragment nothing."""
    place, mark, query = address.partition("#")[0].partition("?")
    if "://" not in place:
        return f"{place.partition(':')[0]}:…"
    return place + mark + "&".join(f"{pair.partition('=')[0]}=…" for pair in query.split("&") if query)
