"""Rules of the house, checked over the suite's own code, features and documents."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import textwrap
from collections import Counter
from collections.abc import Iterator

from pytest_bdd import parsers
from pytest_bdd.feature import get_feature

from mfa_verification.login.screens import table as screens_table
from plugins.catalogue import requirements_of, rows_of
from tests.faults.detection import variations
from tests.house.steps_page import definitions
from tests.running import PYTEST, ROOT

LOOK = re.compile(r"(no|only) confirmed factor$|^no user with ")
FEATURES = sorted((ROOT / "features").rglob("*.feature"))
DRIVER = sorted((ROOT / "mfa_verification" / "login").glob("*.py"))


def step_functions() -> Iterator[tuple[str, str, ast.FunctionDef, parsers.StepParser]]:
    """Yield each step definition: its module, kind, function and what it matches."""
    for context in definitions():
        function = inspect.unwrap(context.step_func)
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        assert isinstance(node, ast.FunctionDef)
        yield function.__module__, str(context.type), node, context.parser


def written_steps() -> set[tuple[str, str]]:
    """Return every step of every row, rendered: its kind and text."""
    requirements = requirements_of(ROOT / "features")
    return {
        (step.type, step.name)
        for file in FEATURES
        for row in rows_of(file, requirements)
        for step in row.template.render(row.example).steps
    }


def test_every_step_definition_is_used() -> None:
    written = written_steps()
    unused = [
        f"{module}: {function.name}"
        for module, kind, function, parser in step_functions()
        if not any(kind == type_ and parser.is_matching(text) for type_, text in written)
    ]
    assert not unused


def test_a_when_judges_nothing_and_a_then_does() -> None:
    for module, kind, function, _ in step_functions():
        assert judges(function) == (kind == "then") or kind == "given", f"{module}: {function.name}"


def judges(function: ast.FunctionDef) -> bool:
    """Return whether a step asserts, or takes the result of an outcome, which raises for a refusal."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr == "result")
        for node in ast.walk(function)
    )


def test_every_assertion_says_what_was_expected() -> None:
    for module, _, function, _ in step_functions():
        for node in ast.walk(function):
            assert not isinstance(node, ast.Assert) or node.msg, f"{module}: {function.name}"


def test_a_step_does_one_thing() -> None:
    longest = max(step_functions(), key=lambda step: len(step[2].body))
    assert len(longest[2].body) <= 12, f"{longest[0]}: {longest[2].name}"


def test_every_requirement_has_a_scenario() -> None:
    requirements = requirements_of(ROOT / "features")
    verified = {id_ for file in FEATURES for row in rows_of(file, requirements) for id_ in row.requirements}
    assert verified == set(requirements)


def test_every_refusal_stands_beside_a_look_at_what_was_enrolled() -> None:
    for file in FEATURES:
        for scenario in get_feature(str(file.parent), file.name).scenarios.values():
            texts = [step.name for step in scenario.steps]
            for number, text in enumerate(texts):
                if text.startswith("the request is refused with") and "mfa_required" not in text:
                    looks = texts[number + 1 : number + 3]
                    assert any(LOOK.search(one) for one in looks), f"{file.name}: {scenario.name}"


def test_features_are_prose() -> None:
    for file in FEATURES:
        for line in file.read_text().splitlines():
            for code in ("http", "{", "}", "==", "/oauth", " /mfa", "#"):
                assert code not in line, f"{file.name}: {line.strip()}"


def test_every_feature_says_what_it_does_not_cover() -> None:
    for file in FEATURES:
        description = get_feature(str(file.parent), file.name).description
        assert "Not covered: " in description, file.name


def test_a_scenario_name_is_used_once_in_the_whole_suite() -> None:
    names = Counter(name for file in FEATURES for name in get_feature(str(file.parent), file.name).scenarios)
    assert not [name for name, count in names.items() if count > 1]


def test_secrets_are_revealed_only_where_they_are_used() -> None:
    """Where a request is built, a code computed or compared, a field filled, a token verified: nowhere else."""
    revealing = {
        "auth0/authentication.py",
        "auth0/spa_js.py",
        "auth0/tokens.py",
        "authenticator_app.py",
        "core/secret.py",
        "login/sign_in.py",
        "phones/inbox.py",
        "phones/mailosaur.py",
        "phones/phone.py",
        "phones/provider.py",
        "phones/reading.py",
        "phones/testing.py",
        "phones/twilio.py",
        "transport.py",
        "users/sign_ins.py",
    }
    engine = ROOT / "mfa_verification"
    found = {str(file.relative_to(engine)) for file in engine.rglob("*.py") if ".reveal" in file.read_text()}
    assert found == revealing
    for folder in ("steps", "fixtures", "plugins"):
        assert not [file for file in (ROOT / folder).glob("*.py") if ".reveal" in file.read_text()]


def test_conftest_is_wiring() -> None:
    assert len((ROOT / "conftest.py").read_text().splitlines()) < 80


def test_the_driver_never_sleeps_and_never_goes_by_texts() -> None:
    forbidden = {
        "sleep", "wait_for_timeout", "get_by_text", "get_by_label", "get_by_role", "get_by_placeholder", "get_by_title",
        "get_by_alt_text", "wait_for_load_state", "networkidle",
    }  # fmt: skip
    selectors = (":has-text", "text=", ":text(", "has_text")
    assert DRIVER
    for file in DRIVER:
        tree = ast.parse(file.read_text())
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        texts = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not used & forbidden, file.name
        assert not [text for text in texts for selector in selectors if selector in text], file.name


def test_every_screen_stands_in_its_document() -> None:
    page = (ROOT / "docs" / "sign-in.md").read_text()
    assert screens_table() in page, "run `python -m mfa_verification.login.screens`, and put it there"


DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "reports" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def named(pattern: str) -> set[str]:
    return {found for document in DOCUMENTS for found in re.findall(pattern, document.read_text())}


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named(r"`make ([a-z]+)") <= targets


def test_every_option_is_there() -> None:
    listed = subprocess.run(
        [*PYTEST, "features", "--help"], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout
    for option in named(r"pytest[^`|\n]*?(--[a-z][a-z-]+)"):
        assert option in listed, option


def test_every_variation_is_there() -> None:
    known = {variation["name"] for variation in variations()}
    assert named(r"--vary ([a-z][a-z-]+)") <= known


def test_every_link_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_path_that_documents_name_is_there() -> None:
    """A path may begin anywhere, such as `users/held.py`; folders end with a slash."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    paths = "".join(f"\n/{path}" for path in listed.splitlines()) + "\n"
    for document in DOCUMENTS:
        text = document.read_text()
        for name in re.findall(r"`([\w./-]*[\w-]+\.(?:py|toml|feature|js)|[\w.-]+/[\w./-]*/)(?=`|:)", text):
            if not name.startswith(("reports/latest/", "sign-in-")):
                assert f"/{name}" in paths, f"{document.name}: {name}"


def test_the_glossary_is_in_order_and_uses_its_links() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    terms = [term.strip("`").lower() for term in re.findall(r"^- \*\*(.+?)\*\*: ", text, re.MULTILINE)]
    assert terms == sorted(set(terms))
    assert set(re.findall(r"\]\[([^\]]+)\]", text)) == set(re.findall(r"^\[([^\]]+)\]: https://", text, re.MULTILINE))
