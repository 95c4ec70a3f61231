"""How a refusal is said (contract, 3 and 7.6)."""

from __future__ import annotations

from http import HTTPStatus

from local_tenant.errors import API_AUDIENCE_BAD, API_SIGNATURE_BAD, API_TOKEN_BAD, API_TOKEN_EXPIRED, Refused
from local_tenant.rules.base import Rule


class Refusals(Rule):
    """From a row of the table to an answer."""

    def status(self, refused: Refused) -> int:
        """The row's own status."""
        return refused.row.status

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        """`error` and `error_description`."""
        return {"error": refused.row.error, "error_description": refused.description}

    def management_body(self, refused: Refused) -> dict[str, object]:
        """`statusCode`, `error` (the HTTP phrase), `message`, `errorCode`."""
        row = refused.row
        body: dict[str, object] = {"statusCode": row.status, "error": HTTPStatus(row.status).phrase}
        body["message"] = refused.description
        if row.error:
            body["errorCode"] = row.error
        if row in (API_TOKEN_BAD, API_TOKEN_EXPIRED, API_SIGNATURE_BAD, API_AUDIENCE_BAD):
            body["attributes"] = {"error": refused.description}
        return body
