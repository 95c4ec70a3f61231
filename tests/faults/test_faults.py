"""Check that each fault makes its requirements nonconforming, at the declared step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.auth0.spa_js import SCRIPT
from tests.faults.detection import (
    ALSO_NONCONFORMING,
    CONTRADICTED,
    DECLARED,
    NOT_COVERED,
    PAGE,
    REQUIREMENTS,
    Detection,
    on_page,
    page,
    variations,
)
from tests.faults.mistakes import MISTAKES
from tests.faults.selection import CORE, affected_by, changed_files, rows_of
from tests.running import BY_HTTP, Run, verify
from tests.tenant.client import LocalTenant

SAMPLE = {
    "any-sms-code-accepted",
    "any-otp-accepted",
    "list-shows-unconfirmed-as-active",
    "no-mfa-for-the-mfa-audience",
    "administrator-list-omits-app",
    "switch-sms-off",
    "unsigned-token-accepted",
    "wrong-code-enrolls",
}
"""The faults that `make test` runs in addition to those that a change affects; `make matrix` runs all."""
CONFORMING = {one["name"]: one for one in variations() if one["kind"] != "fault"}
"""Dialects and looks."""
JOURNEY = (
    "identifier-first",
    "mfa-grant-refused-at-associate",
    "confirmation-keeps-scopes",
    "audience-without-slash-accepted",
)
"""A look and three dialects, under which `make test` runs the journey; `make soak` runs everything under all."""
NONCONFORMING_LOOKS = {"consent-required", "transaction-expired"}
"""Looks that stop every user and are therefore nonconforming (docs/sign-in.md); the other stops are inconclusive."""
NOT_APPLICABLE = {"confirmation-grants-openid-profile": {"MFA-ENR-019"}}
"""Requirements that do not apply under a dialect, because its tokens do not allow enrollment."""
SINGLE_PAGE = ("-k", "single-page")
WITHOUT_SDK = () if SCRIPT.is_file() else ("-m", "not MFA-SGN-007")
"""Deselects the scenario that needs the SDK if `make sdk` has not downloaded it."""


def verify_under(variation: str, folder: Path, *arguments: str) -> Run:
    mistake = MISTAKES.get(variation)
    tenant = LocalTenant.serve(folder) if mistake else LocalTenant.serve(folder, "--vary", variation)
    try:
        if mistake:
            mistake(tenant)
        return verify(*arguments, "--env-file", folder / "tenant.env", reports=folder / "reports")
    finally:
        tenant.stop()


def sign_in_option(name: str) -> tuple[str, ...]:
    """Return the option for sign-in: looks change pages and need a browser, dialects do not."""
    return () if CONFORMING[name]["kind"] == "look" else BY_HTTP


def requirements_with(run: Run, verdict: str) -> set[str]:
    """Return the requirements of the rows with this verdict."""
    return {id_ for scenario in run.scenarios if scenario["verdict"] == verdict for id_ in scenario["requirements"]}


def needs_sdk(fault: str) -> pytest.MarkDecorator:
    """Skip a fault that only a scenario with the SDK detects if the SDK is not installed."""
    alone = {id_ for name, id_ in DECLARED if name == fault} == {"MFA-SGN-007"}
    return pytest.mark.skipif(alone and not SCRIPT.is_file(), reason="`make sdk` downloads the SDK; it needs Node.js")


def sampled(faults: list[str], sample: set[str]) -> list[object]:
    return [
        pytest.param(fault, marks=(*(() if fault in sample else (pytest.mark.matrix,)), needs_sdk(fault)), id=fault)
        for fault in faults
    ]


@pytest.mark.parametrize(
    "fault", sampled(sorted({name for name, _ in DECLARED}), SAMPLE | affected_by(changed_files()))
)
def test_a_fault_makes_its_requirements_nonconforming(
    fault: str, tmp_path: Path, detected: Callable[[Detection], None]
) -> None:
    requirements = {id_ for name, id_ in DECLARED if name == fault}
    run = verify_under(fault, tmp_path, *rows_of(requirements), *BY_HTTP)
    assert run.code == 1, run.output
    for id_ in requirements:
        expected = DECLARED[fault, id_]
        failed = [one for one in run.scenarios if id_ in one["requirements"] and one["verdict"] == "nonconforming"]
        found = [
            (step, one["cause"]) for one in failed for step in failed_steps(one) if step.startswith(expected.red_at)
        ]
        assert found, f"{id_}: {[failed_steps(one) for one in failed]}\n{run.output}"
        step, cause = found[0]
        assert cause == expected.cause
        assert failed[0]["message"] in run.output
        detected(Detection(fault, id_, step, cause))
    assert core_not_conforming(run, requirements) == requirements & set(CORE) | set(
        ALSO_NONCONFORMING.get(fault, ())
    ), run.output


def core_not_conforming(run: Run, requirements: set[str]) -> set[str]:
    """Return the requirements of the core that do not conform and are not only blocked by one of `requirements`."""
    return {
        id_
        for one in run.scenarios
        for id_ in set(one["requirements"]) & set(CORE)
        if one["verdict"] != "conforms" and not is_blocked_by(one, requirements)
    }


def is_blocked_by(scenario: dict[str, Any], requirements: set[str]) -> bool:
    return scenario["cause"] == "blocked-by" and scenario["message"].partition(":")[0] in requirements


def failed_steps(scenario: dict[str, Any]) -> list[str]:
    return [step["text"] for step in scenario["steps"] if step["verdict"] == "nonconforming"]


@pytest.mark.parametrize("name", JOURNEY)
def test_the_journey_conforms_under_looks_and_dialects(name: str, tmp_path: Path) -> None:
    run = verify_under(
        name, tmp_path, "features", "-m", "MFA-ENR-001 or MFA-ENR-003", *SINGLE_PAGE, *sign_in_option(name)
    )
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(CONFORMING))
def test_all_scenarios_under_looks_and_dialects(name: str, tmp_path: Path) -> None:
    run = verify_under(name, tmp_path, "features", *SINGLE_PAGE, *WITHOUT_SDK, *sign_in_option(name))
    if CONFORMING[name]["stops"]:
        code, verdict = (1, "nonconforming") if name in NONCONFORMING_LOOKS else (75, "inconclusive")
        assert run.code == code, run.output
        assert verdict in run.verdicts.values()
        assert set(run.verdicts.values()) <= {"conforms", verdict}
        return
    ran = {requirement for scenario in run.scenarios for requirement in scenario["requirements"]}
    contradicted = ran & set(CONTRADICTED.get(name, ()))
    assert run.code == (1 if contradicted else 0), run.output
    assert requirements_with(run, "nonconforming") == contradicted
    assert requirements_with(run, "not-applicable") == NOT_APPLICABLE.get(name, set())
    assert set(run.verdicts.values()) <= {"conforms", "nonconforming", "not-applicable"}


def test_every_fault_is_declared_or_listed_as_not_covered() -> None:
    faults = {variation["name"] for variation in variations()} - CONFORMING.keys()
    assert faults == {name for name, _ in DECLARED} - MISTAKES.keys() | set(NOT_COVERED)


def test_only_dialects_contradict_requirements() -> None:
    assert {CONFORMING[name]["kind"] for name in CONTRADICTED} == {"dialect"}
    assert {id_ for ids in CONTRADICTED.values() for id_ in ids} <= set(REQUIREMENTS)


def test_the_core_has_fifteen_rows_and_the_list_of_other_failures_fits_it() -> None:
    assert len(rows_of(set())) == 15
    assert set(ALSO_NONCONFORMING) <= {name for name, _ in DECLARED}
    assert {id_ for ids in ALSO_NONCONFORMING.values() for id_ in ids} <= set(CORE)
    assert not [name for name, ids in ALSO_NONCONFORMING.items() if any((name, id_) in DECLARED for id_ in ids)]


def test_the_page_lists_every_declared_pair() -> None:
    found = on_page()
    assert {(one.fault, one.requirement) for one in found} == set(DECLARED), "run `make matrix`"
    assert PAGE.read_text() == page(found), "run `make matrix`"


def test_a_change_affects_the_faults_that_are_made_of_it() -> None:
    assert affected_by(set()) == affected_by({"README.md", "local_tenant/web/app.py"}) == set()
    row, decision = affected_by({"local_tenant/variations/codes.py"}), affected_by({"local_tenant/rules/codes.py"})
    assert {"any-sms-code-accepted", "any-otp-accepted"} <= row
    assert {"any-sms-code-accepted", "five-digit-sms-codes"} <= decision
    assert "unsigned-token-accepted" not in row | decision
    assert "switch-otp-off" in affected_by({"tests/faults/mistakes.py"})
    feature = affected_by({"features/enrollment/single_factor.feature"})
    assert feature == {fault for fault, id_ in DECLARED if id_ in ("MFA-ENR-006", "MFA-ENR-007")} != set()
