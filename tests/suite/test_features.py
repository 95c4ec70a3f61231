"""Check that features, requirements and step definitions are complete and follow the project's rules."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections import Counter
from collections.abc import Iterator

import pytest
from pytest_bdd import parsers
from pytest_bdd.feature import get_feature

from plugins.catalogue import Catalogue, Requirement, controls_in, record_of, requirements_of
from steps.settings import FACTOR_LISTS, FACTORS
from steps.words import TABLES, Pattern, Pronouns, Sentence
from tests.faults.detection import DECLARED, variations
from tests.faults.mistakes import MISTAKES
from tests.running import ROOT
from tests.suite import pages

REQUIREMENTS = requirements_of(ROOT / "features")
ROWS = Catalogue(ROOT / "features", REQUIREMENTS).rows
CONTROLS = controls_in(ROOT / "controls.toml")
FILES = sorted((ROOT / "features").rglob("*.feature"))
FEATURES = [get_feature(str(file.parent), file.name) for file in FILES]

REFUSED = "the request is refused with"
ACCEPTED = (
    "the request succeeds", "sign-in succeeds", " enrolled through ", "issues a new recovery code", "code is accepted",
    "the response names",
)  # fmt: skip
"""Phrases of steps that show the same request accepted."""
NOTHING_ENROLLED = re.compile(r"(no|only) confirmed factor$|^no user with ")
NEEDS_MFA_GRANT = (" is allowed the MFA grant", ", signed in to the ", " enrolled through the ")
READING = {"application", "join", "latest", "list", "result", "scope_of"}
"""Methods that Givens and Whens call too, although they only read."""


def test_the_generated_pages_are_up_to_date() -> None:
    for page, text in (
        (pages.CATALOGUE, pages.catalogue_page()),
        (pages.STEPS, pages.steps_page()),
        (pages.SETTINGS, pages.settings()),
    ):
        assert page.read_text() == text, "run `make catalogue`"


def test_every_requirement_is_complete() -> None:
    parts = ("rationale", "facts", "controls", "faults")
    missing = {id_: [part for part in parts if not getattr(one, part)] for id_, one in REQUIREMENTS.items()}
    assert not {id_: parts for id_, parts in missing.items() if parts}
    assert {id_ for row in ROWS for id_ in row.requirements} == set(REQUIREMENTS), "every requirement has a scenario"


def test_every_declared_fault_exists_and_names_a_step_of_its_requirement() -> None:
    known = {variation["name"] for variation in variations() if variation["kind"] == "fault"} | MISTAKES.keys()
    assert {name for name, _ in DECLARED} <= known
    for (name, id_), fault in DECLARED.items():
        steps = {
            step.name for row in ROWS if id_ in row.requirements for step in row.template.render(row.example).steps
        }
        assert any(step.startswith(fault.red_at) for step in steps), f"{name}: {id_} has no step '{fault.red_at}'"


def test_every_control_except_context_has_a_requirement() -> None:
    named = {control for one in REQUIREMENTS.values() for control in one.controls}
    assert {control.id for control in CONTROLS.by_id.values() if control.relation != "context"} == named


def test_a_requirement_names_the_settings_that_its_scenarios_depend_on() -> None:
    """Otherwise one wrong setting makes several requirements nonconforming, instead of blocking them."""
    for row in ROWS:
        named = {name for id_ in row.requirements for name in settings_of(REQUIREMENTS[id_])}
        for step in record_of(row, row.node_id(ROOT)).steps:
            factors = FACTOR_LISTS.get(step.text.removeprefix("the ").removesuffix(" enabled"), ())
            used = {f"factor.{FACTORS[factor]}" for factor in factors}
            if any(words in step.text for words in NEEDS_MFA_GRANT):
                used.add("application.mfa_grant")
            assert used <= named, f"{row.requirements}: {', '.join(used - named)} is in no depends_on"


def settings_of(requirement: Requirement) -> set[str]:
    """Return the settings that a requirement names."""
    return {*requirement.depends_on, *requirement.needs, *requirement.settings}


def test_a_scenario_moves_the_clock_if_it_has_the_tag() -> None:
    for row in ROWS:
        moves = any(re.search(r"\d+ minutes", step.name) for step in row.template.steps)
        assert moves == ("moves-clock" in row.tags), row.template.name


def test_after_a_refusal_the_enrolled_factors_are_checked_and_a_correct_request_succeeds() -> None:
    for feature in FEATURES:
        for scenario in feature.scenarios.values():
            texts = [step.name for step in scenario.steps]
            refusals = [number for number, text in enumerate(texts) if text.startswith(REFUSED)]
            for number in refusals:
                if "mfa_required" not in texts[number]:
                    checks = texts[number + 1 : number + 3]
                    assert any(NOTHING_ENROLLED.search(one) for one in checks), scenario.name
            if refusals:
                assert any(words in text for text in texts for words in ACCEPTED), scenario.name


def test_features_are_prose_with_a_description() -> None:
    for file, feature in zip(FILES, FEATURES, strict=True):
        assert "Not covered: " in feature.description, file.name
        for line in file.read_text().splitlines():
            for code in ("http", "{", "}", "==", "/oauth", " /mfa", "#"):
                assert code not in line, f"{file.name}: {line.strip()}"


def test_scenario_names_are_unique() -> None:
    names = Counter(name for feature in FEATURES for name in feature.scenarios)
    assert not [name for name, count in names.items() if count > 1]


def step_functions() -> Iterator[tuple[str, str, ast.FunctionDef, parsers.StepParser]]:
    """Yield each step definition: its module, kind, function and parser."""
    for context in pages.definitions():
        function = inspect.unwrap(context.step_func)
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        assert isinstance(node, ast.FunctionDef)
        yield function.__module__, str(context.type), node, context.parser


def test_every_step_definition_is_used() -> None:
    written = {(step.type, step.name) for row in ROWS for step in row.template.render(row.example).steps}
    unused = [
        f"{module}: {function.name}"
        for module, kind, function, parser in step_functions()
        if not any(kind == type_ and parser.is_matching(text) for type_, text in written)
    ]
    assert not unused


def test_a_then_judges_and_a_when_does_not() -> None:
    for module, kind, function, _ in step_functions():
        judges = any(
            isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr == "result")
            for node in ast.walk(function)
        )
        assert judges == (kind == "then") or kind == "given", f"{module}: {function.name}"


def test_every_assertion_of_a_step_can_fail_and_has_a_message() -> None:
    for module, _, function, _ in step_functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                assert node.msg and not isinstance(node.test, ast.Constant), f"{module}: {function.name}"


def test_a_then_calls_no_method_that_acts() -> None:
    """Givens and Whens act on users and tenants. A Then calls methods that read."""
    acting: set[str] = set()
    for _, kind, function, _ in step_functions():
        if kind != "then":
            acting |= called_by(function)
    for module, kind, function, _ in step_functions():
        if kind == "then":
            assert not called_by(function) & acting - READING, f"{module}: {function.name}"


def called_by(function: ast.FunctionDef) -> set[str]:
    """Return the names of the methods that a step calls."""
    calls = [node for line in function.body for node in ast.walk(line) if isinstance(node, ast.Call)]
    return {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}


def test_there_are_few_step_definitions_and_no_sentence_has_two() -> None:
    assert len({inspect.unwrap(one.step_func) for one in pages.definitions()}) <= 85
    counted = Counter((one.type, one.parser.name) for one in pages.definitions())
    assert not [text for text, count in counted.items() if count > 1]


def test_every_step_module_is_loaded_and_every_table_is_used() -> None:
    modules = {f"steps.{module.stem}" for module in (ROOT / "steps").glob("[a-z]*.py")}
    assert modules == {one.step_func.__module__ for one in pages.definitions()} | {"steps.words"}
    used = {type_ for one in pages.definitions() if isinstance(one.parser, Sentence) for type_ in one.parser.types}
    assert used == set(TABLES)


def test_the_function_of_a_phrase_accepts_the_places_of_the_phrase() -> None:
    pages.definitions()
    for type_, rows in TABLES.items():
        for phrase, value in rows.items():
            named = {place for place, _ in Pattern(phrase).places} - set(Pronouns._fields)
            if callable(value):
                accepted = inspect.signature(value).parameters
                accepts_any = any(one.kind is one.VAR_KEYWORD for one in accepted.values())
                assert named <= set(accepted) or accepts_any, f"{type_}: {phrase}"


KNOWN = [
    'Ava confirms the enrollment with the SMS code, sending the MFA API token in the header and as "mfa_token"',
    "Ben starts enrolling his phone by SMS",
    "Ava tries to remove Ben's phone with her own MFA API token",
    "Ava signs in to the native application, requesting the MFA API",
]
UNKNOWN = [
    "Ava confirms the enrollment with the SMS code, with the MFA API token as mfa_token and in the header",
    "Ava confirms the enrollment with the SMS code, with the MFA API token in the header",
    "Ben starts enrolling her phone by SMS",
    "Ava tries to remove Ben's phone with his own MFA API token",
    "Ida signs in to the native application, requesting the MFA API",
    "Ava signs in to the mobile application, requesting the MFA API",
]


@pytest.mark.parametrize("text", [*KNOWN, *UNKNOWN])
def test_a_sentence_is_defined_if_each_of_its_words_is_known(text: str) -> None:
    found = [one for one in pages.definitions() if one.type == "when" and one.parser.is_matching(text)]
    assert len(found) == (text in KNOWN)
