"""The providers by the name that `PHONE_PROVIDER` gives them: those that come along, and those that plug in."""

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
"""The entry points under which a package plugs a provider in."""


class ProviderFactory(Protocol):
    """Makes a provider; says before that which settings it reads."""

    @property
    def settings(self) -> SettingNames:
        """The names that a profile reads for it."""

    @property
    def carrier(self) -> bool:
        """Whether its SMS messages cost money."""

    def __call__(self, settings: Mapping[str, str]) -> PhoneProvider:
        """Make it; raises `ProviderMisconfigured` where a setting is missing or cannot be right."""


PROVIDERS: dict[str, ProviderFactory] = {
    "inbox": InboxProvider,
    "mailosaur": MailosaurProvider,
    "mailslurp": MailSlurpProvider,
    "manual": ManualProvider,
    "twilio": TwilioProvider,
}


def factory_of(name: str) -> ProviderFactory:
    """Return what makes the provider of that name; raises `ProviderMisconfigured` with the names that there are.

    A plug-in is loaded only where it is chosen; it cannot take the name of a provider that comes along.
    """
    if name in PROVIDERS:
        return PROVIDERS[name]
    if name in _plugged_in():
        return _loaded(name)
    known = sorted({*PROVIDERS, *_plugged_in()})
    near = difflib.get_close_matches(name.strip().lower(), known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there is {', '.join(known)}"
    raise ProviderMisconfigured("PHONE_PROVIDER", f'no phone provider is called "{name}": {hint}')


def setting_names(name: str) -> SettingNames:
    """Return the settings that the provider of that name reads; raises as `factory_of`."""
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
        raise ProviderMisconfigured("PHONE_PROVIDER", f'the plug-in "{name}" ({point.value}) is no phone provider')
    return factory
