"""Access tokens: whose they are, what for, for how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then, when

from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household

DATE_SECONDS = 2
"""The tenant's time is read from Date headers, which show whole seconds."""


@then(parsers.parse("{name:w}'s access token is signed by the tenant, for {pronoun:w} and the {application}"))
def token_names_person_and_application(people: Household, tenant: Tenant, name: str, application: str) -> None:
    claims = tenant.claims(people[name].tokens.access_token)
    client_id = tenant.application(application).client_id
    assert claims.issuer == tenant.issuer, f"expected iss to be {tenant.issuer}, and it is {claims.issuer}"
    assert claims.subject == people[name].user_id, f"expected sub to be {name}'s user id, and it is {claims.subject}"
    assert claims.authorized_party == client_id, (
        f"expected azp to be the {application}'s client id, and it is {claims.authorized_party}"
    )


@then(parsers.parse("{name:w}'s access token is for the MFA API"))
def token_is_for_the_mfa_api(people: Household, tenant: Tenant, name: str) -> None:
    audience = tenant.claims(people[name].tokens.access_token).audience
    assert isinstance(audience, list), f"expected aud to be an array, as openid was asked for, and it is {audience}"
    assert tenant.profile.mfa_audience in audience, (
        f"expected {tenant.profile.mfa_audience} in aud, and it is {audience}"
    )
    others = [one for one in audience if one != tenant.profile.mfa_audience and not one.endswith("/userinfo")]
    assert not others, f"expected nothing in aud but the MFA API and who the person is, and there is {others}"


@then(parsers.parse('{name:w}\'s access token has the scopes "{scopes}"'))
def token_has_scopes(people: Household, tenant: Tenant, name: str, scopes: str) -> None:
    granted = tenant.claims(people[name].tokens.access_token).scope
    missing = set(scopes.split()) - granted
    assert not missing, f"expected the scopes {scopes}, and {', '.join(sorted(missing))} is missing"


@then(parsers.parse('{name:w}\'s access token does not have the scope "{scope}"'))
def token_lacks_scope(people: Household, tenant: Tenant, name: str, scope: str) -> None:
    granted = tenant.claims(people[name].tokens.access_token).scope
    assert scope not in granted, f"expected no scope {scope}, which was not asked for, and it is there"


@then(parsers.parse("{name:w}'s access token lasts at most {seconds:d} seconds"))
def token_lasts_at_most(people: Household, tenant: Tenant, name: str, seconds: int) -> None:
    tokens = people[name].tokens
    claims = tenant.claims(tokens.access_token)
    assert 0 < tokens.expires_in <= seconds, f"expected expires_in of at most {seconds}, and it is {tokens.expires_in}"
    assert 0 < claims.lifetime <= seconds, f"expected exp at most {seconds} s after iat, and it is {claims.lifetime} s"
    left = claims.expires_at - tokens.received_at
    assert 0 < left <= seconds + DATE_SECONDS, f"expected exp within {seconds} s from now, and it is {left:.0f} s away"


@then(parsers.parse("{name:w}'s id token names {pronoun:w}, and was made for the {application}"))
def id_token_names_person(people: Household, tenant: Tenant, name: str, application: str) -> None:
    # That its nonce is the one of her own request was checked when the code was redeemed.
    id_token = people[name].tokens.id_token
    assert id_token, "expected an id token, as openid was asked for, and none came"
    claims = tenant.claims(id_token)
    assert claims.subject == people[name].user_id, f"expected sub to be {name}'s user id, and it is {claims.subject}"
    wrong = tenant.problems_of(people[name].tokens, application)
    assert not wrong, f"expected an id token that the {application} may accept, and {'; '.join(wrong)}"


@then(parsers.parse("{name:w} got no id token"))
def got_no_id_token(people: Household, name: str) -> None:
    assert people[name].tokens.id_token is None, "expected no id token, as openid was not asked for, and one came"


@then(parsers.parse("{name:w} got no refresh token"))
def got_no_refresh_token(people: Household, name: str) -> None:
    assert people[name].tokens.refresh_token is None, (
        "expected no refresh token, as offline_access was not asked for, and one came"
    )


@then(parsers.re(r"(?P<name>\w+)'s id token (?P<says>says|does not say) that a second factor was used"))
def id_token_tells_of_second_factor(people: Household, tenant: Tenant, name: str, says: str) -> None:
    methods = tenant.claims(people[name].id_token).methods
    assert ("mfa" in methods) == (says == "says"), f"expected mfa in amr only after a second factor; amr is {methods}"


@when(parsers.parse("{name:w} asks the tenant who {pronoun:w} is"), target_fixture="outcome")
def asks_who(people: Household, name: str) -> Outcome[Any]:
    return people[name].who_am_i()


@then(parsers.parse("the tenant names {name:w}"))
def names_person(people: Household, outcome: Outcome[Any], name: str) -> None:
    assert outcome.answer() == people[name].user_id, f"expected the tenant to name {name}, and it named somebody else"


@then("the tenant knows no such API, or takes it for the MFA API")
def api_is_unknown_or_the_mfa_api(tenant: Tenant, outcome: Outcome[Any], observe: Callable[[str, str], None]) -> None:
    observe("audience-without-slash", "refused" if outcome.refusal else "taken for the MFA API")
    if outcome.refusal:
        assert outcome.refusal.error == "access_denied", f"expected access_denied, and it is {outcome.refusal}"
        return
    audience = tenant.claims(outcome.answer().access_token).audience
    assert tenant.profile.mfa_audience in audience, f"expected a token for the MFA API, and its aud is {audience}"
