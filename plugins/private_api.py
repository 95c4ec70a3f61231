"""All uses of names that pytest, pytest-bdd and allure-pytest do not document as stable.

They were tested with the versions in `TRIED_ON`, which are the pinned ones; tests in `tests/suite` check both.
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
    """A module without a file: its functions are created when pytest imports it."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        for name, function in self.functions().items():
            setattr(module, name, function)
        return module

    def functions(self) -> dict[str, Any]:
        """Return the test functions by name."""
        raise NotImplementedError

    def items_of(self, name: str) -> Iterable[pytest.Function]:
        """Return the items of a function: one per row of its examples."""
        return self._genfunctions(name, getattr(self.obj, name))


def example_of(item: pytest.Function) -> dict[str, str]:
    """Return the row of an item's examples; empty where there is none."""
    callspec: Any = getattr(item, "callspec", None)
    return dict(callspec.params.get("_pytest_bdd_example", {})) if callspec else {}


def scenario_with_values(item: pytest.Function) -> Scenario:
    """Return an item's scenario with the values of its row."""
    return scenario_wrapper_template_registry[item.obj].render(example_of(item))


def modules_that_define(step: Step) -> list[str]:
    """Return the modules of the definitions that match a step."""
    return [context.step_func.__module__ for context in _definitions(step) if context.parser.is_matching(step.name)]


def sentences_of(step: Step) -> list[str]:
    """Return all sentences that a step may have, with the users that it names."""
    parsers = [context.parser for context in _definitions(step)]
    return [
        form for parser in parsers for form in getattr(parser, "forms", lambda _, one=parser: [one.name])(step.name)
    ]


def _definitions(step: Step) -> list[StepFunctionContext]:
    return [one for one in step_function_context_registry.values() if one.type in (None, step.type)]


class AllureWriter(AllureFileLogger):
    """Replaces allure-pytest's file writer, and may write other results."""

    def __init__(self, directory: str) -> None:
        """Write into `directory`."""
        super().__init__(directory)  # type: ignore[no-untyped-call]

    def result_of(self, written: Any) -> Any:
        """Return the result to write in place of allure-pytest's; None writes none."""
        raise NotImplementedError

    @allure_commons.hookimpl
    def report_result(self, result: Any) -> None:
        """Write one result."""
        if (instead := self.result_of(result)) is not None:
            self._report_item(instead)  # type: ignore[no-untyped-call]

    @allure_commons.hookimpl
    def report_container(self, container: Any) -> None:
        """Write nothing: fixtures are not reported."""


def replace_allure_writer(config: pytest.Config, make: Callable[[], W]) -> W | None:
    """Replace the writer until the session ends; return None where allure-pytest writes nothing in this process."""
    manager = allure_commons.plugin_manager
    usual = next((one for one in manager.get_plugins() if type(one) is AllureFileLogger), None)
    if usual is None:
        return None
    writer = make()

    def give_back() -> None:
        # allure-pytest unregisters its own writer at the end, and requires it to be there.
        manager.unregister(writer)
        manager.register(usual)

    manager.unregister(usual)
    manager.register(writer)
    config.add_cleanup(give_back)
    return writer
