"""Providers are found by name; a name that is none is told apart from a service that is down."""

import pytest

from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.phones.registry import PROVIDERS, factory_of

SETTINGS = {"PHONE_INBOX_URL": "http://127.0.0.1:1/texts", "PHONE_INBOX_TOKEN": "token"}


def test_says_which_settings_a_provider_reads_before_it_is_made() -> None:
    assert factory_of("inbox").settings.required == ("PHONE_INBOX_URL", "PHONE_INBOX_TOKEN")


def test_makes_the_provider_of_that_name() -> None:
    assert factory_of("inbox")(SETTINGS).name == "inbox"


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_each_is_registered_under_its_own_name(name: str) -> None:
    assert getattr(PROVIDERS[name], "name", None) == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("inbx", 'did you mean "inbox"'),
        (" Inbox", 'did you mean "inbox"'),
        ("pigeon", "there is inbox"),
        ("", "there is"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest_right_one(name: str, hint: str) -> None:
    with pytest.raises(ProviderMisconfigured, match=hint) as refused:
        factory_of(name)

    assert refused.value.setting == "PHONE_PROVIDER"
