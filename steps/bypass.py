"""Ways round the second factor, tried: by password alone, by what was got before, by a stolen code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.configuration.tenant_wide import see_that_guessing_is_stopped
from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household


FLAWS: dict[str, dict[str, Any]] = {
    "and not its proof": {"code_verifier": None},
    "with a guess at its proof": {"code_verifier": "x" * 64},
    "and no secret": {"client_secret": None},
    "for another address": {"redirect_uri": "https://stranger.invalid/callback"},
    "which did not ask for it": {},
}
"""How somebody may come with a code that is not theirs, in words, and what is then other than it should."""


@when(
    parsers.parse("{name:w} asks the {application} for tokens with {pronoun:w} password alone"),
    target_fixture="outcome",
)
def asks_by_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_by_password(tenant.application(application))


@when(
    parsers.parse("{name:w} asks the {application} for tokens with {pronoun:w} password alone, naming the connection"),
    target_fixture="outcome",
)
def asks_by_password_and_realm(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_by_password(tenant.application(application), tenant.profile.connection)


@when(
    parsers.parse("{name:w} asks the {application} for tokens of no API, with {pronoun:w} password alone"),
    target_fixture="outcome",
)
def asks_by_password_for_no_api(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_by_password_for_no_api(tenant.application(application))


@given(parsers.parse("the {application} gives {name:w} tokens for {pronoun:w} password alone"))
def password_suffices(people: Household, tenant: Tenant, name: str, application: str) -> None:
    person = people[name]
    person.see_that_nothing_is_asked(person.ask_by_password(tenant.application(application)))


@given(parsers.parse("the {application} gives {name:w} tokens for {pronoun:w} password alone, naming the connection"))
def password_suffices_with_realm(people: Household, tenant: Tenant, name: str, application: str) -> None:
    asked = people[name].ask_by_password(tenant.application(application), tenant.profile.connection)
    people[name].see_that_nothing_is_asked(asked)


@given(parsers.parse("the {application} lets {name:w} in for no API at all"))
def is_let_in_for_no_api(people: Household, tenant: Tenant, name: str, application: str) -> None:
    person = people[name]
    person.see_that_nothing_is_asked(person.sign_in(tenant.application(application), audience=""))


@given(parsers.parse("the {application} renews {name:w}'s tokens while {pronoun:w} has no factor"))
def renews_tokens(people: Household, tenant: Tenant, name: str, application: str) -> None:
    people[name].sign_in(tenant.application(application), "openid enroll offline_access").answer()
    people[name].see_that_nothing_is_asked(people[name].refresh())


@when(parsers.parse("{name:w} refreshes {pronoun:w} tokens"), target_fixture="outcome")
def refreshes(people: Household, name: str) -> Outcome[Any]:
    return people[name].refresh()


@when(parsers.parse('{name:w} refreshes {pronoun:w} tokens, asking for "{scope}"'), target_fixture="outcome")
def refreshes_asking_for(people: Household, name: str, scope: str) -> Outcome[Any]:
    return people[name].refresh(scope)


@when(parsers.parse("{name:w} refreshes {pronoun:w} tokens at the {application}"), target_fixture="outcome")
def refreshes_elsewhere(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].refresh_elsewhere(tenant.application(application))


@when(parsers.parse("somebody presents the refresh token that {name:w} used"), target_fixture="outcome")
def presents_used_refresh_token(people: Household, name: str) -> Outcome[Any]:
    return people[name].refresh_with_used()


@given(parsers.parse("{name:w} signed in at the {application} as far as its code"))
def signed_in_as_far_as_the_code(people: Household, tenant: Tenant, name: str, application: str) -> None:
    people[name].earn_code(tenant.application(application)).answer()


@when(parsers.re(r"the code of (?P<name>\w+)'s sign-in is presented (a second time|late)"), target_fixture="outcome")
def code_is_presented_again(people: Household, name: str) -> Outcome[Any]:
    return people[name].present_code()


@when(
    parsers.parse("somebody presents the code of {name:w}'s sign-in at the {application}, {flaw}"),
    target_fixture="outcome",
)
def code_is_stolen(people: Household, tenant: Tenant, name: str, application: str, flaw: str) -> Outcome[Any]:
    return people[name].present_code(tenant.application(application), **FLAWS[flaw])


@given(parsers.parse("{name:w} has {other:w}'s e-mail address in the other connection of the {application}"))
def has_anothers_address(people: Household, name: str, other: str, application: str) -> None:
    people.create_double(name, other, application)


@given("whoever is wrong ten times is kept out, from wherever they come")
def guessing_is_stopped(tenant: Tenant) -> None:
    see_that_guessing_is_stopped(tenant, 10)


@given(parsers.parse("anybody may sign up at the {application}"))
def anybody_may_sign_up(people: Household, application: str) -> None:
    people.see_that_anybody_may_sign_up(application)


@when(parsers.parse("somebody signs up at the {application} with {name:w}'s e-mail address"), target_fixture="outcome")
def somebody_signs_up(people: Household, application: str, name: str) -> Outcome[Any]:
    return people.sign_up(application, people[name].email)


@when(parsers.parse("somebody asks for a new password for {name:w}, and names one"), target_fixture="outcome")
def somebody_asks_for_a_password(people: Household, name: str) -> Outcome[Any]:
    return people[name].have_password_asked_for()


@then("the tenant wants a second factor before it gives tokens")
def wants_a_second_factor(outcome: Outcome[Any], observe: Callable[[str, str], None]) -> None:
    assert outcome.refusal, f"expected the tenant to ask for a second factor, and it met {outcome.met}"
    assert outcome.refusal.error == "mfa_required", f"expected mfa_required, and it is {outcome.refusal}"
    assert outcome.refusal.mfa_token, "expected mfa_required to hand out a token to go on with, and it did not"
    observe("mfa-required-status", f"mfa_required came with {outcome.refusal.status}")


@then(parsers.parse("the tenant renews {name:w}'s tokens, or wants a second factor again"))
def renews_or_asks(
    people: Household, tenant: Tenant, outcome: Outcome[Any], observe: Callable[[str, str], None], name: str
) -> None:
    observe("refresh-after-second-factor", "asked for a second factor" if outcome.refusal else "renewed")
    if outcome.refusal:
        assert outcome.refusal.error == "mfa_required", f"expected tokens or mfa_required, and it is {outcome.refusal}"
        return
    subject = tenant.claims(outcome.answer().access_token).subject
    assert subject == people[name].user_id, f"expected the token to be {name}'s, and its sub is {subject}"


@then(parsers.parse("the tenant takes it only if {name:w} got no other in its place"))
def takes_only_what_stays(
    people: Household, outcome: Outcome[Any], observe: Callable[[str, str], None], name: str
) -> None:
    stays = people[name].refresh_token == people[name].used_refresh_token
    observe("refresh-token-rotation", "refresh tokens stay" if stays else "refresh tokens are replaced")
    assert stays or outcome.refusal, f"expected a replaced refresh token to be worthless, and it met {outcome.met}"
