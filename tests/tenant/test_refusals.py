"""Every row of the table of refusals is met by a request, and says what it says; nothing changed by it."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from local_tenant import errors
from local_tenant.errors import Refused, Row
from tests.tenant.arranged import Arranged
from tests.tenant.refusals import PARTS, TABLE
from tests.tenant.refusals.table import said

ROWS = {name: row for name, row in vars(errors).items() if isinstance(row, Row)}


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """The rows that were met, in order."""
    rows: list[Row] = []
    usual = Refused.__init__

    def note(self: Refused, row: Row, **blanks: str) -> None:
        rows.append(row)
        usual(self, row, **blanks)

    monkeypatch.setattr(Refused, "__init__", note)
    return rows


def test_every_row_is_met() -> None:
    assert len(TABLE) == sum(map(len, PARTS)), "a case stands twice"
    assert {case.partition(",")[0] for case in TABLE} == set(ROWS)


@pytest.mark.parametrize("case", TABLE)
def test_a_row_says_what_it_says(case: str, raised: list[Row]) -> None:
    meets, name = TABLE[case], case.partition(",")[0]
    it = Arranged(meets.text, meets.vary)
    refused = said(meets.ask(it))
    words = meets.words.replace("{client}", it.web.client_id)
    assert refused.refusal == (meets.status, meets.error, words)
    assert raised[-1] is ROWS[name]
    if "statusCode" in refused.body and "name" not in refused.body:
        attributes = {"attributes": {"error": words}} if name in TOKEN_ROWS else {}
        code = {"errorCode": meets.error} if meets.error else {}
        assert refused.body == {
            "statusCode": meets.status, "error": HTTPStatus(meets.status).phrase, "message": words,
        } | code | attributes  # fmt: skip
    elif meets.error == "mfa_required":
        assert set(refused.body) == {"error", "error_description", "mfa_token", "mfa_requirements"}
        assert refused.body["mfa_token"].startswith("Fe26.2*")


TOKEN_ROWS = {"API_TOKEN_BAD", "API_TOKEN_EXPIRED", "API_SIGNATURE_BAD", "API_AUDIENCE_BAD"}


@pytest.mark.parametrize(
    "request_",
    [Arranged.exchange, Arranged.password, Arranged.refresh, Arranged.machine, Arranged.start,
     lambda it: it.started().confirm(), lambda it: it.with_app().otp(), lambda it: it.enrolled().challenge()],
)  # fmt: skip
def test_what_the_rows_change_is_right_without_them(request_: object) -> None:
    assert request_(Arranged()).status_code == 200  # type: ignore[operator]
