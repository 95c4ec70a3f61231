"""A suite that has only been seen green proves nothing: each fault turns its requirement red, at its step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mfa_verification.auth0.spa_js import SCRIPT
from tests.faults.changed import changed_files, touched
from tests.faults.core import CORE, REACH, rows_of
from tests.faults.detection import AGAINST, DECLARED, NOT_YET, PAGE, REQUIREMENTS, Detection, on_page, page, variations
from tests.faults.mistakes import MISTAKES
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
"""What `make test` tries whatever changed; `make matrix` tries all."""
GREEN = {name: variation for name, variation in ((v["name"], v) for v in variations()) if variation["kind"] != "fault"}
JOURNEY = (
    "identifier-first",
    "mfa-grant-refused-at-associate",
    "confirmation-keeps-scopes",
    "audience-without-slash-accepted",
)
"""A look and three dialects, under which `make test` tries the journey; `make soak` tries everything."""
SPEAK_OF_THE_TENANT = {"consent-required", "transaction-expired"}
"""Looks that stop users because the tenant wants it so (docs/sign-in.md): that is nonconforming, not trouble."""
DO_NOT_APPLY = {"confirmation-grants-openid-profile": {"MFA-ENR-019"}}
"""What does not apply where sources disagree so: a token that may not enroll is not asked to."""
SINGLE_PAGE = ("-k", "single-page")
HERE = () if SCRIPT.is_file() else ("-m", "not MFA-SGN-007")
"""What is about the SDK is left out where `make` could not fetch it."""


def verify_under(variation: str, folder: Path, *arguments: str) -> Run:
    mistake = MISTAKES.get(variation)
    tenant = LocalTenant.serve(folder) if mistake else LocalTenant.serve(folder, "--vary", variation)
    try:
        if mistake:
            mistake(tenant)
        return verify(*arguments, "--env-file", folder / "tenant.env", reports=folder / "reports")
    finally:
        tenant.stop()


def way(name: str) -> tuple[str, ...]:
    """A look is there to be looked at, in a browser; a dialect is no matter of pages."""
    return () if GREEN[name]["kind"] == "look" else BY_HTTP


def requirements_with(run: Run, verdict: str) -> set[str]:
    """The requirements of which a row ended so."""
    return {id_ for scenario in run.scenarios if scenario["verdict"] == verdict for id_ in scenario["requirements"]}


def needs_node(fault: str) -> pytest.MarkDecorator:
    """What the SDK alone shows is tried where `make` could fetch it."""
    alone = {id_ for name, id_ in DECLARED if name == fault} == {"MFA-SGN-007"}
    return pytest.mark.skipif(alone and not SCRIPT.is_file(), reason="`make sdk` fetches the SDK, where Node is")


def sampled(faults: list[str], sample: set[str]) -> list[object]:
    return [
        pytest.param(fault, marks=(*(() if fault in sample else (pytest.mark.matrix,)), needs_node(fault)), id=fault)
        for fault in faults
    ]


@pytest.mark.parametrize("fault", sampled(sorted({name for name, _ in DECLARED}), SAMPLE | touched(changed_files())))
def test_a_fault_turns_its_requirements_red(fault: str, tmp_path: Path, saw: Callable[[Detection], None]) -> None:
    requirements = {id_ for name, id_ in DECLARED if name == fault}
    run = verify_under(fault, tmp_path, *rows_of(requirements), *BY_HTTP)
    assert run.code == 1, run.output
    for id_ in requirements:
        expected = DECLARED[fault, id_]
        red = [one for one in run.scenarios if id_ in one["requirements"] and one["verdict"] == "nonconforming"]
        found = [(step, one["cause"]) for one in red for step in red_steps(one) if step.startswith(expected.red_at)]
        assert found, f"{id_}: {[red_steps(one) for one in red]}\n{run.output}"
        step, cause = found[0]
        assert cause == expected.cause
        assert red[0]["message"] in run.output
        saw(Detection(fault, id_, step, cause))
    assert core_that_differs(run, requirements) == requirements & set(CORE) | set(REACH.get(fault, ())), run.output


def core_that_differs(run: Run, requirements: set[str]) -> set[str]:
    """What of the core does not conform, and does not only wait for what the fault is declared to turn red."""
    return {
        id_
        for one in run.scenarios
        for id_ in set(one["requirements"]) & set(CORE)
        if one["verdict"] != "conforms" and not is_blocked_by(one, requirements)
    }


def is_blocked_by(scenario: dict[str, Any], requirements: set[str]) -> bool:
    return scenario["cause"] == "blocked-by" and scenario["message"].partition(":")[0] in requirements


def red_steps(scenario: dict[str, Any]) -> list[str]:
    return [step["text"] for step in scenario["steps"] if step["verdict"] == "nonconforming"]


@pytest.mark.parametrize("name", JOURNEY)
def test_the_journey_is_green_where_sources_disagree(name: str, tmp_path: Path) -> None:
    run = verify_under(name, tmp_path, "features", "-m", "MFA-ENR-001 or MFA-ENR-003", *SINGLE_PAGE, *way(name))
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(GREEN))
def test_where_sources_disagree_and_where_pages_differ_everything_stays_green(name: str, tmp_path: Path) -> None:
    run = verify_under(name, tmp_path, "features", *SINGLE_PAGE, *HERE, *way(name))
    if GREEN[name]["stops"]:
        code, verdict = (1, "nonconforming") if name in SPEAK_OF_THE_TENANT else (75, "inconclusive")
        assert run.code == code, run.output
        assert verdict in run.verdicts.values()
        assert set(run.verdicts.values()) <= {"conforms", verdict}
        return
    ran = {requirement for scenario in run.scenarios for requirement in scenario["requirements"]}
    against = ran & set(AGAINST.get(name, ()))
    assert run.code == (1 if against else 0), run.output
    assert requirements_with(run, "nonconforming") == against
    assert requirements_with(run, "not-applicable") == DO_NOT_APPLY.get(name, set())
    assert set(run.verdicts.values()) <= {"conforms", "nonconforming", "not-applicable"}


def test_every_fault_turns_something_red_or_says_why_not() -> None:
    faults = {variation["name"] for variation in variations()} - GREEN.keys()
    assert faults == {name for name, _ in DECLARED} - MISTAKES.keys() | set(NOT_YET)


def test_only_dialects_contradict_requirements_that_there_are() -> None:
    assert {GREEN[name]["kind"] for name in AGAINST} == {"dialect"}
    assert {id_ for ids in AGAINST.values() for id_ in ids} <= set(REQUIREMENTS)


def test_the_core_is_fifteen_rows_and_what_reaches_it_is_known() -> None:
    assert len(rows_of(set())) == 15
    assert set(REACH) <= {name for name, _ in DECLARED}
    assert {id_ for ids in REACH.values() for id_ in ids} <= set(CORE)
    assert not [name for name, ids in REACH.items() if any((name, id_) in DECLARED for id_ in ids)]


def test_the_page_shows_the_table() -> None:
    found = on_page()
    assert {(one.fault, one.requirement) for one in found} == set(DECLARED), "make matrix renews it"
    assert PAGE.read_text() == page(found), "make matrix renews it"
