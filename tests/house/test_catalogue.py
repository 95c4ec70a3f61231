"""The catalogue is whole: every requirement says why, speaks to a control, and has a fault that turns it red."""

from __future__ import annotations

import ast
import re

from plugins.catalogue import Catalogue, Requirement, controls_in, record_of, requirements_of
from steps.settings import FACTOR_LISTS, FACTORS
from tests.faults.detection import DECLARED, variations
from tests.faults.mistakes import MISTAKES
from tests.house.catalogue_page import PAGE, page
from tests.house.test_suite_itself import step_functions
from tests.running import ROOT

REQUIREMENTS = requirements_of(ROOT / "features")
ROWS = Catalogue(ROOT / "features", REQUIREMENTS).rows
CONTROLS = controls_in(ROOT / "controls.toml")
ACCEPTED = (
    "the request succeeds", "sign-in succeeds", " enrolled through ", "issues a new recovery code", "code is accepted",
    "the response names",
)  # fmt: skip
"""Words of a step after or before a refusal that show the same request made right."""
NEEDS_MFA_GRANT = (" is allowed the MFA grant", ", signed in to the ", " enrolled through the ")
READING = {"application", "join", "latest", "list", "result", "scope_of"}


def test_the_page_is_made_from_features_and_requirements() -> None:
    assert PAGE.read_text() == page(), "make catalogue renews it"


def test_every_requirement_is_whole() -> None:
    parts = ("rationale", "facts", "controls", "faults")
    lacking = {id_: [part for part in parts if not getattr(one, part)] for id_, one in REQUIREMENTS.items()}
    assert not {id_: lacks for id_, lacks in lacking.items() if lacks}


def test_every_fault_that_a_requirement_names_is_there() -> None:
    known = {variation["name"] for variation in variations() if variation["kind"] == "fault"} | MISTAKES.keys()
    assert {name for name, _ in DECLARED} <= known


def test_every_fault_names_a_step_that_its_requirement_has() -> None:
    for (name, id_), fault in DECLARED.items():
        steps = {
            step.name for row in ROWS if id_ in row.requirements for step in row.template.render(row.example).steps
        }
        assert any(step.startswith(fault.red_at) for step in steps), f"{name}: {id_} has no step '{fault.red_at}'"


def test_every_control_but_context_is_spoken_to() -> None:
    named = {control for one in REQUIREMENTS.values() for control in one.controls}
    assert {control.id for control in CONTROLS.by_id.values() if control.relation != "context"} == named


def test_what_a_scenario_takes_for_granted_its_requirement_names() -> None:
    """Else a wrong setting is not in its way, and one mistake is called nonconforming twice."""
    for row in ROWS:
        named = {name for id_ in row.requirements for name in takes(REQUIREMENTS[id_])}
        for step in record_of(row, row.node_id(ROOT)).steps:
            enabled = FACTOR_LISTS.get(step.text.removeprefix("the ").removesuffix(" enabled"), ())
            granted = {f"factor.{FACTORS[factor]}" for factor in enabled}
            if any(words in step.text for words in NEEDS_MFA_GRANT):
                granted.add("application.mfa_grant")
            assert granted <= named, f"{row.requirements}: {', '.join(granted - named)} is in no depends_on"


def takes(requirement: Requirement) -> set[str]:
    """Return the settings that a requirement names."""
    return {*requirement.depends_on, *requirement.needs, *requirement.settings}


def test_only_what_has_the_tag_moves_the_clock() -> None:
    for row in ROWS:
        moves = any(re.search(r"\d+ minutes", step.name) for step in row.template.steps)
        assert moves == ("moves-clock" in row.tags), row.template.name


def test_beside_every_refusal_the_same_request_made_right_succeeds() -> None:
    for row in ROWS:
        texts = [step.name for step in row.template.steps]
        if any(text.startswith("the request is refused with") for text in texts):
            assert any(words in text for text in texts for words in ACCEPTED), row.template.name


def test_a_then_only_looks() -> None:
    """What acts on a user or a tenant is called by Givens and Whens; a Then calls what reads."""
    acting: set[str] = set()
    for _, kind, function, _ in step_functions():
        if kind != "then":
            acting |= called(function)
    for module, kind, function, _ in step_functions():
        if kind == "then":
            assert not called(function) & acting - READING, f"{module}: {function.name}"


def called(function: ast.FunctionDef) -> set[str]:
    """The methods that a step calls."""
    calls = [node for line in function.body for node in ast.walk(line) if isinstance(node, ast.Call)]
    return {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}


def test_no_assertion_is_always_true() -> None:
    for module, _, function, _ in step_functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                assert not isinstance(node.test, ast.Constant), f"{module}: {function.name}"
