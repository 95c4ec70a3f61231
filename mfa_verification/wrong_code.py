"""A code that looks right and is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection

from mfa_verification.secret import Secret


def wrong_code_for(code: Secret, besides: Collection[Secret] = ()) -> Secret:
    """Return a code as long as `code`, derived from it, equal neither to it nor to any of `besides`.

    Every digit is turned on by the same amount, so the two differ at every place, and no other code that the
    tenant would take can be met by chance. There are nine such codes: `besides` may hold up to eight.
    Raises ValueError where `code` is not made of digits, or all nine are ruled out.
    """
    digits = code.reveal()
    if not re.fullmatch("[0-9]+", digits):
        raise ValueError(f"no wrong code can be derived from the {code.label}: it is not made of digits only")
    for turn in range(1, 10):
        turned = "".join(str((int(digit) + turn) % 10) for digit in digits)
        wrong = Secret(turned, f"wrong {code.label}")
        if wrong not in besides:
            return wrong
    raise ValueError(f"every wrong code derived from the {code.label} is among the {len(besides)} to avoid")
