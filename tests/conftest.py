"""Configure all tests: no connection leaves this machine, and repeating tests run last."""

from __future__ import annotations

import ipaddress
import sys

import pytest
from hypothesis import settings

from tests import exchanges

# Examples have no deadline, because a busy machine is no failure.
settings.register_profile("suite", max_examples=50, deadline=None)
settings.load_profile("suite")


def _stay_on_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse every connection to another machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    try:
        outside = not ipaddress.ip_address(host).is_loopback
    except ValueError:
        outside = host != "localhost"
    if outside:
        raise RuntimeError(f"a test connects to {host}: tests may only connect to this machine")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_stay_on_loopback)
    config.pluginmanager.register(exchanges)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that repeat another test last, so that a long test that is out of time has run every other one."""
    items.sort(key=_repeats)


def _repeats(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("soak")
    return mark is not None and mark.kwargs.get("repeats", False)
