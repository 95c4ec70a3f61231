"""What a refused request leaves as it was: the right request succeeds after it."""

from __future__ import annotations

import pytest

from tests.tenant.arranged import Arranged
from tests.tenant.client import refusal, wrong

BAD_CODE = (403, "invalid_grant", "Invalid binding_code.")


@pytest.fixture
def it() -> Arranged:
    return Arranged()


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "null", "\ud83d".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_not_an_object_is_refused(it: Arranged, content: str | bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = it.http.post(it.url("/oauth/token"), data=content, headers=headers)
    assert refusal(answer)[:2] == (400, "invalid_request")


def test_json_null_means_absent_and_forms_are_read(it: Arranged) -> None:
    grant = it.application("management").body(
        grant_type="client_credentials", audience=it.url("/api/v2/"), scope="read:users read:nothing"
    )
    answer = it.http.post(it.url("/oauth/token"), json=grant | {"organization": None, "scope": None})
    assert "create:users" in answer.json()["scope"].split()
    form = it.http.post(it.url("/oauth/token"), data=grant)
    assert (form.json()["scope"], form.json()["expires_in"]) == ("read:users", 86_400)


def test_a_secret_in_the_header_authenticates_an_application(it: Arranged) -> None:
    code = {"grant_type": "authorization_code", "code": "never-issued"}
    answer = it.http.post(it.url("/oauth/token"), data=code, auth=(it.web.client_id, it.web.client_secret or ""))
    assert refusal(answer) == (403, "invalid_grant", "Invalid authorization code")


def test_a_phone_is_enrolled_after_every_wrong_way_to_confirm_it(it: Arranged) -> None:
    it.started()
    code, other = it.mary.sms_code(), it.user()
    others_token = other.mfa_access_token(it.spa)
    for answer in (
        it.confirm(binding_code=""), it.confirm(binding_code=wrong(code)), it.confirm(oob_code="Fe26.2*x"),
        it.confirm(mfa_token="Fe26.2*x"), it.confirm(mfa_token=others_token), it.confirm(client_id=it.native.client_id),
        it.token(it.spa.body(grant_type="x"), headers={"Authorization": f"Bearer {others_token}"}),
    ):  # fmt: skip
        assert answer.status_code in (400, 403), answer.text
    assert (it.mary.confirmed(), other.confirmed()) == ([], [])
    assert it.confirm().status_code == 200
    assert refusal(it.confirm()) == BAD_CODE


def test_an_app_is_enrolled_after_a_wrong_code(it: Arranged) -> None:
    it.with_app()
    code = it.mary.app_code()
    assert it.otp(otp=wrong(code)).status_code == 403
    assert it.mary.confirmed() == []
    assert it.otp(otp=code).status_code == 200


def test_the_newest_sms_message_counts(it: Arranged) -> None:
    first = it.started().oob
    old = it.mary.sms_code()
    it.started()
    assert refusal(it.confirm(oob_code=first, binding_code=old)) == BAD_CODE
    assert it.confirm().status_code == 200
    phones = [one for one in it.mary.authenticators(it.access_token) if one["id"].startswith("sms")]
    assert [one["active"] for one in phones] == [False, True]


def test_ten_wrong_codes_lock_a_user_out_and_the_words_stay_the_same(it: Arranged) -> None:
    it.started().locked_out()
    assert refusal(it.confirm()) == BAD_CODE
    assert it.mary.confirmed() == []


def test_no_body_of_an_enrollment_that_is_refused_leaves_an_authenticator(it: Arranged) -> None:
    bodies: list[object] = [[], {}, {"authenticator_types": "otp"}, {"authenticator_types": ["oob"]}]
    for body in bodies:
        assert it.associate(body).status_code == 400
    assert it.start("fax").status_code == it.start(phone_number="5").status_code == 400
    assert it.mary.authenticators(it.access_token) == []


def test_a_user_is_not_enrolled_twice_by_what_was_begun_before(it: Arranged) -> None:
    """Whoever is enrolled needs an access token for the MFA API, also to confirm."""
    it.started(token=it.mfa_token)
    it.mary.enroll_with(it.mfa_token, "otp", it.spa)
    assert refusal(it.confirm(mfa_token=it.mfa_token)) == (403, "access_denied", "User is already enrolled.")
    assert it.mary.confirmed() == ["recovery-code", "totp"]


def test_unknown_paths_and_methods_are_answered_in_json(it: Arranged) -> None:
    assert refusal(it.get("/oauth/token"))[:2] == (405, "method_not_allowed")
    assert refusal(it.get("/mfa/nothing"))[:2] == (404, "not_found")
