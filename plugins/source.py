"""Where a run's settings come from: one place, the same for the controlling process and its workers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import MACHINE, Profile, ProfileError, profile_from, read_settings, settings_in

LOCAL = "local"
"""The reserved name of the tenant that comes with the suite."""


@dataclass(frozen=True)
class Source:
    """The place that was named; only plain values, as workers get it over a wire."""

    tenant: str | None = None
    env_file: str | None = None
    ignores_environment: bool = False
    """For the local tenant, whatever is exported; what speaks of the machine is read all the same."""

    def profile(self, root: Path) -> Profile:
        """Read and check the settings; raise `ProfileError` for the first mistake."""
        names = MACHINE if self.ignores_environment else os.environ
        environment = {name: os.environ[name] for name in names if name in os.environ}
        env_file = Path(self.env_file) if self.env_file else None
        settings, place = read_settings(self.tenant, env_file, environment, root, setting_names)
        return profile_from(settings, place, setting_names)


def is_local(tenant: str | None, env_file: Path | None) -> bool:
    """Say whether the local tenant is meant: by its name, or because nothing was said.

    Where nothing was said, a setting in the environment is refused: somebody may mean another tenant.
    """
    if tenant == "":
        raise ProfileError("--tenant names nobody: is a variable empty?")
    if tenant and env_file:
        raise ProfileError("--tenant and --env-file both say which tenant is meant: give one of them")
    if tenant or env_file:
        return tenant == LOCAL
    if found := settings_in(os.environ, setting_names):
        raise ProfileError(f"{found[0]} is set but no tenant was named: use --tenant NAME, or unset it")
    return True
