"""Answering with a code, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then, when

from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household

MFA_SCOPES = frozenset({"enroll", "read:authenticators", "remove:authenticators"})
OTHER_SCOPES = frozenset({"openid", "profile", "email"})
"""Sources disagree which of these come along (contract, 11, 2 and 29): any may, nothing else may."""
PARAMETERS = {
    "the token": "mfa_token",
    "the enrolment": "oob_code",
    "the code": "binding_code",
    "the application": "client_id",
    "the secret": "client_secret",
}
"""What belongs to an answer, in words, and its parameter (contract, 3.6)."""
NAMED = {"the texted code": "binding_code", "the app's code": "otp_code"}
"""How a refusal names a code (contract, 3.6)."""
NOTATIONS = {"a form": False, "an object": True}
DATE_SECONDS = 2
"""A `Date` header counts whole seconds, and an answer takes a moment."""
LOCKED_OUT = ("invalid_grant", "too_many_attempts")
"""How whoever was wrong too often is told, or not told (contract, 11, 17)."""
REFUSED = (400, 401, 403)
"""Statuses of a refusal; sources disagree which (contract, 11, 12 to 16), so the one that came is observed."""


@when(parsers.parse("{name:w} answers with the texted code, the token in {presented}"), target_fixture="outcome")
def answers_with_texted_code(people: Household, name: str, presented: str) -> Outcome[Any]:
    return people[name].confirm_phone(presented.removeprefix("the "))


@when(parsers.parse("{name:w} answers with the app's code, the token in {presented}"), target_fixture="outcome")
def answers_with_app_code(people: Household, name: str, presented: str) -> Outcome[Any]:
    return people[name].confirm_app(presented.removeprefix("the "))


@when(parsers.parse("{name:w} answers with a code that was not texted to {pronoun:w}"), target_fixture="outcome")
def answers_with_wrong_texted_code(people: Household, name: str) -> Outcome[Any]:
    return people[name].confirm_phone("header and body", code=people[name].wrong_texted_code())


@when(parsers.parse("{name:w} answers with a code that {pronoun:w} app did not make"), target_fixture="outcome")
def answers_with_wrong_app_code(people: Household, name: str) -> Outcome[Any]:
    return people[name].confirm_app("body", code=people[name].wrong_app_code())


@when(
    parsers.parse("{name:w} presents {pronoun:w} own token with the code that was texted to {other:w}"),
    target_fixture="outcome",
)
def presents_own_token_with_anothers_code(people: Household, name: str, other: str) -> Outcome[Any]:
    theirs = people[other]
    return people[name].confirm_phone("header and body", code=theirs.texted_code(), enrolment=theirs.phone_enrolment)


@when(parsers.parse("{name:w} answers with the texted code, leaving out {parameter}"), target_fixture="outcome")
def answers_leaving_out(people: Household, name: str, parameter: str) -> Outcome[Any]:
    return people[name].confirm_phone("body", leaving_out=PARAMETERS[parameter])


@when(parsers.parse("{name:w} answers with the texted code, written as {notation}"), target_fixture="outcome")
def answers_in_notation(people: Household, name: str, notation: str) -> Outcome[Any]:
    return people[name].confirm_phone("body", as_object=NOTATIONS[notation])


@when(parsers.parse("{name:w} answers with the texted code at the {application}"), target_fixture="outcome")
def answers_at_another_application(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].confirm_phone("body", application=tenant.application(application))


@when(
    parsers.parse("{name:w} answers with the texted code, {pronoun:w} token in the body and {other:w}'s in the header"),
    target_fixture="outcome",
)
def answers_under_anothers_header(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].confirm_phone("body", bearer=people[other].tokens.access_token)


@when(parsers.parse("{name:w} answers with the code that was texted to {other:w}"), target_fixture="outcome")
def answers_with_anothers_code(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].confirm_phone("header and body", code=people[other].texted_code())


@when(parsers.parse("{name:w} answers with the code of the earlier text"), target_fixture="outcome")
def answers_with_earlier_code(people: Household, name: str) -> Outcome[Any]:
    person = people[name]
    earlier = person.earlier_texted_code()
    return person.confirm_phone("header and body", code=earlier, enrolment=person.earlier_phone_enrolment)


@when(parsers.parse("{name:w} answers the later question with the code of the earlier text"), target_fixture="outcome")
def answers_later_with_earlier_code(people: Household, name: str) -> Outcome[Any]:
    return people[name].confirm_phone("header and body", code=people[name].earlier_texted_code())


@when(parsers.parse("{name:w} gives the same answer again"), target_fixture="outcome")
def answers_again(people: Household, name: str) -> Outcome[Any]:
    return people[name].answer_again()


@when(
    parsers.parse("{name:w} answers with a code that {pronoun:w} app made {seconds:d} seconds before"),
    target_fixture="outcome",
)
def answers_with_old_app_code(people: Household, name: str, seconds: int) -> Outcome[Any]:
    return people[name].confirm_app("body", code=people[name].old_app_code(seconds))


@when(
    parsers.re(r"(?P<name>\w+) answers with a code that her app will make (?P<seconds>\d+) seconds later"),
    target_fixture="outcome",
)
def answers_with_coming_app_code(people: Household, name: str, seconds: str) -> Outcome[Any]:
    return people[name].confirm_app("body", code=people[name].old_app_code(-int(seconds)))


@when(parsers.parse("{name:w} answers with the code of {other:w}'s app"), target_fixture="outcome")
def answers_with_anothers_app(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].confirm_app("body", code=people[other].next_app_code())


@when(
    parsers.re(r"(?P<name>\w+) answers (?P<count>\d+) times with a code that her app did not make"),
    target_fixture="outcome",
)
def answers_wrongly_by_app(people: Household, name: str, count: str) -> Outcome[Any]:
    return [people[name].confirm_app("body", code=people[name].wrong_app_code()) for _ in range(int(count))][-1]


@when(
    parsers.re(r"(?P<name>\w+) answers (?P<count>\d+) times with a code that was not texted to her"),
    target_fixture="outcome",
)
def answers_wrongly_by_text(people: Household, name: str, count: str) -> Outcome[Any]:
    return [people[name].confirm_phone("body", code=people[name].wrong_texted_code()) for _ in range(int(count))][-1]


@when(parsers.parse("{name:w} answers with a code that is nearly right: {how}"), target_fixture="outcome")
def answers_with_nearly_right_code(people: Household, name: str, how: str) -> Outcome[Any]:
    return people[name].confirm_phone("header and body", code=people[name].nearly_right_code(how))


@when(parsers.parse("{name:w} answers with the texted code and a wrong secret"), target_fixture="outcome")
def answers_with_wrong_secret(people: Household, name: str) -> Outcome[Any]:
    return people[name].confirm_phone("body", application=people[name].application_with_wrong_secret())


@when(parsers.parse("{name:w} asks for a code by text"), target_fixture="outcome")
def asks_for_texted_code(people: Household, name: str) -> Outcome[Any]:
    return people[name].ask_for_texted_code()


@when(parsers.parse("{name:w} has a code texted to {other:w}'s phone"), target_fixture="outcome")
def asks_for_anothers_phone(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].ask_for_texted_code(people[other].own_phone())


@when(
    parsers.parse("{name:w} has a code texted to the phone that {pronoun:w} did not confirm"), target_fixture="outcome"
)
def asks_for_unconfirmed_phone(people: Household, name: str) -> Outcome[Any]:
    return people[name].ask_for_texted_code(people[name].found_phone)


@when(parsers.parse("{name:w} answers the question with the texted code"), target_fixture="outcome")
def answers_challenge(people: Household, name: str) -> Outcome[Any]:
    return people[name].answer_challenge()


@when(
    parsers.parse("{name:w} answers the question with the texted code at the {application}"), target_fixture="outcome"
)
def answers_challenge_elsewhere(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].answer_challenge(application=tenant.application(application))


@when(
    parsers.parse("{name:w} answers the question with the texted code, under the token that asked for it"),
    target_fixture="outcome",
)
def answers_challenge_under_its_token(people: Household, name: str) -> Outcome[Any]:
    return people[name].answer_challenge(token=people[name].earlier_mfa_token)


@when(
    parsers.re(r"(?P<name>\w+) shows (?P<which>her recovery code|the recovery code that she used)"),
    target_fixture="outcome",
)
def shows_recovery_code(people: Household, name: str, which: str) -> Outcome[Any]:
    person = people[name]
    return person.show_recovery_code(
        person.recovery_code if which == "her recovery code" else person.used_recovery_code
    )


@when(parsers.parse("{name:w} shows the recovery code of {other:w}"), target_fixture="outcome")
def shows_anothers_recovery_code(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].show_recovery_code(people[other].recovery_code)


@then(parsers.parse("{name:w} gets another recovery code"))
def gets_another_recovery_code(outcome: Outcome[Any], name: str, people: Household) -> None:
    new = outcome.answer().recovery_code
    assert new, f"expected {name} to get the next recovery code, and none came"
    assert new != people[name].used_recovery_code, f"expected another recovery code for {name}, and it is the same"


@then(parsers.parse("{name:w} gets a token to manage {pronoun:w} factors, for at most {seconds:d} seconds"))
def gets_a_token(tenant: Tenant, outcome: Outcome[Any], observe: Callable[[str, str], None], seconds: int) -> None:
    tokens = outcome.answer()
    granted = tenant.scope_of(tokens)
    observe("confirmation-scope", f"the confirmation gave the scope {' '.join(sorted(granted))}")
    observe("confirmation-id-token", f"the confirmation {'gave an' if tokens.id_token else 'gave no'} id token")
    assert granted >= MFA_SCOPES, f"expected the scopes {sorted(MFA_SCOPES)}, and they are {sorted(granted)}"
    assert granted <= MFA_SCOPES | OTHER_SCOPES, (
        f"expected no scope beyond {sorted(MFA_SCOPES | OTHER_SCOPES)}: {sorted(granted)}"
    )
    assert tokens.token_type == "Bearer", f"expected token_type Bearer, and it is {tokens.token_type}"
    assert 0 < tokens.expires_in <= seconds, f"expected expires_in of at most {seconds}, and it is {tokens.expires_in}"


@then(parsers.parse("that token is {name:w}'s own, for the MFA API, and lasts no longer than it says"))
def that_token_is_their_own(
    people: Household, tenant: Tenant, outcome: Outcome[Any], observe: Callable[[str, str], None], name: str
) -> None:
    tokens = outcome.answer()
    claims = tenant.claims_of_jwt(tokens.access_token)
    if claims is None:  # no source says that it must be a JWT
        observe("confirmation-token", "the confirmation gave an opaque token, which says nothing of itself")
        return
    audience, client_id = tenant.profile.mfa_audience, people[name].application.client_id
    assert claims.authorized_party == client_id, f"expected azp to be {client_id}, and it is {claims.authorized_party}"
    assert claims.issuer == tenant.issuer, f"expected iss to be {tenant.issuer}, and it is {claims.issuer}"
    assert claims.subject == people[name].user_id, f"expected the token to be {name}'s, and its sub is {claims.subject}"
    assert audience in claims.audience, f"expected {audience} in aud, and it is {claims.audience}"
    # Counted from now: whether the tenant hands back the presented token, no source says (contract, 11, 27).
    left = claims.expires_at - tokens.received_at
    assert 0 < left <= tokens.expires_in + DATE_SECONDS, (
        f"expected exp to come, at most {tokens.expires_in} s from now, and it is {left:.0f} s away"
    )


@then(parsers.parse("an id token that came beside it is {name:w}'s own too"))
def id_token_beside_is_their_own(people: Household, tenant: Tenant, outcome: Outcome[Any], name: str) -> None:
    tokens, person = outcome.answer(), people[name]
    if tokens.id_token is None:  # sources disagree whether one comes
        return
    subject = tenant.claims(tokens.id_token).subject
    assert subject == person.user_id, f"expected the id token to name {name}, and its sub is {subject}"
    wrong = tenant.problems_of(tokens, person.application.name)
    assert not wrong, f"expected an id token that the {person.application.name} may accept, and {'; '.join(wrong)}"


@then("the tenant accepts it")
def accepts(outcome: Outcome[Any]) -> None:
    outcome.answer()


@then("the tenant refuses")
def refuses(outcome: Outcome[Any], observe: Callable[[str, str], None]) -> None:
    assert outcome.refusal, f"expected the tenant to refuse to {outcome.action}, and it met {outcome.met}"
    observe("refusal", f"refused to {outcome.action}: {outcome.refusal}")
    assert outcome.refusal.status in REFUSED, f"expected a refusal with one of {REFUSED}, and it is {outcome.refusal}"


@then(parsers.parse('the tenant refuses with "{error}"'))
def refuses_with(outcome: Outcome[Any], error: str) -> None:
    assert outcome.refusal, f"expected the tenant to refuse to {outcome.action}, and it met {outcome.met}"
    assert outcome.refusal.error == error, f"expected {error}, and it is {outcome.refusal}"
    assert outcome.refusal.status in (None, *REFUSED), (
        f"expected a refusal with one of {REFUSED}, and it is {outcome.refusal}"
    )


@then(parsers.parse("the tenant had said that {name:w} is enrolled already"))
def says_already_enrolled(outcome: Outcome[Any], name: str) -> None:
    said = outcome.refusal.description if outcome.refusal else ""
    assert "already enrolled" in said.lower(), f"expected to be told that {name} is enrolled already: {outcome.met}"


@then(parsers.re(r"the tenant had said that (?P<code>the texted code|the app's code) is wrong"))
def says_which_code(outcome: Outcome[Any], code: str) -> None:
    said = outcome.refusal.description if outcome.refusal else ""
    assert NAMED[code] in said.lower(), f"expected to be told that {code} is wrong: {outcome.met}"


@then(parsers.parse('the tenant refused at one of its gates, at the last with "{error}"'))
def refused_at_a_gate(outcome: Outcome[Any], observe: Callable[[str, str], None], error: str) -> None:
    assert outcome.refusal, f"expected a refusal at sign-in, enrolment or confirmation, and it met {outcome.met}"
    observe("missing-mfa-grant", f"refused when she tried to {outcome.action}: {outcome.refusal}")
    if outcome.action == "confirm the phone":
        assert outcome.refusal.error == error, f"expected {error}, and it is {outcome.refusal}"


@then(parsers.parse("{name:w} is locked out for now, with the right code too"))
def is_locked_out(outcome: Outcome[Any], observe: Callable[[str, str], None], name: str) -> None:
    assert outcome.refusal, f"expected {name} to be locked out, and the tenant met her with {outcome.met}"
    observe("locked-out", f"locked out: {outcome.refusal}")
    assert outcome.refusal.error in LOCKED_OUT, f"expected one of {LOCKED_OUT}, and it is {outcome.refusal}"


@then(parsers.parse("{name:w} is not locked out"))
def is_not_locked_out(outcome: Outcome[Any], name: str) -> None:
    # An assertion, and no answer(): there a lock would be taken for the suite's own doing, and here it is the question.
    assert outcome.value is not None, f"expected {name}'s right code to count, and it met {outcome.met}"
