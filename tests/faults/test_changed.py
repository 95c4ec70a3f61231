"""Who changes a rule or a feature hears at once whether its faults are still found."""

from __future__ import annotations

from tests.faults.changed import touched
from tests.faults.detection import DECLARED


def test_nothing_changed_touches_nothing() -> None:
    assert touched(set()) == touched({"README.md", "local_tenant/web/app.py"}) == set()


def test_a_module_of_variations_touches_those_in_it() -> None:
    found = touched({"local_tenant/variations/codes.py"})
    assert {"any-sms-code-accepted", "any-otp-accepted"} <= found
    assert "unsigned-token-accepted" not in found


def test_a_rule_touches_whatever_breaks_it() -> None:
    found = touched({"local_tenant/rules/codes.py"})
    assert {"any-sms-code-accepted", "five-digit-sms-codes"} <= found
    assert "unsigned-token-accepted" not in found


def test_a_feature_touches_the_faults_of_its_requirements() -> None:
    found = touched({"features/enrollment/authenticator_app_then_sms.feature"})
    assert found == {fault for fault, id_ in DECLARED if id_ == "MFA-ENR-008"}
    assert found


def test_the_mistakes_of_administrators_have_one_file() -> None:
    assert "switch-otp-off" in touched({"tests/faults/mistakes.py"})
