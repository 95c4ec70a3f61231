"""Confirming an enrollment, answering an MFA challenge, and how the tenant responds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_bdd import then, when

from mfa_verification.auth0.authentication import Confirmation
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import DATE_SECONDS
from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.users.confirmations import Code, as_it_is, as_usual
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.held import UsedRecoveryCode
from mfa_verification.users.sources import CHALLENGE_CHANGES, CHALLENGED, CHANGES, CODES, RECOVERY_CODES, SWAPPED
from steps.words import Observe, Phrase, parse, table

MFA_SCOPES = frozenset({"enroll", "read:authenticators", "remove:authenticators"})
OTHER_SCOPES = frozenset({"openid", "profile", "email"})
"""Scopes that may be granted as well; sources disagree which are (AF-CONF-07, AF-CONF-08, AF-CONF-10)."""
REFUSED = (400, 401, 403)
"""HTTP statuses of a refusal. Sources disagree which one it is, so the report notes it.

Facts: AF-GRANT-02, AF-ENROLL-28, AF-ENROLL-29.
"""
table("Code", CODES)
table("Swapped", SWAPPED)
table("Change", CHANGES)
table("ChallengeChange", CHALLENGE_CHANGES)
table("Challenged", CHALLENGED)
table("RecoveryCode", RECOVERY_CODES)

CodePhrase = Phrase[Callable[..., Code]]
ChangePhrase = Phrase[Callable[..., Confirmation]]


@when(parse("{user} confirms the enrollment with {code:Code}{change:Change}"), target_fixture="outcome")
@when(parse("{user} confirms {code:Swapped}"), target_fixture="outcome")
def confirms(users: TestUsers, user: str, code: CodePhrase, change: ChangePhrase | None = None) -> Outcome[Any]:
    return users[user].enrollment.confirm(code.of(users, user), change.by(users, user) if change else as_usual)


@when(parse("{user} confirms the enrollment with {code:Code} and {token:Token}"), target_fixture="outcome")
def confirms_with_token(
    users: TestUsers, user: str, code: CodePhrase, token: Phrase[Callable[..., Secret]]
) -> Outcome[Any]:
    return users[user].enrollment.confirm(code.of(users, user), access_token=token.of(users, user))


@when(
    parse("{user} tries {count} times to confirm the enrollment, each time with {code:Code}"), target_fixture="outcome"
)
def tries_to_confirm(users: TestUsers, user: str, count: int, code: CodePhrase) -> Outcome[Any]:
    return [users[user].enrollment.confirm(code.of(users, user), as_it_is) for _ in range(count)][-1]


@when(parse("{user} sends the confirmation again"), target_fixture="outcome")
@when(parse("{user} sends that answer again"), target_fixture="outcome")
def sends_again(users: TestUsers, user: str) -> Outcome[Any]:
    return users[user].enrollment.confirm_again()


@when(parse("{user} requests {authenticator:Challenged}"), target_fixture="outcome")
def requests_challenge(users: TestUsers, user: str, authenticator: Phrase[Callable[..., Any]]) -> Outcome[Any]:
    return users[user].challenge.ask(authenticator.of(users, user))


@when(parse("{user} answers the MFA challenge with {code:Code}{change:ChallengeChange}"), target_fixture="outcome")
@when(parse("{user} answers the MFA challenge with {code:RecoveryCode}"), target_fixture="outcome")
def answers_challenge(
    users: TestUsers, user: str, code: CodePhrase, change: ChangePhrase | None = None
) -> Outcome[Any]:
    return users[user].challenge.respond(code.of(users, user), change.by(users, user) if change else as_it_is)


@then("the request succeeds")
def request_succeeds(outcome: Outcome[Any]) -> None:
    outcome.result()


@then("the request is refused with HTTP 400, 401 or 403")
@then(parse('the request is refused with "{error}"'))
def request_is_refused(outcome: Outcome[Any], observe: Observe, error: str | None = None) -> None:
    assert outcome.refusal, f"expected the tenant to refuse to {outcome.action}, and got {outcome.met}"
    if error is None:
        observe("refusal", f"the tenant refused to {outcome.action}: {outcome.refusal}")
    assert error in (None, outcome.refusal.error), f"expected {error}, and it is {outcome.refusal}"
    # A callback has no HTTP status, only an error.
    expected = REFUSED if error is None else (None, *REFUSED)
    assert outcome.refusal.status in expected, f"expected a refusal with one of {REFUSED}, and it is {outcome.refusal}"


@then(parse('the error description contains "{words}"'))
def error_description_contains(outcome: Outcome[Any], words: str) -> None:
    said = outcome.refusal.description if outcome.refusal else ""
    assert words in said.lower(), f"expected the error description to contain {words!r}, and got {outcome.met}"


@then(parse('sign-in or enrollment is refused, at the latest at confirmation with "{error}"'))
def enrollment_is_refused(outcome: Outcome[Any], observe: Observe, error: str) -> None:
    assert outcome.refusal, f"expected a refusal at sign-in, enrollment or confirmation, and got {outcome.met}"
    observe("missing-mfa-grant", f"the tenant refused to {outcome.action}: {outcome.refusal}")
    if outcome.action == "confirm the phone":
        assert outcome.refusal.error == error, f"expected {error}, and it is {outcome.refusal}"


@then(parse("the tenant issues a new recovery code for {user}"))
def issues_recovery_code(outcome: Outcome[Any], user: str, users: TestUsers) -> None:
    new = outcome.result().recovery_code
    assert new, f"expected a new recovery code for {user}, and none came"
    used = users[user].held.latest(UsedRecoveryCode).secret
    assert new != used, f"expected a new recovery code for {user}, and it is the used one"


@then(parse("the tenant issues an access token with the MFA API scopes, valid for at most {seconds} seconds"))
def issues_access_token(tenant: Tenant, outcome: Outcome[Any], observe: Observe, seconds: int) -> None:
    tokens = outcome.result()
    granted = tenant.scope_of(tokens)
    observe("confirmation-scope", f"the confirmation issued the scope {' '.join(sorted(granted))}")
    observe("confirmation-id-token", f"the confirmation issued {'an' if tokens.id_token else 'no'} ID token")
    assert granted >= MFA_SCOPES, f"expected the scopes {sorted(MFA_SCOPES)}, and they are {sorted(granted)}"
    assert granted <= MFA_SCOPES | OTHER_SCOPES, (
        f"expected no scope beyond {sorted(MFA_SCOPES | OTHER_SCOPES)}: {sorted(granted)}"
    )
    assert tokens.token_type == "Bearer", f"expected token_type Bearer, and it is {tokens.token_type}"
    assert 0 < tokens.expires_in <= seconds, f"expected expires_in of at most {seconds}, and it is {tokens.expires_in}"


@then(
    parse(
        "if a JWT, the access token names {user}, the application and the MFA API "
        'and expires within "expires_in" seconds'
    )
)
def access_token_names_user(
    users: TestUsers, tenant: Tenant, outcome: Outcome[Any], observe: Observe, user: str
) -> None:
    tokens = outcome.result()
    claims = tenant.claims_of_jwt(tokens.access_token)
    if claims is None:  # no source says that it must be a JWT
        observe("confirmation-token", "the confirmation issued an opaque access token, which cannot be checked")
        return
    audience, client_id = tenant.profile.mfa_audience, users[user].sign_in.application.client_id
    assert claims.authorized_party == client_id, f"expected azp to be {client_id}, and it is {claims.authorized_party}"
    assert claims.issuer == tenant.issuer, f"expected iss to be {tenant.issuer}, and it is {claims.issuer}"
    assert claims.subject == users[user].user_id, f"expected the token to be {user}'s, and its sub is {claims.subject}"
    assert audience in claims.audience, f"expected {audience} in aud, and it is {claims.audience}"
    # From now: the tenant may return the token that was sent; no source says (AF-CONF-14, AF-CONF-15).
    left = claims.expires_at - tokens.received_at
    assert 0 < left <= tokens.expires_in + DATE_SECONDS, (
        f"expected exp at most {tokens.expires_in} s from now, and it is {left:.0f} s away"
    )


@then(parse("if the tenant issues an ID token, it names {user} and the application"))
def issued_id_token_names_user(users: TestUsers, tenant: Tenant, outcome: Outcome[Any], user: str) -> None:
    tokens, application = outcome.result(), users[user].sign_in.application.name
    if tokens.id_token is None:  # sources disagree whether one comes
        return
    subject = tenant.claims(tokens.id_token).subject
    assert subject == users[user].user_id, f"expected the ID token to name {user}, and its sub is {subject}"
    wrong = tenant.problems_of(tokens, application)
    assert not wrong, f"expected an ID token that the {application} may accept, and {'; '.join(wrong)}"
