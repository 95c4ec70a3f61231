"""The phone providers that PHONE_PROVIDER can name: built in, and plug-ins."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.phones.inbox import InboxProvider
from mfa_verification.phones.mailosaur import MailosaurProvider
from mfa_verification.phones.mailslurp import MailSlurpProvider
from mfa_verification.phones.manual import ManualProvider
from mfa_verification.phones.provider import PhoneProvider
from mfa_verification.phones.twilio import TwilioProvider
from mfa_verification.settings.profile import SettingNames

GROUP = "mfa_verification.phones"
"""The entry point group of plug-ins."""


class ProviderFactory(Protocol):
    """Creates a provider; has its settings and cost as attributes."""

    @property
    def settings(self) -> SettingNames:
        """Return the names of its settings."""

    @property
    def carrier(self) -> bool:
        """Return whether its messages cost money."""

    def __call__(self, settings: Mapping[str, str]) -> PhoneProvider:
        """Create the provider. Raises `ProviderMisconfigured` where a setting is missing or malformed."""


PROVIDERS: dict[str, ProviderFactory] = {
    "inbox": InboxProvider,
    "mailosaur": MailosaurProvider,
    "mailslurp": MailSlurpProvider,
    "manual": ManualProvider,
    "twilio": TwilioProvider,
}


def factory_of(name: str) -> ProviderFactory:
    """Return the factory of a provider. Raises `ProviderMisconfigured`, with the known names, where there is none.

    A plug-in is loaded only when it is selected, and cannot replace a built-in provider.
    """
    if name in PROVIDERS:
        return PROVIDERS[name]
    if name in _plugged_in():
        return _loaded(name)
    known = sorted({*PROVIDERS, *_plugged_in()})
    near = difflib.get_close_matches(name.strip().lower(), known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
    raise ProviderMisconfigured("PHONE_PROVIDER", f'there is no phone provider "{name}": {hint}')


def setting_names(name: str) -> SettingNames:
    """Return the names of a provider's settings. Raises as `factory_of`."""
    return factory_of(name).settings


@cache
def _plugged_in() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


@cache
def _loaded(name: str) -> ProviderFactory:
    point = _plugged_in()[name]
    try:
        factory: ProviderFactory = point.load()
    except (ImportError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ProviderMisconfigured("PHONE_PROVIDER", f'the plug-in "{name}" cannot be loaded ({reason})') from None
    if not isinstance(getattr(factory, "settings", None), SettingNames) or not hasattr(factory, "carrier"):
        raise ProviderMisconfigured("PHONE_PROVIDER", f'the plug-in "{name}" ({point.value}) is not a phone provider')
    return factory
