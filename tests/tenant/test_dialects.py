"""Dialects of the token endpoint and the MFA API: each shows, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_tenant import variations
from local_tenant.errors import (
    ALREADY_ENROLLED,
    BEARER_INVALID,
    MFA_TOKEN_EXPIRED_401,
    MFA_TOKEN_MALFORMED,
    PUSH_REJECTED_AS_GRANT,
    Refused,
)
from local_tenant.model import Bearer, TokenRequest
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from tests.tenant.asking import (
    MFA,
    associate_by,
    by_password,
    challenge,
    everything_on,
    factors_on,
    mfa_token,
    refusal,
    remove,
    sent_code,
    tokens_of,
)
from tests.tenant.driving import (
    Browser,
    Person,
    associate,
    associate_app,
    associate_phone,
    bearer,
    confirm_app,
    confirm_phone,
    create_person,
    enroll_phone,
    listed,
    sign_in,
    wrong,
)
from tests.tenant.running import Running, start
from tests.tenant.test_refusals import met
from tests.tenant.test_time import NUMBER, Scene, refused

ANSWERS = (
    "mfa-required-with-401", "mfa-required-without-requirements", "malformed-mfa-token-with-401",
    "unsupported-challenge-type-with-403", "challenge-says-association-required", "challenge-takes-access-token",
    "list-says-oob-channels", "list-without-type", "client-refused-as-invalid-client",
    "secret-of-a-public-application-refused",
    "insufficient-scope-with-401", "invalid-phone-with-its-own-error", "recovery-codes-empty-instead-of-absent",
    "refresh-token-not-rotated", "missing-client-grant-in-newer-wording",
    "foreign-oob-code-with-403", "disabled-factor-with-its-own-error", "missing-token-as-invalid-grant",
    "mask-shows-the-beginning",
)  # fmt: skip
FURTHER = (
    "associate-requires-client-authentication", "confirmation-returns-the-presented-token", "lockout-with-429",
    "five-wrong-codes-in-five-minutes", "wrong-verifier-with-401",
)  # fmt: skip


@pytest.fixture(scope="module")
def dialect(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One tenant that speaks all of them at once: no two share a decision."""
    folder: Path = tmp_path_factory.mktemp("dialect")
    running = start(folder, "--tenant-file", str(everything_on(folder)), "--vary", *ANSWERS)
    yield running
    running.stop()


@pytest.fixture
def ada(dialect: Running) -> Person:
    return create_person(dialect)


def asked(person: Person) -> str:
    answer = by_password(person, person.tenant.application("web"))
    assert refusal(answer) == (401, "mfa_required", "Multifactor authentication required")
    assert set(answer.json()) == {"error", "error_description", "mfa_token"}
    token: str = answer.json()["mfa_token"]
    return token


def test_answers_at_the_token_endpoint(dialect: Running, ada: Person) -> None:
    web, spa = dialect.application("web"), dialect.application("spa")
    invalid_client = (401, "invalid_client", "Client authentication failed")
    assert met(by_password(ada, web, client_secret="wrong")) == invalid_client
    assert met(by_password(ada, spa, client_secret="surplus")) == invalid_client
    assert met(confirm_app(ada, web, "Fe26.2*x", "123456")) == (401, "invalid_grant", "Malformed mfa_token")
    token = asked(ada)
    assert met(confirm_app(ada, web, token, "123456")) == (
        403, "unsupported_challenge_type", "User is not enrolled with google-authenticator",
    )  # fmt: skip
    associate_app(ada, token)
    assert confirm_app(ada, web, token, ada.app_code()).status_code == 200
    dialect.administrator("PATCH", f"/clients/{web.client_id}", {"grant_types": ["client_credentials"]})
    audience = dialect.url("/api/v2/")
    assert met(dialect.token(web.body(grant_type="client_credentials", audience=audience)))[2].startswith(
        f'Client "{web.client_id}" is not authorized to access resource server "{audience}".'
    )


def test_answers_of_the_mfa_api(dialect: Running, ada: Person) -> None:
    spa = dialect.application("spa")
    jwt = sign_in(ada, spa, scope=f"{MFA} offline_access")
    token = jwt["access_token"]
    assert met(challenge(ada, spa, token))[:2] == (403, "association_required")
    assert met(associate_phone(ada, token, "+1"))[:2] == (400, "invalid_phone_number")
    assert len(associate_phone(ada, token).json()["recovery_codes"]) == 1
    begun = associate_phone(ada, token).json()
    assert begun["recovery_codes"] == []
    assert confirm_phone(ada, spa, token, begun["oob_code"], sent_code(ada, ada.phone)).status_code == 200
    phone = next(one for one in listed(ada, token) if one["active"] and "name" in one)
    assert (phone["oob_channels"], "oob_channel" in phone, "type" in phone) == ("sms", False, False)
    assert phone["name"] == f"{ada.phone[:5]}XXXXXXX"
    oob = tokens_of(challenge(ada, spa, token, challenge_type="oob"))
    assert oob["challenge_type"] == "oob"
    other = create_person(dialect)
    others = sign_in(other, spa)["access_token"]
    assert met(confirm_phone(other, spa, others, oob["oob_code"], "123456"))[:2] == (403, "invalid_request")
    assert met(dialect.http.get(dialect.url("/mfa/authenticators")))[:2] == (401, "invalid_grant")
    dialect.administrator("PUT", "/guardian/factors/email", {"enabled": False})
    assert met(associate_by(ada, token, "email"))[:2] == (400, "enrollment_method_disabled")
    listing_only = sign_in(ada, spa, scope="read:authenticators")["access_token"]
    assert met(associate(dialect, listing_only, {}))[:2] == (401, "insufficient_scope")
    again = sign_in(ada, spa, scope=f"{MFA} offline_access")["refresh_token"]
    body = spa.body(grant_type="refresh_token", refresh_token=again)
    assert [tokens_of(dialect.token(body))["refresh_token"] for _ in range(2)] == [again, again]


@pytest.fixture(scope="module")
def contradicting(tmp_path_factory: pytest.TempPathFactory) -> Any:
    running = start(
        tmp_path_factory.mktemp("contradicting"), "--vary", "confirmation-grants-openid-profile",
        "mfa-required-whatever-the-policy", "mfa-token-removes-confirmed-factors", "mfa-token-enrolls-a-second-factor",
        "used-refresh-token-accepted",
    )  # fmt: skip
    yield running
    running.stop()


def test_a_confirmation_for_openid_profile(contradicting: Running) -> None:
    person, web = create_person(contradicting), contradicting.application("web")
    token = sign_in(person, web, scope=f"{MFA}")["access_token"]
    associate_app(person, token)
    tokens = tokens_of(confirm_app(person, web, token, person.app_code()))
    assert (tokens["scope"], tokens["expires_in"], "id_token" in tokens) == ("openid profile", 600, True)


def test_who_is_asked_and_what_the_opaque_token_may(contradicting: Running) -> None:
    person, web = create_person(contradicting), contradicting.application("web")
    used = tokens_of(by_password(person, web, scope="openid offline_access"))["refresh_token"]
    grant = web.body(grant_type="refresh_token", refresh_token=used)
    assert [contradicting.token(grant).status_code for _ in range(2)] == [200, 200]
    enroll_phone(person, web)
    token = mfa_token(person, web)
    assert associate_by(person, token, "sms").status_code == 200
    for one in listed(person, token):
        assert remove(person, token, one["id"]).status_code == 204
    assert by_password(person, web).status_code == 200
    listing = contradicting.http.get(contradicting.url("/mfa/authenticators"), headers=bearer(token))
    assert listing.json() == []


def test_an_access_token_is_no_mfa_token() -> None:
    scene = varied("access-token-refused-as-mfa-token")
    token = access_token(scene)
    with pytest.raises(Refused) as met_there:
        scene.tenant.mfa_access.authorize_confirmation(token, None, scene.application)
    assert met_there.value.description == "Malformed mfa_token"
    assert scene.tenant.mfa_access.authorize(token, "enroll").user is scene.person


def test_a_token_from_before_the_first_factor() -> None:
    scene = varied("token-older-than-the-first-factor-refused")
    old = scene.tenant.mfa_access.authorize(access_token(scene), "enroll")
    scene.clock.offset += 2
    begun = scene.tenant.enrollment.associate_phone(old, NUMBER)
    text = scene.inbox.messages(NUMBER)[-1].code or ""
    scene.tenant.enrollment.confirm_phone(old, str(begun["oob_code"]), text)
    refused(ALREADY_ENROLLED, scene.tenant.enrollment.check_may_start, old)
    scene.clock.offset += 2
    scene.tenant.enrollment.check_may_start(scene.tenant.mfa_access.authorize(access_token(scene), "enroll"))


def test_an_opaque_token_that_lives_five_minutes_and_is_told_with_401() -> None:
    scene = varied("mfa-token-valid-five-minutes", "expired-mfa-token-with-401")
    token = scene.tenant.mfa_tokens.issue(TokenRequest(scene.person, scene.application, None, ["openid"]))
    scene.clock.offset += 299
    scene.tenant.mfa_access.authorize_confirmation(token, None, scene.application)
    scene.clock.offset += 1
    refused(MFA_TOKEN_EXPIRED_401, scene.tenant.mfa_access.authorize_confirmation, token, None, scene.application)


def test_a_denied_push_as_invalid_grant() -> None:
    scene = varied("push-rejection-is-invalid-grant")
    begun = scene.tenant.email_and_push_enrollment.associate_push(scene.bearer)
    scene.tenant.pushes.answer(scene.person.user_id, allow=False)
    confirm = scene.tenant.enrollment.confirm_phone
    refused(PUSH_REJECTED_AS_GRANT, confirm, scene.bearer, str(begun["oob_code"]), None)


@pytest.fixture(scope="module")
def further(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("further")
    running = start(folder, "--vary", *FURTHER)
    yield running
    running.stop()


def test_an_enrollment_that_wants_to_know_the_application(further: Running) -> None:
    person, web, spa = create_person(further), further.application("web"), further.application("spa")
    token = sign_in(person, web)["access_token"]
    begin = {"authenticator_types": ["otp"]}
    unknown = (401, "access_denied", "Unauthorized")
    assert met(associate(further, token, begin)) == unknown
    assert met(associate(further, token, begin | {"client_id": web.client_id})) == unknown
    assert met(associate(further, token, begin | spa.body())) == unknown
    assert associate(further, token, begin | web.body()).status_code == 200
    of_spa = sign_in(person, spa)["access_token"]
    assert associate(further, of_spa, begin | spa.body()).status_code == 200


def test_what_becomes_of_the_token_that_was_presented(further: Running) -> None:
    person, spa = create_person(further), further.application("spa")
    token = sign_in(person, spa)["access_token"]
    begun = associate(further, token, {"authenticator_types": ["otp"]} | spa.body())
    person.secret = begun.json()["secret"]
    tokens = tokens_of(confirm_app(person, spa, token, person.app_code()))
    assert tokens["access_token"] == token
    assert (tokens["scope"], tokens["token_type"]) == (MFA, "Bearer")
    assert 590 <= tokens["expires_in"] <= 600
    scene = varied("confirmation-ends-the-presented-token")
    presented = access_token(scene)
    bearer = scene.tenant.mfa_access.authorize(presented, "enroll")
    begun_there = scene.tenant.enrollment.associate_phone(bearer, NUMBER)
    text = scene.inbox.messages(NUMBER)[-1].code or ""
    answer = scene.tenant.enrollment.confirm_phone(bearer, str(begun_there["oob_code"]), text)
    refused(BEARER_INVALID, scene.tenant.mfa_access.authorize, presented, "read:authenticators")
    refused(MFA_TOKEN_MALFORMED, scene.tenant.mfa_access.authorize_confirmation, presented, None, scene.application)
    assert scene.tenant.mfa_access.authorize(str(answer["access_token"]), "read:authenticators").user is scene.person
    assert access_token(scene) == presented  # the clock stands still: a sign-in in the same second
    assert scene.tenant.mfa_access.authorize(presented, "read:authenticators").user is scene.person


def test_a_lock_that_says_so_after_five_wrong_codes(further: Running) -> None:
    person, spa = create_person(further), further.application("spa")
    token = sign_in(person, spa)["access_token"]
    begun = associate(further, token, {"authenticator_types": ["otp"]} | spa.body())
    person.secret = begun.json()["secret"]
    right = person.app_code()
    for _ in range(5):
        assert met(confirm_app(person, spa, token, wrong(right))) == (403, "invalid_grant", "Invalid otp_code.")
    assert met(confirm_app(person, spa, token, right)) == (
        429, "too_many_attempts", "Too many failed codes. Wait for some minutes before retrying.",
    )  # fmt: skip
    scene = varied("five-wrong-codes-in-five-minutes")
    for _ in range(6):
        scene.tenant.limits.count_wrong_code(scene.person.user_id)
    scene.clock.offset += 59
    assert scene.tenant.limits.is_locked(scene.person.user_id)
    scene.clock.offset += 1
    assert not scene.tenant.limits.is_locked(scene.person.user_id)


def test_a_wrong_verifier_with_401(further: Running) -> None:
    person, spa = create_person(further), further.application("spa")
    with Browser(further, spa) as browser:
        answer = browser.redeem(browser.give_password(person), code_verifier="another")
    assert met(answer) == (401, "invalid_grant", "Failed to verify code verifier")


def varied(*names: str) -> Scene:
    """A scene under variations, every factor on."""
    scene = Scene()
    text = factors_on(read(DEFAULT))
    scene.tenant = Tenant(parse(text), "localhost:1", scene.clock, scene.inbox, variations.find(names))
    scene.person = scene.tenant.users.create("mary@example.test", "Correct-Horse-9")
    scene.application = scene.tenant.configuration.applications["web"]
    scene.bearer = Bearer(scene.person, scene.application, MFA.split(), scene.tenant.audiences.mfa())
    return scene


def access_token(scene: Scene) -> str:
    order = TokenRequest(scene.person, scene.application, scene.tenant.audiences.mfa(), MFA.split())
    return scene.tenant.tokens.access_token(order)
