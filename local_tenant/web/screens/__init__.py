"""The screens of Universal Login: one class each, found by their files. Adding a screen is adding one file."""

from __future__ import annotations

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from local_tenant.web.screens.screen import Screen, Visit

__all__ = ["Screen", "Visit", "by_path"]


@cache
def by_path() -> dict[str, Screen]:
    """Return every screen there is, by its path under `/u/`."""
    screens: dict[str, Screen] = {}
    for module in pkgutil.iter_modules(__path__):
        found = inspect.getmembers(import_module(f"{__name__}.{module.name}"), inspect.isclass)
        for _, one in found:
            if issubclass(one, Screen) and one.path and one.__module__ == f"{__name__}.{module.name}":
                screens[one.path] = one()
    return screens
