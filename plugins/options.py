"""The suite's own options."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say which tenant is verified, and where the reports go."""
    group = parser.getgroup("mfa", "MFA verification")
    group.addoption(
        "--tenant", metavar="NAME", help="verify the tenant of .env.NAME; 'local': the one that comes along"
    )
    group.addoption("--env-file", metavar="PATH", type=Path, help="verify the tenant of this file of settings alone")
    group.addoption(
        "--reports", metavar="DIR", type=Path, default=Path("reports/latest"), help="write reports there (%(default)s)"
    )
    group.addoption(
        "--sign-in",
        choices=("browser", "http"),
        default="browser",
        help="how people sign in; http only where a scenario is not about the @browser (%(default)s)",
    )
