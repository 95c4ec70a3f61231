"""What others do not promise to keep is used in one place, and tried on the versions that are installed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from plugins.private_api import TRIED_ON

ROOT = Path(__file__).parents[2]
FILES = [file for folder in ("plugins", "fixtures", "steps") for file in sorted((ROOT / folder).glob("*.py"))]
OTHERS = ("_pytest", "allure_commons", "allure_pytest", "pytest_bdd.", "xdist")


@pytest.mark.parametrize("package", TRIED_ON)
def test_the_version_was_tried(package: str) -> None:
    assert version(package) == TRIED_ON[package], "try the whole runs of tests/house on it, then say so in TRIED_ON"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_else_imports_what_is_not_promised(file: Path) -> None:
    if file.name != "private_api.py":
        assert not [name for name in imported(file) if name.startswith(OTHERS)]


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{node.names[0].name}" if node.module != "pytest_bdd" else "pytest_bdd"
