"""Every row of the table of refusals: a request meets it, the response is exact, and nothing else changes."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from local_tenant import errors
from local_tenant.errors import Refused, Row
from tests.tenant.arranged import Arranged
from tests.tenant.client import bearer, refusal, wrong
from tests.tenant.refusals import PARTS, TABLE
from tests.tenant.refusals.table import read_refusal

ROWS = {name: row for name, row in vars(errors).items() if isinstance(row, Row)}
TOKEN_ROWS = {"API_TOKEN_BAD", "API_TOKEN_EXPIRED", "API_SIGNATURE_BAD", "API_AUDIENCE_BAD"}
"""Rows whose response has `attributes`."""


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """Return the rows that were met, in order."""
    rows: list[Row] = []
    usual = Refused.__init__

    def note(self: Refused, row: Row, **blanks: str) -> None:
        rows.append(row)
        usual(self, row, **blanks)

    monkeypatch.setattr(Refused, "__init__", note)
    return rows


def test_every_row_is_met() -> None:
    assert len(TABLE) == sum(map(len, PARTS)), "two tables have the same case"
    assert {case.partition(",")[0] for case in TABLE} == set(ROWS)


@pytest.mark.parametrize("case", TABLE)
def test_a_refusal(case: str, raised: list[Row]) -> None:
    expected, name = TABLE[case], case.partition(",")[0]
    it = Arranged(expected.text, expected.vary)
    refused = read_refusal(expected.request(it))
    words = expected.description.replace("{client}", it.web.client_id)
    assert refused.refusal == (expected.status, expected.error, words)
    assert raised[-1] is ROWS[name]
    if "statusCode" in refused.body and "name" not in refused.body:
        attributes = {"attributes": {"error": words}} if name in TOKEN_ROWS else {}
        code = {"errorCode": expected.error} if expected.error else {}
        assert refused.body == {
            "statusCode": expected.status, "error": HTTPStatus(expected.status).phrase, "message": words,
        } | code | attributes  # fmt: skip
    elif expected.error == "mfa_required":
        assert set(refused.body) == {"error", "error_description", "mfa_token", "mfa_requirements"}
        assert refused.body["mfa_token"].startswith("Fe26.2*")


@pytest.mark.parametrize(
    "request_",
    [Arranged.exchange, Arranged.password, Arranged.refresh, Arranged.machine, Arranged.start,
     lambda it: it.started().confirm(), lambda it: it.with_app().otp(), lambda it: it.enrolled().challenge()],
)  # fmt: skip
def test_the_requests_of_the_rows_succeed_without_the_change(request_: object) -> None:
    assert request_(Arranged()).status_code == 200  # type: ignore[operator]


@pytest.fixture
def it() -> Arranged:
    return Arranged()


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "null", "\ud83d".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_no_json_object_is_refused(it: Arranged, content: str | bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = it.http.post(it.url("/oauth/token"), data=content, headers=headers)
    assert refusal(response)[:2] == (400, "invalid_request")


def test_json_null_means_absent_and_forms_are_read(it: Arranged) -> None:
    grant = it.application("management").body(
        grant_type="client_credentials", audience=it.url("/api/v2/"), scope="read:users read:nothing"
    )
    response = it.http.post(it.url("/oauth/token"), json=grant | {"organization": None, "scope": None})
    assert "create:users" in response.json()["scope"].split()
    form = it.http.post(it.url("/oauth/token"), data=grant)
    assert (form.json()["scope"], form.json()["expires_in"]) == ("read:users", 86_400)


def test_a_client_secret_in_the_header_authenticates_an_application(it: Arranged) -> None:
    code = {"grant_type": "authorization_code", "code": "never-issued"}
    response = it.http.post(it.url("/oauth/token"), data=code, auth=(it.web.client_id, it.web.client_secret or ""))
    assert refusal(response) == (403, "invalid_grant", "Invalid authorization code")


def test_a_phone_is_confirmed_after_refused_confirmations(it: Arranged) -> None:
    it.started()
    code, other = it.mary.sms_code(), it.user()
    foreign_token = other.mfa_access_token(it.spa)
    for response in (
        it.confirm(binding_code=""), it.confirm(binding_code=wrong(code)), it.confirm(oob_code="Fe26.2*x"),
        it.confirm(mfa_token="Fe26.2*x"), it.confirm(mfa_token=foreign_token),
        it.confirm(client_id=it.native.client_id),
        it.token(it.spa.body(grant_type="x"), headers=bearer(foreign_token)),
    ):  # fmt: skip
        assert response.status_code in (400, 403), response.text
    assert (it.mary.confirmed(), other.confirmed()) == ([], [])
    assert it.confirm().status_code == 200


def test_a_refused_enrollment_leaves_no_authenticator(it: Arranged) -> None:
    bodies: list[object] = [[], {}, {"authenticator_types": "otp"}, {"authenticator_types": ["oob"]}]
    for body in bodies:
        assert it.associate(body).status_code == 400
    assert it.start("fax").status_code == it.start(phone_number="5").status_code == 400
    assert it.mary.authenticators(it.access_token) == []


def test_the_mfa_token_of_an_enrolled_user_confirms_nothing(it: Arranged) -> None:
    """An enrolled user needs an MFA API token, also to confirm an enrollment that was started before."""
    it.started(token=it.mfa_token)
    it.mary.enroll_with(it.mfa_token, "otp", it.spa)
    assert refusal(it.confirm(mfa_token=it.mfa_token)) == (403, "access_denied", "User is already enrolled.")
    assert it.mary.confirmed() == ["recovery-code", "totp"]


def test_unknown_paths_and_methods_are_refused_in_json(it: Arranged) -> None:
    assert refusal(it.get("/oauth/token"))[:2] == (405, "method_not_allowed")
    assert refusal(it.get("/mfa/nothing"))[:2] == (404, "not_found")
