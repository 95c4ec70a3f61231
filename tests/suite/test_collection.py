"""Check that a mistake in a feature or its requirements stops collection, with file, line and the nearest correct word.

Most mistakes are checked in this process. Runs check that they stop pytest, and mistakes that only pytest detects.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.catalogue import Catalogue, CatalogueError
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
    Given Ava is a test user without a second factor
"""
GIVEN = "    Given Ava is a test user without a second factor\n"
IN_A_FEATURE = [
    ("Given Ava", "Gven Ava", "a.feature:3: 'one' has no steps: is a keyword misspelt?"),
    ("Feature: f", "Featur: f", "a.feature"),
    ("@MFA-ENR-001 @must", "@must", "carries no requirement"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-010 @must", "there is no requirement MFA-ENR-010; MFA-ENR-001?"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-001 @may", "MFA-ENR-001 is @must"),
    ("@MFA-ENR-001 @must", "@MFA-ENR-001 @must @mist", "mist"),
    ("Scenario: one", "Scenario: one::two", "must not contain '::'"),
    (
        GIVEN, f"{GIVEN}  @MFA-ENR-001 @must\n  Scenario: one\n    Given a\n",
        "a.feature:6: 'one' is also the name of the scenario in line 3",
    ),
]  # fmt: skip
WHOLE = "[MFA-ENR-001]\ntitle = 'x'\npriority = 'must'\n"
IN_REQUIREMENTS = [
    ("[MFA-ENR-001]\ntitle = 'x'\npriority = 'perhaps'\n", "use 'must', 'should' or 'may'"),
    (f"{WHOLE}fault = 1\n", "has the unknown key fault; known: title, priority"),
    (f"{WHOLE}needs = {{ 'factor.sns' = 'off' }}\n", "factor.sns"),
    (f"{WHOLE}faults = [{{ name = 'x' }}]\n", "faults[0] lacks red_at"),
    (f"{WHOLE}controls = ['asvs-5:6.3.5']\n", ":1: there is no control"),
    ("[MFA-ENR-001\n", "requirements.toml"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Create a copy of the suite with one feature."""
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    write(tmp_path)
    return tmp_path


def write(project: Path, feature: str = SCENARIO, requirements: str = REQUIREMENTS) -> None:
    area = project / "features" / "area"
    area.mkdir(parents=True, exist_ok=True)
    (area / "a.feature").write_text(feature)
    (area / "requirements.toml").write_text(requirements)


def mistake_in(project: Path) -> str:
    with pytest.raises(CatalogueError) as mistake:
        _ = Catalogue.of(project / "features").rows
    assert "\n" not in str(mistake.value)
    return str(mistake.value)


@pytest.mark.parametrize(("right", "wrong", "words"), IN_A_FEATURE, ids=[row[1].strip()[-30:] for row in IN_A_FEATURE])
def test_a_mistake_in_a_feature_is_named(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    assert right in SCENARIO
    write(tmp_path, SCENARIO.replace(right, wrong, 1))
    assert words in mistake_in(tmp_path)


@pytest.mark.parametrize(("requirements", "words"), IN_REQUIREMENTS)
def test_a_mistake_in_the_requirements_is_named(tmp_path: Path, requirements: str, words: str) -> None:
    write(tmp_path, requirements=requirements)
    assert words in mistake_in(tmp_path)


def collect(project: Path) -> Run:
    return verify("features", "--collect-only", "-q", reports=project / "reports", cwd=project)


def test_a_feature_without_mistakes_is_collected(project: Path) -> None:
    run = collect(project)
    assert run.code == 0, run.output
    assert "features/area/a.feature::one" in run.output


@pytest.mark.parametrize(
    ("feature", "requirements"),
    [(SCENARIO.replace("Given Ava", "Gven Ava"), REQUIREMENTS), (SCENARIO, IN_REQUIREMENTS[0][0])],
    ids=["in a feature", "in the requirements"],
)
def test_a_mistake_stops_collection(project: Path, feature: str, requirements: str) -> None:
    write(project, feature, requirements)
    run = collect(project)
    assert run.code == 4, run.output
    assert mistake_in(project) in run.output
    assert "Traceback" not in run.output


def test_a_mistake_stops_a_run_before_the_preflight(project: Path) -> None:
    write(project, SCENARIO.replace("Given Ava", "Gven Ava"))
    run = verify("features", reports=project / "reports", cwd=project)
    assert run.code == 4, run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert (run.verdict["verdict"], run.verdict["exit_code"]) == ("usage", 4)
    assert run.verdict["message"] == mistake_in(project)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("a second factor", "a secnd factor", "the nearest is 'Ava is a test user without a second factor'"),
        ("Given Ava is", "When Ava is", "a.feature:4: 'When Ava is a test user without a second factor' has no"),
    ],
)
def test_an_undefined_step_is_named_with_the_nearest(project: Path, right: str, wrong: str, words: str) -> None:
    write(project, SCENARIO.replace(right, wrong))
    run = collect(project)
    assert run.code == 4, run.output
    assert words in run.output


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        (
            'When Ben confirms the enrollment with the SMS code, sending the MFA API token in header, as "mfa_token"',
            'sending the MFA API token in the header and as "mfa_token"',
        ),
        ("When Ava lists his authenticators", "Ava lists her authenticators"),
        ("Given Ida is a test user without a second factor", "Ava is a test user without a second factor"),
        ("Given the regular web app is allowed the MFA grant", "the regular web application is allowed the MFA grant"),
    ],
)
def test_an_unknown_word_is_named_with_the_nearest(project: Path, wrong: str, nearest: str) -> None:
    write(project, f"{SCENARIO}    {wrong}\n")
    run = collect(project)
    assert run.code == 4, run.output
    assert f"a.feature:5: '{wrong}' has no definition" in run.output
    assert nearest in run.output


def test_two_definitions_of_one_step_are_refused(project: Path) -> None:
    (project / "conftest.py").unlink()
    (project / "conftest.py").write_text(
        (ROOT / "conftest.py").read_text()
        + """
from pytest_bdd import given, parsers

@given(parsers.parse("{name:w} is a test user without a {thing}"))
def again(name): ...
"""
    )
    run = collect(project)
    assert run.code == 4, run.output
    assert "has 2 definitions" in run.output
