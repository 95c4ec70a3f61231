"""Compare requests and responses with Twilio's published description of its API. `make test` downloads it from npm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from jsonschema import Draft202012Validator, FormatChecker
from tests.phones.fakes import Asked, Given
from tests.published import TWILIO, file_of
import base64
import hashlib
import os
import subprocess
import tarfile
from pathlib import Path
import pytest
from tests.running import ROOT


FORMATS = FormatChecker(())
FORMATS.checks("date-time")(lambda text: bool(re.match(r"\d{4}-\d\d-\d\d([ T]|$)", str(text))))
FORMATS.checks("date-time-rfc-2822")(
    lambda text: text is None or bool(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000", str(text)))
)
FORMATS.checks("phone-number")(lambda text: text is None or bool(re.fullmatch(r"\+[1-9]\d+", str(text))))


@cache
def description() -> dict[str, Any]:
    """The part of it that speaks of texts and numbers."""
    whole = json.loads(file_of(TWILIO, "src/services/twilio-api/twilio_api_v2010.json"))
    root = "/2010-04-01/Accounts/{AccountSid}"
    paths = (f"{root}/Messages.json", f"{root}/Messages/{{Sid}}.json", f"{root}/IncomingPhoneNumbers.json")
    return {"paths": {path: whole["paths"][path] for path in paths}, "schemas": whole["components"]["schemas"]}


def problems(asked: Asked, given: Given) -> Iterator[str]:
    """Yield what the description does not know; it describes no refusals, so these go unread."""
    place, parts = _path(asked.path)
    operation = description()["paths"].get(place, {}).get(asked.method.lower())
    if operation is None:
        yield f"{asked.method} {asked.path} is not described"
        return
    yield from _of_request(operation, asked, parts)
    if given.status >= 400:
        return
    if str(given.status) not in operation["responses"]:
        yield f"{given.status} is no answer to {asked.method} {place}"
        return
    content = operation["responses"][str(given.status)].get("content")
    if content:
        yield from _against(content["application/json"]["schema"], given.body, "answer")


def _path(path: str) -> tuple[str, dict[str, str]]:
    for place in description()["paths"]:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(place))
        if found := re.fullmatch(pattern, path):
            return place, found.groupdict()
    return path, {}


def _of_request(operation: dict[str, Any], asked: Asked, parts: dict[str, str]) -> Iterator[str]:
    known = {one["name"]: one["schema"] for one in operation["parameters"]}
    for name, value in (asked.query | parts).items():
        if name not in known:
            yield f"{name} is no parameter"
            continue
        number = known[name].get("type") == "integer" and value.isdigit()
        yield from _against(known[name], int(value) if number else value, name)
    form = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
    if asked.body is not None and form is None:
        yield "nothing is taken in the body"
    elif form is not None:
        yield from _against(form["schema"], asked.body or {}, "form")


def _against(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    for error in Draft202012Validator(_strict(schema), format_checker=FORMATS).iter_errors(value):
        yield f"{where}{error.json_path[1:]}: {error.message}"


def _strict(schema: Any) -> Any:
    """OpenAPI 3.0 in words of JSON Schema; what is not named is not there."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict(description()["schemas"][schema["$ref"].rpartition("/")[2]])
    strict = {name: _strict(one) for name, one in schema.items() if name not in ("description", "examples", "x-twilio")}
    if "properties" in schema:
        strict["properties"] = {name: _strict(one) for name, one in schema["properties"].items()}
        strict["additionalProperties"] = False
    return {"anyOf": [strict, {"type": "null"}]} if schema.get("nullable") else strict


FOLDER = ROOT / ".venv" / "published"
TWILIO = "@twilio/cli-core@9.0.0"
PACKAGES = {
    TWILIO: "FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg==",
}
"""Each with its version, and the SHA-512 that the registry shows of it."""


def fetch() -> None:
    """Download all of them, unopened."""
    FOLDER.mkdir(exist_ok=True)
    for package in PACKAGES:
        subprocess.run(
            ["npm", "pack", package, "--silent", "--pack-destination", str(FOLDER)],
            check=True, env=os.environ | {"npm_config_loglevel": "error"}, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def file_of(package: str, path: str) -> bytes:
    """Return a file of a package; the test is skipped where the package is not there."""
    name, _, version = package.removeprefix("@").rpartition("@")
    archive = FOLDER / f"{name.replace('/', '-')}-{version}.tgz"
    if not archive.is_file():
        pytest.skip(f"{package} is not there: `make test` fetches it, with npm")
    digest = hashlib.sha512(archive.read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PACKAGES[package], f"{archive} is not what was published"
    with tarfile.open(archive) as opened:
        found = opened.extractfile(f"package/{Path(path)}")
        assert found
        return found.read()


if __name__ == "__main__":
    fetch()
