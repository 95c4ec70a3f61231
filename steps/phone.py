"""What the person's phone received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

if TYPE_CHECKING:
    from mfa_verification.users.directory import Household


@given(parsers.parse("{name:w} uses the same phone as {other:w}"))
def uses_the_same_phone(people: Household, name: str, other: str) -> None:
    people.share_phone(name, other)


@when(parsers.parse("{name:w} takes up another phone"))
def takes_up_another_phone(people: Household, name: str) -> None:
    people.take_up_another_phone(name)


@then(parsers.parse("{name:w}'s phone received exactly one text, with six digits"))
def received_one_text(people: Household, name: str) -> None:
    # Waits for the text: none is inconclusive, and two at once or one without a code are the tenant's fault.
    people[name].texted_code()
    beyond = people[name].phone.unexpected_texts()
    assert beyond == 0, f"expected one text to {name}'s phone, and {beyond} more came"


@then(parsers.parse("no text came to {name:w}'s phone that {pronoun:w} had not caused"))
def no_unexpected_text(people: Household, name: str) -> None:
    beyond = people[name].phone.unexpected_texts()
    assert beyond == 0, f"expected no text beyond those that {name} had caused, and {beyond} more came"
