"""A tenant for the runs of the suite that these tests start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tenant.running import Running, start


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A local tenant, served as a person would serve it."""
    running = start(tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


@pytest.fixture
def env_file(served: Running, tmp_path: Path) -> Path:
    """A copy of its settings, for a test to change."""
    return write_settings(tmp_path / "tenant.env", served.settings)


def write_settings(file: Path, settings: dict[str, str]) -> Path:
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return file
