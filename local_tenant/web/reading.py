"""Reading requests: parameters of a form or of JSON, bearer tokens, and who the application says it is."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import unquote

from flask import request

from local_tenant.errors import BODY_UNREADABLE, PARAMETER_MISSING, Refused
from local_tenant.model import Credentials

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Parameters(dict[str, str]):
    """The parameters of a token request; what is empty or null is absent."""

    def need(self, name: str) -> str:
        """Return a parameter, or refuse: 400 `invalid_request`."""
        if name not in self:
            raise Refused(PARAMETER_MISSING, name=name)
        return self[name]


def json_object() -> dict[str, object] | None:
    """Return the JSON object of the body; None for anything else."""
    body = json_value()
    return body if isinstance(body, dict) else None


def json_value() -> object:
    """Return what JSON the body is; None for anything else, half characters and bottomless nesting included."""
    try:
        body = request.get_json(silent=True, force=True)
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return None
    return body


def parameters() -> Parameters:
    """Read a form or a JSON object of texts (contract, 3)."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return Parameters({name: value for name, value in request.form.items() if value})
    body = json_object()
    if body is None:
        raise Refused(BODY_UNREADABLE)
    given = Parameters()
    for name, value in body.items():
        if value is not None and not isinstance(value, str):
            raise Refused(BODY_UNREADABLE)
        if value:
            given[name] = value
    return given


def credentials(given: Parameters) -> Credentials:
    """Read who the application says it is: from the Basic header, or from the body (contract, 3.1)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        assertion = given.get("client_assertion") if given.get("client_assertion_type") == JWT_BEARER else None
        return Credentials(given.get("client_id"), given.get("client_secret"), assertion)
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Credentials(None)
    return Credentials(unquote(name), unquote(secret))


def bearer() -> str | None:
    """Return the bearer token of the header, if there is one."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() == "bearer" else None
