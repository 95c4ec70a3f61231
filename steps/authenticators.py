"""Enrolled factors: in the user's own list, and in the administrator's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.mfa_api import Authenticator, Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import Outcome
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.held import ListedPhone
from mfa_verification.users.sources import AUTHENTICATORS
from steps.words import Phrase, parse, table

MAY_BE_ACTIVE = {"email", "recovery-code"}
"""Entries that a list may show as active without an enrollment, such as a verified email address (AF-LIST-09)."""
COUNTED = {"phone", "totp", "push", "guardian"}
"""Types that count as a factor; a verified email address and a recovery code do not (AF-LIMIT-19, AF-LIST-09)."""


@dataclass(frozen=True)
class Listed:
    """What the user's own list must show of one factor."""

    factor: Factor
    states: tuple[bool, ...]
    """The expected entries: True for an active one."""
    beside: bool | None = None
    """Entries with this state are ignored."""


LISTED: Mapping[str, Listed] = {
    "no phone": Listed(Factor.SMS, ()),
    "{their} phone as inactive, with its number masked": Listed(Factor.SMS, (False,)),
    "{their} email address as active": Listed(Factor.EMAIL, (True,)),
    "the other email address as inactive": Listed(Factor.EMAIL, (False,), beside=True),
}


@dataclass(frozen=True)
class Seen:
    """Which confirmed factors the administrator must see: at least one of each kind, or exactly `phones` phones."""

    kinds: frozenset[str]
    phones: int | None = None
    masked: bool = False


SEEN: Mapping[str, Seen] = {
    "{user}'s phone as confirmed": Seen(frozenset({"phone"})),
    "{user}'s authenticator app as confirmed": Seen(frozenset({"totp"})),
    "{user}'s phone and authenticator app as confirmed": Seen(frozenset({"phone", "totp"})),
    "{user}'s phone as confirmed, with its number masked": Seen(frozenset({"phone"}), phones=1, masked=True),
    "two of {user}'s phones as confirmed": Seen(frozenset({"phone"}), phones=2),
}
ONLY: Mapping[str, str] = {"phone": "phone", "authenticator app": "totp"}
table("Authenticator", AUTHENTICATORS)
table("Listed", LISTED)
table("Seen", SEEN)
table("Only", ONLY)


@when(parse("{user} lists {their} authenticators"), target_fixture="outcome")
def lists_authenticators(users: TestUsers, user: str) -> Outcome[Any]:
    return users[user].enrollment.list()


@given(parse("the authenticator ID of {user}'s phone is known from {their} list"))
def authenticator_id_is_known(users: TestUsers, user: str) -> None:
    users[user].held.keep(ListedPhone(users[user].enrollment.phone_id()))


@when(parse("{user} {what:Authenticator}"), target_fixture="outcome")
def removes(users: TestUsers, user: str, what: Phrase[Callable[..., str]]) -> Outcome[Any]:
    return users[user].enrollment.remove(what.of(users, user))


@then(parse("{user}'s authenticator list shows {what:Listed}"))
def list_shows(users: TestUsers, user: str, what: Phrase[Listed]) -> None:
    expected = what.value
    found = [one for one in users[user].enrollment.list().result() if one.factor == expected.factor]
    states = tuple(one.active for one in found if one.active is not expected.beside)
    assert states == expected.states, (
        f"expected in {user}'s list of {expected.factor} these states: {expected.states}; found active: {states}"
    )
    shown = [one.name for one in found if expected.factor is Factor.SMS and one.name is not None]
    assert all(map(users[user].phone.is_masked_by, shown)), f"expected {user}'s number masked, and it is not"


@then(parse("{user}'s authenticator list shows {their} phone and {their} authenticator app as active"))
def list_shows_phone_and_app(users: TestUsers, user: str) -> None:
    active = _active(users[user].enrollment.list().result())
    missing = {Factor.SMS, Factor.OTP} - active
    assert not missing, f"expected phone and app to be active in {user}'s list; missing: {', '.join(sorted(missing))}"
    beyond = active - {Factor.SMS, Factor.OTP, Factor.VOICE} - MAY_BE_ACTIVE
    assert not beyond, f"expected nothing else to be active in {user}'s list, and there is {', '.join(sorted(beyond))}"


@then(parse("the administrator sees {what:Seen}"))
def administrator_sees(users: TestUsers, tenant: Tenant, what: Phrase[Seen]) -> None:
    user, expected = users[what.named["user"]], what.value
    missing = expected.kinds - tenant.management.confirmed_factors(user.user_id, set(expected.kinds))
    assert not missing, f"expected the administrator to see {user.name}'s {', '.join(sorted(missing))} as confirmed"
    if expected.phones is None:
        return
    phones = [one for one in tenant.management.authentication_methods(user.user_id) if one.type == "phone"]
    states = [one.confirmed for one in phones]
    assert states.count(True) == expected.phones, (
        f"expected the administrator to see {expected.phones} of {user.name}'s phones as confirmed; found: {states}"
    )
    if expected.masked:
        assert states == [True], f"expected one phone; the administrator sees {len(states)}"
        shown = phones[0].phone_number or ""
        assert user.phone.is_masked_by(shown), (
            f"expected {user.name}'s number, masked but recognizable; the administrator sees {len(shown)} characters"
        )


@then(parse("{user} has no confirmed factor"))
@then(parse("{user}'s {thing:Only} is {their} only confirmed factor"))
def only_confirmed_factor(users: TestUsers, tenant: Tenant, user: str, thing: Phrase[str] | None = None) -> None:
    methods = tenant.management.authentication_methods(users[user].user_id)
    seen = sorted(method.type for method in methods if method.confirmed and method.type in COUNTED)
    expected = [thing.value] if thing else []
    assert seen == expected, (
        f"expected {' and '.join(expected) or 'no'} confirmed factor of {user}; the administrator sees {seen}"
    )
    if not expected and users[user].held.has(Tokens):
        # An application without the MFA grant may not read the list. Then only the administrator's list counts.
        active = _active(users[user].enrollment.list().value or [])
        assert active <= MAY_BE_ACTIVE, f"expected no active factor in {user}'s list, and it has {active}"


def _active(listed: list[Authenticator]) -> set[str]:
    return {authenticator.factor for authenticator in listed if authenticator.active}
