"""Names that pytest, pytest-bdd and allure-pytest do not promise to keep. All of them stand here, and nowhere else.

They were tried on the versions in `TRIED_ON`, which are the pinned ones: a test says so when one is renewed, and the
whole runs of `tests/suite` say whether they still do what is said here.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult, TestStepResult
from pytest_bdd.exceptions import GherkinParseError, StepError
from pytest_bdd.feature import get_feature
from pytest_bdd.parser import Feature, Scenario, ScenarioTemplate, Step
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

__all__ = [
    "Feature", "GherkinParseError", "Label", "Parameter", "Scenario", "ScenarioTemplate", "Status", "StatusDetails",
    "Step", "StepError", "TestResult", "TestStepResult", "get_feature",
]  # fmt: skip
W = TypeVar("W", bound="AllureWriter")
TRIED_ON = {"pytest": "9.2.0", "pytest-bdd": "9.0.1", "allure-pytest": "2.16.2"}


class GeneratedModule(pytest.Module):
    """A module that no file holds: its functions are made when pytest imports it."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        for name, function in self.functions().items():
            setattr(module, name, function)
        return module

    def functions(self) -> dict[str, Any]:
        """Return the test functions, by name."""
        raise NotImplementedError

    def items_of(self, name: str) -> Iterable[pytest.Function]:
        """Return the items of one function: one for each row of its examples."""
        return self._genfunctions(name, getattr(self.obj, name))


def example_of(item: pytest.Function) -> dict[str, str]:
    """Return the row of the examples that an item runs; empty where its scenario has none."""
    callspec: Any = getattr(item, "callspec", None)
    return dict(callspec.params.get("_pytest_bdd_example", {})) if callspec else {}


def scenario_with_values(item: pytest.Function) -> Scenario:
    """Return the scenario of an item, with the values of its row filled in."""
    return scenario_wrapper_template_registry[item.obj].render(example_of(item))


def modules_that_define(step: Step) -> list[str]:
    """Return the module of each definition that fits a step."""
    return [context.step_func.__module__ for context in _definitions(step) if context.parser.is_matching(step.name)]


def sentences_of(step: Step) -> list[str]:
    """Return every sentence that may stand in the place of a step, about the same users as far as it names them."""
    parsers = [context.parser for context in _definitions(step)]
    return [
        form for parser in parsers for form in getattr(parser, "forms", lambda _, one=parser: [one.name])(step.name)
    ]


def _definitions(step: Step) -> list[StepFunctionContext]:
    return [one for one in step_function_context_registry.values() if one.type in (None, step.type)]


class AllureWriter(AllureFileLogger):
    """Takes the place of allure-pytest's own writer of files, and may write other results than it was given."""

    def __init__(self, directory: str) -> None:
        """Write into `directory`."""
        super().__init__(directory)  # type: ignore[no-untyped-call]

    def result_of(self, written: Any) -> Any:
        """Return the result to write for the one that allure-pytest made; None: write none."""
        raise NotImplementedError

    @allure_commons.hookimpl
    def report_result(self, result: Any) -> None:
        """Write one result."""
        if (instead := self.result_of(result)) is not None:
            self._report_item(instead)  # type: ignore[no-untyped-call]

    @allure_commons.hookimpl
    def report_container(self, container: Any) -> None:
        """Write none: fixtures, which step definitions are too, are no part of the story."""


def replace_allure_writer(config: pytest.Config, make: Callable[[], W]) -> W | None:
    """Have another writer write until the session ends; None where allure-pytest writes nothing in this process."""
    manager = allure_commons.plugin_manager
    usual = next((one for one in manager.get_plugins() if type(one) is AllureFileLogger), None)
    if usual is None:
        return None
    writer = make()

    def give_back() -> None:
        # allure-pytest takes its own one away in the end, and insists that it is there.
        manager.unregister(writer)
        manager.register(usual)

    manager.unregister(usual)
    manager.register(writer)
    config.add_cleanup(give_back)
    return writer
