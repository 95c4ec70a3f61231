"""What a test user holds: the latest of each type, the one before it, and the refusal behind what is missing."""

from __future__ import annotations

import pytest

from mfa_verification.core.outcome import Outcome, Refusal, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.users.held import Held, MfaToken, MissingPrecondition, RecoveryCode

FIRST, SECOND = RecoveryCode(Secret("a", "recovery code")), RecoveryCode(Secret("b", "recovery code"))
REFUSED: Outcome[RecoveryCode] = Outcome("enroll the phone", refusal=Refusal(403, "access_denied", "No."))


def test_things_are_kept_by_their_type() -> None:
    held = Held("Ava")
    held.keep(FIRST)
    held.keep(MfaToken(Secret("c", "mfa_token")))
    held.keep(SECOND)
    assert (held.latest(RecoveryCode), held.earlier(RecoveryCode)) == (SECOND, FIRST)
    held.forget(RecoveryCode)
    assert not held.has(RecoveryCode) and held.has(MfaToken)


def test_what_was_never_got_is_a_mistake_of_the_scenario() -> None:
    held = Held("Ava")
    with pytest.raises(MissingPrecondition, match="Ava has no recovery code: no earlier step"):
        held.latest(RecoveryCode)
    held.keep(FIRST)
    with pytest.raises(MissingPrecondition, match="Ava has no earlier recovery code"):
        held.earlier(RecoveryCode)


def test_who_asks_for_what_a_refused_action_should_have_given_meets_the_refusal() -> None:
    held = Held("Ava")
    assert held.take(REFUSED) is REFUSED
    with pytest.raises(TenantFault, match="refused to enroll the phone: access_denied"):
        held.latest(RecoveryCode)
    held.take(Outcome(REFUSED.action, FIRST))
    assert held.latest(RecoveryCode) is FIRST
    assert held.missed is None


def test_a_refusal_that_demands_mfa_leaves_its_token() -> None:
    held = Held("Ava")
    token = Secret("opaque", "mfa_token")
    refused: Outcome[RecoveryCode] = Outcome("sign in", refusal=Refusal(403, "mfa_required", "MFA.", token))
    held.take(refused)
    assert held.latest(MfaToken).secret == token


def test_an_outcome_is_passed_on_as_that_of_a_larger_action() -> None:
    passed: Outcome[int] = REFUSED.passed_on("sign in")
    assert (passed.action, passed.refusal, passed.value) == ("sign in", REFUSED.refusal, None)
    assert Outcome("go through the pages", "callback", screens=("login",)).passed_on("sign in", 1) == Outcome(
        "sign in", 1, screens=("login",)
    )
