"""Whatever is sent, the answer is a refusal of the table, never an internal error. ApiCall without a network."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from urllib.parse import quote

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from local_tenant.model import SignIn, TokenRequest
from local_tenant.rules import grants
from local_tenant.web.app import tenant_app
from local_tenant.web.screens import by_path
from tests.tenant.client import PASSWORD, SCOPE
from tests.tenant.in_process import InProcess

TENANT = InProcess().rules  # its clock stands: what is shared here never expires
USER = TENANT.users.create("mary@example.test", PASSWORD)
ENROLLED = TENANT.users.create("ada@example.test", PASSWORD)
WEB = TENANT.configuration.applications["web"]
TOKEN = TENANT.tokens.access_token(TokenRequest(USER, WEB, TENANT.audiences.mfa(), SCOPE.split()))
ADMINISTRATOR = str(
    TENANT.tokens.client_credentials_response(WEB, TENANT.audiences.management(), ["read:logs"])["access_token"]
)
APP = tenant_app(TENANT)
FIELDS = ["action", "username", "email", "password", "code", "phone", "type", "saved", "rememberBrowser", "captcha"]
APP.testing = True  # an internal error is raised here, not answered


def _at(kind: str) -> Callable[[SignIn], None]:
    """Bring a sign-in to a challenge of one kind, with an authenticator that was confirmed."""

    def bring(sign_in: SignIn) -> None:
        own = [one for one in TENANT.authenticators.of(ENROLLED) if one.kind == kind]
        if not own:
            number = "" if kind in ("totp", "recovery-code") else "+15550001111"
            secret = TENANT.one_time_passwords.make_secret()
            own = [TENANT.authenticators.add(ENROLLED, kind, phone=number, secret=secret)]  # type: ignore[arg-type]
            TENANT.authenticators.confirm(own[0])
        sign_in.authenticator_id = own[0].id

    return bring


KINDS = {
    "mfa-sms-challenge": _at("sms"), "mfa-otp-challenge": _at("totp"), "mfa-login-options": _at("totp"),
    "mfa-recovery-code-challenge": _at("recovery-code"), "mfa-sms-list": _at("sms"),
}  # fmt: skip

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=[]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def post(browser: FlaskClient, path: str, body: object, token: str | None = None) -> int:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return browser.post(path, data=json.dumps(body), headers=headers).status_code


@given(
    st.sampled_from([grants.CODE, grants.CLIENT_CREDENTIALS, grants.MFA_OOB, grants.MFA_OTP]),
    st.dictionaries(
        st.sampled_from(["code", "audience", "mfa_token", "otp", "oob_code", "binding_code", "client_secret", "scope"]),
        anything,
    ),
)
@settings(max_examples=150, deadline=None)
def test_token_requests(grant: str, body: dict[str, object]) -> None:
    own = {"grant_type": grant, "client_id": WEB.client_id, "client_secret": WEB.client_secret}
    assert post(APP.test_client(), "/oauth/token", own | body) in (400, 401, 403)


@given(st.dictionaries(st.sampled_from(["authenticator_types", "oob_channels", "phone_number"]), anything) | anything)
@settings(max_examples=150, deadline=None)
def test_associate_bodies(body: object) -> None:
    assert post(APP.test_client(), "/mfa/associate", body, TOKEN) == 400


@given(st.lists(anything.map(lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).decode()), max_size=4))
@settings(max_examples=150, deadline=None)
def test_tokens_of_any_shape(parts: list[str]) -> None:
    token = ".".join(part.rstrip("=") for part in parts)
    assert post(APP.test_client(), "/mfa/associate", {}, token) == 401
    answer = APP.test_client().get("/api/v2/users", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (400, 401)


@given(st.dictionaries(st.sampled_from(["header", "payload", "signature"]), st.text("AZaz09-_=", max_size=6)))
@settings(max_examples=100, deadline=None)
def test_tokens_that_were_tampered_with(changes: dict[str, str]) -> None:
    header, payload, signature = TOKEN.split(".")
    parts = {"header": header, "payload": payload, "signature": signature}
    tampered = ".".join((parts | changes).values())
    if tampered != TOKEN:
        assert post(APP.test_client(), "/mfa/associate", {}, tampered) == 401


@given(
    st.dictionaries(st.sampled_from(["client_id", "redirect_uri", "scope", "audience", "state", "prompt"]), st.text())
)
@settings(max_examples=100, deadline=None)
def test_authorize_parameters(changes: dict[str, str]) -> None:
    usual = {"client_id": WEB.client_id, "redirect_uri": WEB.callbacks[0], "response_type": "code", "scope": "openid"}
    assert APP.test_client().get("/authorize", query_string=usual | changes).status_code in (302, 403)


AUTHORIZE = ["response_type", "response_mode", "prompt", "max_age", "connection", "acr_values", "ui_locales", "nonce"]


@given(st.dictionaries(st.sampled_from(AUTHORIZE), st.text()))
@settings(max_examples=100, deadline=None)
def test_further_authorize_parameters(changes: dict[str, str]) -> None:
    usual = {"client_id": WEB.client_id, "redirect_uri": WEB.callbacks[0], "response_type": "code", "scope": "openid"}
    assert APP.test_client().post("/authorize", data=usual | changes).status_code in (200, 302, 403)


@given(st.sampled_from(sorted(by_path())), st.dictionaries(st.text(max_size=12) | st.sampled_from(FIELDS), st.text()))
@settings(max_examples=200, deadline=None)
def test_forms_of_every_screen(path: str, fields: dict[str, str]) -> None:
    browser = APP.test_client()
    usual = {"client_id": WEB.client_id, "redirect_uri": WEB.callbacks[0], "response_type": "code", "scope": "openid"}
    state = browser.get("/authorize", query_string=usual).headers["Location"].partition("state=")[2]
    sign_in = TENANT.store.sign_ins[state]
    sign_in.user_id = None if path.startswith(("login", "signup")) else (ENROLLED if path in KINDS else USER).user_id
    with contextlib.suppress(KeyError):
        KINDS[path](sign_in)
    TENANT.store.policy = "all-applications" if "enroll" in path or "country" in path else "never"
    TENANT.sign_ins.show_screen(sign_in)
    assert browser.get(f"/u/{path}?state={state}").status_code in (200, 302)
    assert browser.post(f"/u/{path}?state={state}", data=fields).status_code in (200, 302, 400)
    TENANT.store.policy = "never"


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_ways_out(client_id: str, url: str, hint: str) -> None:
    given_there = {"client_id": client_id, "returnTo": url, "post_logout_redirect_uri": url, "id_token_hint": hint}
    for path in ("/v2/logout", "/oidc/logout"):
        assert APP.test_client().get(path, query_string=given_there).status_code in (200, 400, 403)


@given(
    st.dictionaries(st.sampled_from(["q", "search", "sort", "page", "per_page", "from", "take"]), st.text(max_size=12))
)
@settings(max_examples=100, deadline=None)
def test_questions_to_the_log(query: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {ADMINISTRATOR}"}
    assert APP.test_client().get("/api/v2/logs", query_string=query, headers=headers).status_code in (200, 400)


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_passwords_of_nobody(email: str, password: str) -> None:
    browser = APP.test_client()
    usual = {"client_id": WEB.client_id, "redirect_uri": WEB.callbacks[0], "response_type": "code", "scope": "openid"}
    at = browser.get("/authorize", query_string=usual).headers["Location"]
    assert browser.post(at, data={"username": email, "password": password}).status_code == 400


def test_nesting_without_end_is_refused() -> None:
    answer = APP.test_client().post("/oauth/token", data="[" * 50_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


GRANTS = [grants.REFRESH_TOKEN, grants.PASSWORD, grants.PASSWORD_REALM, grants.MFA_RECOVERY_CODE]
NAMES = ["refresh_token", "scope", "username", "password", "realm", "audience", "mfa_token", "recovery_code"]


@given(st.sampled_from(GRANTS), st.dictionaries(st.sampled_from(NAMES), anything))
@settings(max_examples=75, deadline=None)
def test_further_token_requests(grant: str, body: dict[str, object]) -> None:
    own = {"grant_type": grant, "client_id": WEB.client_id, "client_secret": WEB.client_secret}
    assert post(APP.test_client(), "/oauth/token", own | body) in (400, 401, 403)


@given(st.dictionaries(st.sampled_from(["mfa_token", "challenge_type", "authenticator_id", "client_id"]), anything))
@settings(max_examples=50, deadline=None)
def test_challenges(body: dict[str, object]) -> None:
    opaque = TENANT.mfa_tokens.issue(TokenRequest(USER, WEB, None, ["openid"]))
    own = {"mfa_token": opaque, "client_id": WEB.client_id, "client_secret": WEB.client_secret}
    assert post(APP.test_client(), "/mfa/challenge", own | body) in (400, 401, 403)


@given(st.dictionaries(st.sampled_from(["client_id", "connection", "email", "password"]), anything) | anything)
@settings(max_examples=50, deadline=None)
def test_signing_up(body: object) -> None:
    assert post(APP.test_client(), "/dbconnections/signup", body) == 400
    assert post(APP.test_client(), "/oauth/revoke", body) in (400, 401)


@given(st.lists(anything.map(lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).decode()), max_size=4))
@settings(max_examples=50, deadline=None)
def test_assertions_of_any_shape(parts: list[str]) -> None:
    body = {
        "grant_type": grants.CLIENT_CREDENTIALS, "client_assertion": ".".join(part.rstrip("=") for part in parts),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }  # fmt: skip
    assert post(APP.test_client(), "/oauth/token", body) == 401
    assert APP.test_client().get("/userinfo", headers={"Authorization": "Bearer " + "".join(parts)}).status_code == 401


@given(anything, st.sampled_from(["/oauth/revoke", "/userinfo", "/dbconnections/change_password"]))
@settings(max_examples=50, deadline=None)
def test_further_paths(body: object, path: str) -> None:
    assert post(APP.test_client(), path, body, TOKEN) in (200, 400, 401)


@given(st.text("AZaz09|%-_./ ", min_size=1, max_size=20), st.sampled_from(["GET", "DELETE", "PUT"]))
@settings(max_examples=50, deadline=None)
def test_authenticators_of_any_name(name: str, method: str) -> None:
    opaque = TENANT.mfa_tokens.issue(TokenRequest(USER, WEB, None, ["openid"]))
    for token in (TOKEN, opaque):
        answer = APP.test_client().open(
            f"/mfa/authenticators/{quote(name, safe='')}", method=method, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code in (308, 404, 405)


@given(st.binary(max_size=40), st.sampled_from(["Basic ", "Bearer ", "basic", ""]))
@settings(max_examples=50, deadline=None)
def test_authorization_headers_of_any_shape(value: bytes, scheme: str) -> None:
    header = scheme + base64.b64encode(value).decode()
    for path in ("/oauth/token", "/mfa/associate", "/mfa/challenge"):
        body = {"grant_type": grants.MFA_OTP, "mfa_token": "x", "otp": "x", "authenticator_types": ["otp"]}
        answer = APP.test_client().post(path, json=body, headers={"Authorization": header})
        assert answer.status_code in (400, 401)
