"""The words of messages: templates in Liquid, as the vendor's tenants have them (contract, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from liquid import BoundTemplate

Text = Annotated[str, msgspec.Meta(min_length=1)]
"""A text that is not empty."""
ENROLLMENT = (
    "{{code}} is your verification code for {{tenant.friendly_name}}. Please enter this code to verify your enrollment."
)
VERIFICATION = "{{code}} is your verification code for {{tenant.friendly_name}}"
UNIFIED = "{{ code | escape }} is your verification code for {{ friendly_name | escape }}"
"""What the unified phone experience says, enrolling or not."""
VOICE = "Hello. Your verification code for {{tenant.friendly_name}} is {{code}}"
EMAIL = "{{code}} is your verification code for {{tenant.friendly_name}}"


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a text says when somebody enrols, and when somebody signs in; what a call says, and an e-mail."""

    enrollment_message: Text = ENROLLMENT
    verification_message: Text = VERIFICATION
    voice_message: Text = VOICE
    email_message: Text = EMAIL


def values(code: str, friendly_name: str) -> dict[str, object]:
    """What a template may name: `code`, `tenant.friendly_name`, and `friendly_name` as the newer ones call it."""
    return {"code": code, "friendly_name": friendly_name, "tenant": {"friendly_name": friendly_name}}


def render(template: str, given: Mapping[str, object]) -> str:
    """Fill a template; `ValueError` in one line for one that is none."""
    from liquid.exceptions import LiquidError  # noqa: PLC0415  # a tenant that texts nobody starts without it

    try:
        return _parsed(template).render(**given)
    except LiquidError as reason:
        raise ValueError(f"it is not Liquid: {str(reason).splitlines()[0]}") from reason


@cache
def _parsed(template: str) -> BoundTemplate:
    from liquid import Environment  # noqa: PLC0415  # see above

    return Environment().from_string(template)
