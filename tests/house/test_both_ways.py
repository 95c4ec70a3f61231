"""A scenario comes to the same verdict through the browser and over HTTP, on a right tenant and on a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.conftest import write_settings
from tests.running import Run, verify
from tests.tenant.client import LocalTenant

SAMPLE = "MFA-TOK-001 or MFA-CNF-003 or MFA-BYP-006"
ALL = "must or should or may"
WAYS = [
    pytest.param(None, SAMPLE, id="sample"),
    pytest.param("any-password-accepted", SAMPLE, id="sample with a fault"),
    pytest.param(None, ALL, id="all", marks=pytest.mark.soak),
]
"""A variation of the local tenant, and what is tried on it."""


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Settings of a tenant: the one that is there, where nothing about it is to be wrong."""
    if variation := request.getfixturevalue("variation"):
        running = LocalTenant.serve(tmp_path, "--vary", variation)
        yield tmp_path
        running.stop()
    else:
        write_settings(tmp_path / "tenant.env", request.getfixturevalue("served").settings)
        yield tmp_path


@pytest.mark.parametrize(("variation", "selection"), WAYS)
def test_the_verdict_does_not_depend_on_the_way(folder: Path, variation: str | None, selection: str) -> None:
    def run(way: str) -> Run:
        chosen = ("features", "-m", f"({selection}) and not browser", "-k", "single-page", "--sign-in", way)
        return verify(*chosen, "--env-file", folder / "tenant.env", reports=folder / way)

    by_browser, by_http = run("browser"), run("http")
    assert by_browser.code == (1 if variation else 0), by_browser.output
    assert by_http.verdicts == by_browser.verdicts, by_http.output
    assert [one["cause"] for one in by_http.scenarios] == [one["cause"] for one in by_browser.scenarios]
    assert len(by_http.verdicts) >= 3
