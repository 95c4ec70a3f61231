"""The settings of a phone provider, by name; the providers themselves are in `phones`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause


class ProviderMisconfigured(Inconclusive):
    """The user must mend a setting: a token that is refused, an address that is not the service's.

    In the preflight the caller ends the run for it. Met later (a token that ran out), it is trouble like any.
    """

    def __init__(self, setting: str, message: str) -> None:
        """Take the setting's name, and one sentence without its value."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, f"{setting}: {message}")
        self.setting = setting


@dataclass(frozen=True, slots=True)
class SettingNames:
    """The settings that a provider reads, by name."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


NamesOf = Callable[[str], SettingNames]
"""Returns the setting names of the provider of that name; raises `ProviderMisconfigured` where there is none."""
