"""Sign-in through the tenant's pages, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import NotApplicable, Outcome, Stop
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.sign_ins import SignInRequest, with_sms_code
from mfa_verification.users.sources import ANSWERS, BROWSERS, SIGN_INS, SKIPPING, wrong_password
from steps.words import Observe, Phrase, parse, step, table

CHALLENGES = {
    "an SMS challenge": "mfa-sms-challenge",
    "an OTP challenge": "mfa-otp-challenge",
    "a recovery code challenge": "mfa-recovery-code-challenge",
}


@dataclass(frozen=True)
class Ending:
    """How a sign-in must end that yields no tokens; an empty field is not checked."""

    challenged: bool | None = None
    """Whether the tenant must show an MFA challenge; False allows a refusal instead."""
    stops: Collection[Stop] = ()
    errors: Collection[str] = ()
    observed: str | None = None


ENDINGS: Mapping[str, Ending] = {
    "sign-in fails before any MFA challenge": Ending(challenged=False),
    "sign-in stops at the MFA challenge": Ending(challenged=True),
    "sign-in is refused because the account is blocked": Ending(stops={Stop.ACCOUNT_BLOCKED}),
    # A tenant may show its own error page, in its own words.
    "sign-in stops at an error page of the tenant": Ending(stops={Stop.CALLBACK_MISMATCH, Stop.ERROR_PAGE}),
    'silent authentication fails with "login_required", "interaction_required" or "mfa_required"': Ending(
        errors={"login_required", "interaction_required", "mfa_required"}
    ),
    # Sources disagree how a tenant says that a user is locked out (AF-LIMIT-10, AF-LIMIT-11).
    'the right code is refused with "invalid_grant" or "too_many_attempts"': Ending(
        errors={"invalid_grant", "too_many_attempts"}, observed="locked-out"
    ),
}
table("SignIn", SIGN_INS)
table("Browser", BROWSERS)
table("Skipping", SKIPPING)
table("Answer", ANSWERS)
table("Challenge", CHALLENGES)
table("Ending", ENDINGS)

Request = Phrase[Callable[..., SignInRequest]]


@when(parse("{user} signs in to the {application}{request:SignIn}"), target_fixture="outcome")
def signs_in(users: TestUsers, tenant: Tenant, user: str, application: str, request: Request) -> Outcome[Any]:
    return users[user].sign_in.send(request.of(users, user, SignInRequest(tenant.application(application))))


@step(
    parse("{user} signs in again, answering the MFA challenge with {answer:Answer}"),
    parse("{user} signed in again, answering the MFA challenge with {answer:Answer}"),
)
@when(
    parse('{user} signs in again, answering the MFA challenge with {answer:Answer}, requesting "{scope}"'),
    target_fixture="outcome",
)
def signs_in_again(users: TestUsers, user: str, answer: Phrase[Any], scope: str | None = None) -> Outcome[Any]:
    more = {} if scope is None else {"scope": scope}
    return users[user].sign_in.again(answer.by(users, user), **more)


@when(parse("{user} signs in {request:Skipping}, giving only {their} password"), target_fixture="outcome")
def signs_in_with_password_only(users: TestUsers, user: str, request: Request) -> Outcome[Any]:
    again = SignInRequest(users[user].sign_in.application)
    return users[user].sign_in.send(request.of(users, user, again))


@when(parse("{user} signs in again, selecting SMS from the list of MFA methods"), target_fixture="outcome")
def selects_sms(users: TestUsers, user: str) -> Outcome[Any]:
    signed_in = users[user].sign_in.again(with_sms_code)
    if "mfa-sms-challenge" in signed_in.screens and "mfa-login-options" not in signed_in.screens:
        # Selecting SMS there would only send a second message.
        raise NotApplicable("this needs a tenant that challenges the authenticator app first, and it challenged SMS")
    return signed_in


@when(parse("{user} signs in to the {application} with ten wrong passwords"), target_fixture="outcome")
def signs_in_with_wrong_passwords(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    chosen = tenant.application(application)
    return [users[user].sign_in(chosen, password=wrong_password()) for _ in range(10)][-1]


@when(
    parse("{user} starts to sign in to the {application} in one browser and continues in another"),
    target_fixture="outcome",
)
def signs_in_with_two_browsers(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].sign_in.on_two_devices(tenant.application(application))


@when(
    parse("{user} signs in to the {application} through auth0-spa-js, requesting the MFA API"),
    target_fixture="outcome",
)
def signs_in_through_sdk(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].sign_in.by_sdk(tenant.application(application))


@when(
    parse("the {application} requests an MFA API token for {user} by silent authentication"), target_fixture="outcome"
)
def authenticates_silently(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].sign_in.silently(tenant.application(application))


@given(parse("the {application} holds an unused authorization code for {user}"))
def holds_authorization_code(users: TestUsers, tenant: Tenant, user: str, application: str) -> None:
    users[user].sign_in.get_code(SignInRequest(tenant.application(application))).result()


@given(parse("it is confirmed that silent authentication succeeds for {user} at the {application}"))
def silent_authentication_succeeds(users: TestUsers, tenant: Tenant, user: str, application: str) -> None:
    # A tenant may refuse every silent request (AF-AUTHZ-28).
    silent = users[user].sign_in.silently(tenant.application(application))
    if silent.refusal is not None:
        raise NotApplicable(f"this needs a tenant that allows silent authentication, and got {silent.met}")
    silent.result()


@given(
    parse("it is confirmed that {user}'s browser is remembered, so that {they} signs in there without an MFA challenge")
)
def browser_is_remembered(users: TestUsers, user: str) -> None:
    sign_in, remembered = users[user].sign_in, ANSWERS["the SMS code and having the browser remembered"]
    sign_in.keep_device()
    # Without an audience: for the MFA API a remembered browser is challenged all the same.
    sign_in.again(lambda watch: remembered(users[user], watch), scope="openid", audience="").result()
    again = sign_in.again(scope="openid", audience="", parameters={"prompt": "login"})
    if again.value is None and again.challenges:
        raise NotApplicable("this needs a tenant that remembers a browser, and this one challenged it again")
    again.result()


@given(parse("a user of another tenant has {user}'s user ID and signed in there to the {application}"))
def other_tenants_user_signed_in(
    users: TestUsers, other_tenant_users: TestUsers, other_tenant: Tenant, user: str, application: str
) -> None:
    user_id = users[user].user_id
    stranger = other_tenant_users.create("stranger", user_id=user_id.partition("|")[2])
    assert stranger.user_id == user_id, "expected the other tenant to create a user with the requested user ID"
    stranger.sign_in(other_tenant.application(application)).result()


@then("sign-in succeeds without an MFA challenge")
@then(parse("sign-in succeeds after {challenge:Challenge}"))
def sign_in_succeeds(outcome: Outcome[Any], challenge: Phrase[str] | None = None) -> None:
    outcome.result()
    shown = " → ".join(outcome.screens)
    if challenge is None:
        assert not outcome.challenges, f"expected no MFA challenge; the tenant showed {shown}"
    else:
        assert challenge.value in outcome.challenges, f"expected {challenge.value} first; the tenant showed {shown}"


@then(parse("{ending:Ending}"))
def sign_in_ends(outcome: Outcome[Any], observe: Observe, ending: Phrase[Ending]) -> None:
    end, met = ending.value, f"expected that {ending.text}, and got {outcome.met}"
    assert outcome.value is None, met
    if end.observed and outcome.refusal:
        observe(end.observed, f"locked out: {outcome.refusal}")
    assert end.challenged is not True or outcome.challenges, met
    assert end.challenged is not False or outcome.refusal or not outcome.challenges, met
    assert not end.stops or outcome.stop in end.stops, met
    assert not end.errors or (outcome.refusal and outcome.refusal.error in end.errors), met


@then(parse("{user}'s right code is accepted"))
def right_code_is_accepted(outcome: Outcome[Any], user: str) -> None:
    # Not result(): it calls a lockout inconclusive, and this step judges whether there is one.
    assert outcome.value is not None, f"expected {user}'s right code to be accepted, and got {outcome.met}"
