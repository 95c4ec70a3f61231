"""Compare requests and responses with Twilio's published description of its API. `make test` downloads it from npm."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.phones.fakes import ApiCall, Reply
from tests.running import ROOT

FOLDER = ROOT / ".venv" / "published"
PACKAGE = "@twilio/cli-core@9.0.0"
SHA512 = "FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg=="
"""Of the package, as the npm registry shows it."""


def download() -> None:
    """Download the package that contains the description."""
    FOLDER.mkdir(exist_ok=True)
    subprocess.run(
        ["npm", "pack", PACKAGE, "--silent", "--pack-destination", str(FOLDER)],
        check=True, env=os.environ | {"npm_config_loglevel": "error"}, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def file_of_package(path: str) -> bytes:
    """Return a file of the package; skip the test if it was not downloaded."""
    name, _, version = PACKAGE.removeprefix("@").rpartition("@")
    archive = FOLDER / f"{name.replace('/', '-')}-{version}.tgz"
    if not archive.is_file():
        pytest.skip(f"{PACKAGE} is missing: `make test` downloads it, with npm")
    assert base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() == SHA512, archive
    with tarfile.open(archive) as opened:
        found = opened.extractfile(f"package/{Path(path)}")
        assert found
        return found.read()


FORMATS = FormatChecker(())
FORMATS.checks("date-time")(lambda text: bool(re.match(r"\d{4}-\d\d-\d\d([ T]|$)", str(text))))
FORMATS.checks("date-time-rfc-2822")(
    lambda text: text is None or bool(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000", str(text)))
)
FORMATS.checks("phone-number")(lambda text: text is None or bool(re.fullmatch(r"\+[1-9]\d+", str(text))))


@cache
def description() -> dict[str, Any]:
    """Return the part of the description that is about messages and phone numbers."""
    whole = json.loads(file_of_package("src/services/twilio-api/twilio_api_v2010.json"))
    root = "/2010-04-01/Accounts/{AccountSid}"
    paths = (f"{root}/Messages.json", f"{root}/Messages/{{Sid}}.json", f"{root}/IncomingPhoneNumbers.json")
    return {"paths": {path: whole["paths"][path] for path in paths}, "schemas": whole["components"]["schemas"]}


def problems(call: ApiCall, response: Reply) -> Iterator[str]:
    """Yield what contradicts the description. It does not describe refusals, so their bodies are not checked."""
    place, parts = _path(call.path)
    operation = description()["paths"].get(place, {}).get(call.method.lower())
    if operation is None:
        yield f"{call.method} {call.path} is not described"
        return
    yield from _of_request(operation, call, parts)
    if response.status >= 400:
        return
    if str(response.status) not in operation["responses"]:
        yield f"{response.status} is no response to {call.method} {place}"
        return
    content = operation["responses"][str(response.status)].get("content")
    if content:
        yield from _against(content["application/json"]["schema"], response.body, "response")


def _path(path: str) -> tuple[str, dict[str, str]]:
    for place in description()["paths"]:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(place))
        if found := re.fullmatch(pattern, path):
            return place, found.groupdict()
    return path, {}


def _of_request(operation: dict[str, Any], call: ApiCall, parts: dict[str, str]) -> Iterator[str]:
    known = {one["name"]: one["schema"] for one in operation["parameters"]}
    for name, value in (call.query | parts).items():
        if name not in known:
            yield f"{name} is no parameter"
            continue
        number = known[name].get("type") == "integer" and value.isdigit()
        yield from _against(known[name], int(value) if number else value, name)
    form = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
    if call.body is not None and form is None:
        yield "the request has no body"
    elif form is not None:
        yield from _against(form["schema"], call.body or {}, "form")


def _against(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    for error in Draft202012Validator(_strict(schema), format_checker=FORMATS).iter_errors(value):
        yield f"{where}{error.json_path[1:]}: {error.message}"


def _strict(schema: Any) -> Any:
    """Convert an OpenAPI 3.0 schema to JSON Schema that forbids additional properties."""
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


if __name__ == "__main__":
    download()
