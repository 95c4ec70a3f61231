"""What is enrolled: in the person's own list, and as the operator sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household

OPERATOR_TYPES = {"phone": "phone", "app": "totp"}
OWN_FACTORS = {"phone": "sms", "app": "otp"}
MAY_BE_ACTIVE = {"email", "recovery-code"}
"""What a list may show as active though nobody enrolled it: a verified address is (contract, 6)."""
COUNTED = {"phone", "totp", "push", "guardian"}
"""Second factors that somebody has enrolled; a verified e-mail address or a recovery code is none (contract, 6)."""


@then(parsers.parse("{name:w} sees {pronoun:w} phone in {their:w} list, masked and not active"))
def sees_phone_not_active(people: Household, tenant: Tenant, name: str) -> None:
    listed = tenant.mfa.authenticators(people[name].tokens.access_token).answer()
    phones = [authenticator for authenticator in listed if authenticator.factor == "sms"]
    states = [phone.active for phone in phones]
    assert states == [False], f"expected one phone in {name}'s list, not active; found {len(states)}, active: {states}"
    shown = phones[0].name
    assert shown is None or people[name].phone.is_masked_by(shown), f"expected {name}'s number masked, and it is not"


@then(parsers.parse("{name:w} sees no phone in {their:w} list"))
def sees_no_phone(people: Household, name: str) -> None:
    phones = [one.active for one in people[name].list_factors().answer() if one.factor == "sms"]
    assert not phones, f"expected no phone in {name}'s list, and it has {len(phones)}"


@then(parsers.parse("{name:w} sees {pronoun:w} phone and {his:w} app in {their:w} list, active"))
def sees_phone_and_app_active(people: Household, tenant: Tenant, name: str) -> None:
    listed = tenant.mfa.authenticators(people[name].tokens.access_token).answer()
    active = {authenticator.factor for authenticator in listed if authenticator.active}
    missing = set(OWN_FACTORS.values()) - active
    assert not missing, f"expected phone and app to be active in {name}'s list; missing: {', '.join(sorted(missing))}"
    beyond = active - set(OWN_FACTORS.values()) - MAY_BE_ACTIVE - {"voice"}
    assert not beyond, f"expected nothing else to be active in {name}'s list, and there is {', '.join(sorted(beyond))}"


@then(parsers.re(r"the operator sees (?P<name>\w+)'s (?P<things>phone|app|phone and app), confirmed"))
def operator_sees(people: Household, tenant: Tenant, name: str, things: str) -> None:
    expected = {OPERATOR_TYPES[thing] for thing in things.split(" and ")}
    missing = expected - tenant.management.confirmed_factors(people[name].user_id, expected)
    assert not missing, (
        f"expected the operator to see {name}'s {things}, confirmed; missing: {', '.join(sorted(missing))}"
    )


@then(parsers.parse("the operator sees {name:w}'s phone, confirmed and masked"))
def operator_sees_phone_masked(people: Household, tenant: Tenant, name: str) -> None:
    phone = people[name].phone
    tenant.management.confirmed_factors(people[name].user_id, {"phone"})
    seen = [
        method for method in tenant.management.authentication_methods(people[name].user_id) if method.type == "phone"
    ]
    assert [method.confirmed for method in seen] == [True], (
        f"expected one phone, confirmed; the operator sees {len(seen)}"
    )
    shown = seen[0].phone_number or ""
    assert phone.is_masked_by(shown), (
        f"expected {name}'s number, masked but recognisable; the operator sees {len(shown)} characters that are not"
    )


@then(parsers.parse("the operator sees both of {name:w}'s phones, confirmed"))
def operator_sees_both_phones(people: Household, tenant: Tenant, name: str) -> None:
    tenant.management.confirmed_factors(people[name].user_id, {"phone"})
    seen = tenant.management.authentication_methods(people[name].user_id)
    phones = sum(method.type == "phone" and method.confirmed for method in seen)
    assert phones == 2, f"expected the operator to see two phones of {name}'s, confirmed; there are {phones}"


@then(parsers.parse("{name:w} sees {pronoun:w} e-mail address in {their:w} list, active"))
def sees_address_active(people: Household, name: str) -> None:
    listed = [one.active for one in people[name].list_factors().answer() if one.factor == "email"]
    assert listed == [True], f"expected {name}'s verified address in her list, active; found {len(listed)}: {listed}"


@then(parsers.parse("{name:w} sees the other e-mail address in {their:w} list, not active"))
def sees_other_address_not_active(people: Household, name: str) -> None:
    states = [one.active for one in people[name].list_factors().answer() if one.factor == "email"]
    assert states.count(False) == 1, f"expected one address in {name}'s list, not active; found active: {states}"


@when(parsers.parse("{name:w} looks at {pronoun:w} list"), target_fixture="outcome")
def looks_at_list(people: Household, name: str) -> Outcome[Any]:
    return people[name].list_factors()


@when(parsers.parse("{name:w} removes {pronoun:w} phone from {their:w} list"), target_fixture="outcome")
def removes_phone(people: Household, name: str) -> Outcome[Any]:
    return people[name].remove_phone()


@given(parsers.parse("{name:w} found {pronoun:w} phone in {their:w} list"))
def found_phone(people: Household, name: str) -> None:
    people[name].find_phone()


@when(parsers.parse("{name:w} removes the phone that {pronoun:w} found"), target_fixture="outcome")
def removes_found_phone(people: Household, name: str) -> Outcome[Any]:
    return people[name].remove(people[name].found_phone)


@when(parsers.parse("{name:w} removes {other:w}'s phone with {pronoun:w} own token"), target_fixture="outcome")
def removes_anothers_phone(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].remove(people[other].own_phone())


@then(parsers.parse("nothing is enrolled for {name:w}"))
def nothing_is_enrolled(people: Household, tenant: Tenant, name: str) -> None:
    person = people[name]
    seen = [method.type for method in tenant.management.authentication_methods(person.user_id) if method.confirmed]
    assert not COUNTED & set(seen), (
        f"expected nothing to be enrolled for {name}, and the operator sees {', '.join(seen)}"
    )
    if person.has_tokens:
        # An application without the MFA grant may not be let in to look: then the operator's word stands alone.
        listed = person.list_factors().value or []
        active = [authenticator.factor for authenticator in listed if authenticator.active]
        assert set(active) <= MAY_BE_ACTIVE, f"expected nothing active in {name}'s list, and it has {active}"


@then(parsers.re(r"nothing is enrolled for (?P<name>\w+) but (her|his) (?P<thing>phone|app)"))
def nothing_else_is_enrolled(people: Household, tenant: Tenant, name: str, thing: str) -> None:
    methods = tenant.management.authentication_methods(people[name].user_id)
    seen = sorted(method.type for method in methods if method.confirmed and method.type in COUNTED)
    assert seen == [OPERATOR_TYPES[thing]], (
        f"expected nothing but {name}'s {thing} to be enrolled, and the operator sees {', '.join(seen) or 'nothing'}"
    )


@then(parsers.parse("nothing is enrolled for {name:w}, who is gone"))
def nobody_is_there(people: Household, tenant: Tenant, name: str) -> None:
    found = tenant.management.users_of(people[name].email)
    assert not found, f"expected nobody with {name}'s e-mail address, and the operator finds {len(found)}"
