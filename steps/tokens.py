"""Tokens: requests at the token endpoint, and what tokens contain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import DATE_SECONDS, Tokens
from mfa_verification.core.outcome import NotApplicable, Outcome, Stop
from mfa_verification.settings.profile import Application
from mfa_verification.users.directory import TestUser, TestUsers
from mfa_verification.users.held import UsedRefreshToken
from mfa_verification.users.sources import PASSWORD_GRANTS, THEFTS
from steps.words import Observe, Phrase, parse, table


def sign_in_without_api(user: TestUser, application: Application) -> Outcome[Tokens]:
    """Sign in without an audience."""
    return user.sign_in(application, audience="")


def sign_in_and_refresh(user: TestUser, application: Application) -> Outcome[Tokens]:
    """Sign in, request a refresh token and use it."""
    user.sign_in(application, scope="openid enroll offline_access").result()
    return user.tokens.refresh(application)


UNCHALLENGED: Mapping[str, Callable[[TestUser, Application], Outcome[Tokens]]] = {
    "the {application} gets an MFA API token for {user} with the password grant": PASSWORD_GRANTS["the password grant"],
    "the {application} gets an MFA API token for {user} with the password-realm grant": PASSWORD_GRANTS[
        "the password-realm grant"
    ],
    "{user} can sign in to the {application} without an audience": sign_in_without_api,
    "the {application} can refresh {user}'s tokens": sign_in_and_refresh,
}
"""What works for a user without a factor, unless the MFA policy or an Action challenges every user."""
REQUESTED: Mapping[str, Callable[[TestUser], Outcome[Any]]] = {
    "/userinfo with {their} access token": lambda user: user.tokens.user_info(),
    "{their} user record from the Management API with {their} MFA API token": lambda user: user.tokens.read_user(),
}
INCLUDES: Mapping[str, bool] = {"includes": True, "does not include": False}
KINDS: Mapping[str, str] = {"ID token": "id_token", "refresh token": "refresh_token"}
SAYS: Mapping[str, bool] = {"says": True, "does not say": False}
table("PasswordGrant", PASSWORD_GRANTS)
table("Theft", THEFTS)
table("Unchallenged", UNCHALLENGED)
table("Requested", REQUESTED)
table("Includes", INCLUDES)
table("Kind", KINDS)
table("Says", SAYS)
table("Again", {"": None, " again": None})
table("Scopes", {"scope": None, "scopes": None})


@given(parse("it is confirmed that {precondition:Unchallenged}"))
def works_without_a_factor(tenant: Tenant, users: TestUsers, precondition: Phrase[Callable[..., Outcome[Any]]]) -> None:
    user, application = users[precondition.named["user"]], tenant.application(precondition.named["application"])
    met = precondition.value(user, application)
    if (met.refusal and met.refusal.error == "mfa_required") or met.stop is Stop.ENROLLMENT_ASKED:
        raise NotApplicable(f"this needs a tenant that challenges only users who have a factor, and got {met.met}")
    met.result()


@when(
    parse("the {application} requests an MFA API token for {user} with {grant:PasswordGrant}"), target_fixture="outcome"
)
@when(
    parse("the {application} requests tokens for {user} with the password grant, without an audience"),
    target_fixture="outcome",
)
def requests_tokens(
    users: TestUsers,
    tenant: Tenant,
    user: str,
    application: str,
    grant: Phrase[Callable[..., Outcome[Any]]] | None = None,
) -> Outcome[Any]:
    if grant is None:
        return users[user].tokens.by_password(tenant.application(application), audience="", scope="openid")
    return grant.of(users, user, tenant.application(application))


@when(parse("the {application} refreshes {user}'s tokens"), target_fixture="outcome")
@when(parse('the {application} refreshes {user}\'s tokens with the scopes "{scope}"'), target_fixture="outcome")
def refreshes(users: TestUsers, tenant: Tenant, application: str, user: str, scope: str | None = None) -> Outcome[Any]:
    return users[user].tokens.refresh(tenant.application(application), scope or "")


@when(parse("the {application} uses {user}'s refresh token"), target_fixture="outcome")
def refreshes_elsewhere(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].tokens.refresh_elsewhere(tenant.application(application))


@when(parse("an attacker uses {user}'s previous refresh token"), target_fixture="outcome")
def presents_used_refresh_token(users: TestUsers, user: str) -> Outcome[Any]:
    return users[user].tokens.refresh_with_used()


@when(parse("the {application} exchanges {user}'s authorization code{again:Again}"), target_fixture="outcome")
@when(
    parse("an attacker tries to exchange {user}'s authorization code as the {application}, which did not request it"),
    target_fixture="outcome",
)
@when(
    parse("an attacker tries to exchange {user}'s authorization code as the {application}, {theft:Theft}"),
    target_fixture="outcome",
)
def exchanges_authorization_code(
    users: TestUsers,
    tenant: Tenant,
    user: str,
    application: str,
    theft: Phrase[dict[str, str | None]] | None = None,
) -> Outcome[Any]:
    return users[user].tokens.exchange(tenant.application(application), **(theft.value if theft else {}))


@when(parse("{user} requests {what:Requested}"), target_fixture="outcome")
def requests_with_token(users: TestUsers, user: str, what: Phrase[Callable[..., Outcome[Any]]]) -> Outcome[Any]:
    return what.of(users, user)


@then('the request is refused with "mfa_required" and an mfa_token')
def mfa_is_required(outcome: Outcome[Any], observe: Observe) -> None:
    assert outcome.refusal, f"expected mfa_required, and got {outcome.met}"
    assert outcome.refusal.error == "mfa_required", f"expected mfa_required, and it is {outcome.refusal}"
    assert outcome.refusal.mfa_token, "expected an mfa_token with mfa_required, and there is none"
    observe("mfa-required-status", f"mfa_required came with {outcome.refusal.status}")


@then(parse('the tenant issues new tokens for {user} or answers "mfa_required"'))
def renews_or_asks(users: TestUsers, tenant: Tenant, outcome: Outcome[Any], observe: Observe, user: str) -> None:
    observe("refresh-after-second-factor", "mfa_required" if outcome.refusal else "new tokens")
    if outcome.refusal:
        assert outcome.refusal.error == "mfa_required", f"expected tokens or mfa_required, and it is {outcome.refusal}"
        return
    subject = tenant.claims(outcome.result().access_token).subject
    assert subject == users[user].user_id, f"expected the token to be {user}'s, and its sub is {subject}"


@then(parse("if the refresh returned a new refresh token for {user}, the attacker's request is refused"))
def replaced_refresh_token_is_refused(users: TestUsers, outcome: Outcome[Any], observe: Observe, user: str) -> None:
    stays = users[user].tokens.refresh_token == users[user].held.latest(UsedRefreshToken).secret
    observe("refresh-token-rotation", "refresh tokens stay" if stays else "refresh tokens are replaced")
    assert stays or outcome.refusal, f"expected a replaced refresh token to be refused, and got {outcome.met}"


@then(parse("{user}'s access token is signed by the tenant and names {them} and the {application}"))
def token_names_user_and_application(users: TestUsers, tenant: Tenant, user: str, application: str) -> None:
    claims = tenant.claims(users[user].tokens.latest.access_token)
    client_id = tenant.application(application).client_id
    assert claims.issuer == tenant.issuer, f"expected iss to be {tenant.issuer}, and it is {claims.issuer}"
    assert claims.subject == users[user].user_id, f"expected sub to be {user}'s user id, and it is {claims.subject}"
    assert claims.authorized_party == client_id, (
        f"expected azp to be the {application}'s client id, and it is {claims.authorized_party}"
    )


@then(parse("{user}'s access token has the audience of the MFA API"))
def token_is_for_the_mfa_api(users: TestUsers, tenant: Tenant, user: str) -> None:
    audience = tenant.claims(users[user].tokens.latest.access_token).audience
    assert isinstance(audience, list), f"expected aud to be an array, as openid was requested, and it is {audience}"
    assert tenant.profile.mfa_audience in audience, (
        f"expected {tenant.profile.mfa_audience} in aud, and it is {audience}"
    )
    others = [one for one in audience if one != tenant.profile.mfa_audience and not one.endswith("/userinfo")]
    assert not others, f"expected only the MFA API and /userinfo in aud, and there is also {others}"


@then(parse('{user}\'s access token {includes:Includes} the {word:Scopes} "{scope}"'))
def token_has_scopes(users: TestUsers, tenant: Tenant, user: str, includes: Phrase[bool], scope: str) -> None:
    granted, named = tenant.claims(users[user].tokens.latest.access_token).scope, set(scope.split())
    met = granted & named
    expected = named if includes.value else set()
    assert met == expected, f"expected the scopes {sorted(expected)} of {sorted(named)}, and got {sorted(met)}"


@then(parse("{user}'s access token is valid for at most {seconds} seconds"))
def token_lasts_at_most(users: TestUsers, tenant: Tenant, user: str, seconds: int) -> None:
    tokens = users[user].tokens.latest
    claims = tenant.claims(tokens.access_token)
    assert 0 < tokens.expires_in <= seconds, f"expected expires_in of at most {seconds}, and it is {tokens.expires_in}"
    assert 0 < claims.lifetime <= seconds, f"expected exp at most {seconds} s after iat, and it is {claims.lifetime} s"
    left = claims.expires_at - tokens.received_at
    assert 0 < left <= seconds + DATE_SECONDS, f"expected exp within {seconds} s from now, and it is {left:.0f} s away"


@then(parse("{user}'s ID token names {them} and the {application}"))
def id_token_names_user(users: TestUsers, tenant: Tenant, user: str, application: str) -> None:
    # The nonce was checked when the authorization code was exchanged.
    id_token = users[user].tokens.latest.id_token
    assert id_token, "expected an ID token, as openid was requested, and none came"
    subject = tenant.claims(id_token).subject
    assert subject == users[user].user_id, f"expected sub to be {user}'s user id, and it is {subject}"
    wrong = tenant.problems_of(users[user].tokens.latest, application)
    assert not wrong, f"expected an ID token that the {application} may accept, and {'; '.join(wrong)}"


@then(parse("{user}'s ID token {says:Says} that MFA was used"))
def id_token_tells_of_second_factor(users: TestUsers, tenant: Tenant, user: str, says: Phrase[bool]) -> None:
    methods = tenant.claims(users[user].tokens.id_token).methods
    assert ("mfa" in methods) == says.value, f"expected mfa in amr only after MFA; amr is {methods}"


@then(parse("{user} receives no {kind:Kind}"))
def got_no_token(users: TestUsers, user: str, kind: Phrase[str]) -> None:
    got = getattr(users[user].tokens.latest, kind.value)
    assert got is None, f"expected no {kind.value}, as its scope was not requested, and one came"


@then(parse("the response names {user}"))
def names_user(users: TestUsers, outcome: Outcome[Any], user: str) -> None:
    assert outcome.result() == users[user].user_id, f"expected the response to name {user}, and it names another user"


@then('sign-in is refused with "access_denied" or returns a token for the MFA API')
def api_is_unknown_or_the_mfa_api(tenant: Tenant, outcome: Outcome[Any], observe: Observe) -> None:
    observe("audience-without-slash", "refused" if outcome.refusal else "taken for the MFA API")
    if outcome.refusal:
        assert outcome.refusal.error == "access_denied", f"expected access_denied, and it is {outcome.refusal}"
        return
    audience = tenant.claims(outcome.result().access_token).audience
    assert tenant.profile.mfa_audience in audience, f"expected a token for the MFA API, and its aud is {audience}"


@then(parse("the {application} sent no client secret at sign-in, enrollment or confirmation"))
def sent_no_secret(tenant: Tenant, application: str) -> None:
    sent = tenant.sent_by(application)
    places = {exchange.path for exchange in sent}
    assert places >= {"/authorize", "/oauth/token", "/mfa/associate"}, f"expected all three, and saw {places}"
    leaks = [str(exchange) for exchange in sent if exchange.carries_client_secret]
    assert not leaks, f"expected no client secret in any request, and it is in {'; '.join(leaks)}"
