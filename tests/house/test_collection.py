"""Mistakes in features: collection stops with file, line and the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import ROOT, Run, verify

LINKED = ("conftest.py", "fixtures", "mfa_verification", "plugins", "pyproject.toml", "steps")
REQUIREMENTS = """
[MFA-ENR-001]
title = "A title"
priority = "must"
"""
SCENARIO = """Feature: f
  @MFA-ENR-001 @must
  Scenario: one
    Given Ava has a password and no second factor
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The suite with features of the test's own."""
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "features" / "area").mkdir(parents=True)
    (tmp_path / "features" / "area" / "requirements.toml").write_text(REQUIREMENTS)
    return tmp_path


def collect(project: Path, feature: str) -> Run:
    (project / "features" / "area" / "a.feature").write_text(feature)
    return verify("features", "--collect-only", "-q", reports=project / "reports", cwd=project)


def test_a_feature_without_mistakes_is_collected(project: Path) -> None:
    run = collect(project, SCENARIO)
    assert run.code == 0, run.output
    assert "features/area/a.feature::one" in run.output


MISTAKES = [
    ("Given Ava", "Gven Ava", "a.feature:3: 'one' has no steps: is a keyword misspelt?"),
    ("Feature: f", "Featur: f", "a.feature"),
    ("@MFA-ENR-001 @must", "@must", "carries no requirement"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-010 @must", "there is no requirement MFA-ENR-010; MFA-ENR-001?"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-001 @may", "MFA-ENR-001 is @must"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-001 @must @mist", "mist"),
    ("has a password and no", "has a passwort and no", "a.feature:4: 'Given Ava has a passwort"),
    ("Scenario: one", "Scenario: one::two", "must not contain '::'"),
    ("Given Ava has", "When Ava has", "has no definition"),
    (
        "    Given Ava has a password and no second factor\n",
        "    Given Ava has a password and no second factor\n  @MFA-ENR-001 @must\n  Scenario: one\n    Given a\n",
        "a.feature:6: 'one' is also the name of the scenario in line 3",
    ),
]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [pytest.param(*row, id=row[1].strip()[-30:]) for row in MISTAKES],
)
def test_a_mistake_stops_collection(project: Path, right: str, wrong: str, words: str) -> None:
    assert right in SCENARIO
    run = collect(project, SCENARIO.replace(right, wrong, 1))
    assert run.code == 4, run.output
    assert words in run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize(("right", "wrong", "words"), [MISTAKES[0], MISTAKES[3], MISTAKES[-1]])
def test_a_mistake_stops_a_run_before_anything_is_touched(project: Path, right: str, wrong: str, words: str) -> None:
    (project / "features" / "area" / "a.feature").write_text(SCENARIO.replace(right, wrong, 1))
    run = verify("features", reports=project / "reports", cwd=project)
    assert run.code == 4, run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("usage", 4)
    assert words in run.verdict["message"]


def test_the_nearest_step_is_named(project: Path) -> None:
    run = collect(project, SCENARIO.replace("no second factor", "no secnd factor"))
    assert "the nearest is 'Ava has a password and no second factor'" in run.output


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("When Ava answers with the texted code, the token in body and header", "the token in header and body"),
        ("Given Ava found his phone in her list", "Ava found her phone in her list"),
        ("Given Ida has a password and no second factor", "Ava has a password and no second factor"),
        ("Given the regular web app has the MFA grant", "the regular web application has the MFA grant"),
    ],
)
def test_an_unknown_word_stops_a_run_with_the_nearest(project: Path, wrong: str, nearest: str) -> None:
    run = collect(project, f"{SCENARIO}    {wrong}\n")
    assert run.code == 4, run.output
    assert f"a.feature:5: '{wrong}' has no definition" in run.output
    assert nearest in run.output


def test_two_definitions_of_one_step_are_refused(project: Path) -> None:
    (project / "conftest.py").unlink()
    (project / "conftest.py").write_text(
        (ROOT / "conftest.py").read_text()
        + """
from pytest_bdd import given, parsers

@given(parsers.parse("{name:w} has a password and no {thing}"))
def again(name): ...
"""
    )
    run = collect(project, SCENARIO)
    assert run.code == 4, run.output
    assert "has 2 definitions" in run.output


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        (
            "[MFA-ENR-001]\ntitle = 'x'\npriority = 'perhaps'\n",
            "it is 'must', 'should' or 'may'",
        ),
        ("[MFA-ENR-001]\ntitle = 'x'\npriority = 'must'\nfault = 1\n", "has fault; it may have title, priority"),
        ("[MFA-ENR-001]\ntitle = 'x'\npriority = 'must'\nneeds = { 'factor.sns' = 'off' }\n", "factor.sns"),
        ("[MFA-ENR-001]\ntitle = 'x'\npriority = 'must'\nfaults = [{ name = 'x' }]\n", "faults[0] lacks red_at"),
        ("[MFA-ENR-001]\ntitle = 'x'\npriority = 'must'\ncontrols = ['asvs-5:6.3.5']\n", ":1: there is no control"),
        ("[MFA-ENR-001\n", "requirements.toml"),
    ],
)
def test_a_mistake_in_the_data_stops_collection(project: Path, requirements: str, words: str) -> None:
    (project / "features" / "area" / "requirements.toml").write_text(requirements)
    run = collect(project, SCENARIO)
    assert run.code == 4, run.output
    assert words in run.output
