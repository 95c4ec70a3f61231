"""Removes all secrets from Playwright's trace of a sign-in.

Only the parts named here are kept, so that nothing new in a later Playwright gets through: no page, body, header or
script output. Parameters in URLs keep their names and lose their values.
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
"""The types of trace events and the parts that are kept: names and times."""
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]*|\b(?:data|blob|javascript):\S*", re.IGNORECASE)
_MARKUP = re.compile(r"<.*>", re.DOTALL)


def without_secrets(written: bytes) -> bytes:
    """Return a copy of Playwright's trace without secrets."""
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
    """Return a line without markup, values in URLs, codes and keys."""
    return CODES_AND_KEYS.sub("•••", _ADDRESS.sub(lambda found: _named(found[0]), _MARKUP.sub("<…>", text)))


def _named(address: str) -> str:
    """Return a URL with the names of its parameters and without its fragment."""
    place, mark, query = address.partition("#")[0].partition("?")
    if "://" not in place:
        return f"{place.partition(':')[0]}:…"
    return place + mark + "&".join(f"{pair.partition('=')[0]}=…" for pair in query.split("&") if query)
