"""What every test stands on."""

from __future__ import annotations

import ipaddress
import sys

import pytest
from hypothesis import settings

from tests import exchanges

# No deadline for an example: a busy machine is no failure.
settings.register_profile("suite", max_examples=50, deadline=None)
settings.load_profile("suite")


def _stay_on_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse every connection that would leave this machine; an audit hook sees them all."""
    if event != "socket.connect":
        return
    address = arguments[1]
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    try:
        outside = not ipaddress.ip_address(host).is_loopback
    except ValueError:
        outside = host != "localhost"
    if outside:
        raise RuntimeError(f"a test wanted to reach {host}: tests stay on loopback")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_stay_on_loopback)
    config.pluginmanager.register(exchanges)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What tries the same again comes last: a soak that the time cuts short has tried everything that differs."""
    items.sort(key=_repeats)


def _repeats(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("soak")
    return mark is not None and mark.kwargs.get("repeats", False)
