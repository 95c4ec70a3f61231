"""The providers by the name that `PHONE_PROVIDER` gives them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Protocol

from mfa_verification.phones.inbox import InboxProvider
from mfa_verification.phones.provider import PhoneProvider, ProviderMisconfigured, SettingNames


class ProviderFactory(Protocol):
    """Makes a provider; says before that which settings it reads."""

    @property
    def settings(self) -> SettingNames:
        """The names that a profile reads for it."""

    def __call__(self, settings: Mapping[str, str]) -> PhoneProvider:
        """Make it; raises `ProviderMisconfigured` where a setting is missing or cannot be right."""


PROVIDERS: dict[str, ProviderFactory] = {"inbox": InboxProvider}


def factory_of(name: str) -> ProviderFactory:
    """Return what makes the provider of that name; raises `ProviderMisconfigured` with the nearest name."""
    if name in PROVIDERS:
        return PROVIDERS[name]
    near = difflib.get_close_matches(name.strip().lower(), PROVIDERS, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there is {', '.join(sorted(PROVIDERS))}"
    raise ProviderMisconfigured("PHONE_PROVIDER", f'no phone provider is called "{name}": {hint}')
