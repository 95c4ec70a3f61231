"""What a page says beside the screen that it is: that it is ready, an error, or trouble that speaks of no tenant."""

from __future__ import annotations

from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive, Obstacle, Stop, stop_named
from mfa_verification.login.screens import STOPS, TROUBLE, Does, screen_at
from mfa_verification.login.window import CODES_AND_KEYS, View

ERROR_SCREEN = "error page"
_RATE_LIMIT = "rate limit for endpoint"  # contract, 1.7: not translated


def is_ready(view: View) -> bool:
    """Say whether the page says enough to act on; what is still being rendered does not."""
    if view.error_page or (view.status is not None and (view.status == 429 or view.status >= 500)):
        return True
    if view.place is None:
        return is_error_page(view)
    screen = screen_at(view.place, view.fields)
    if view.errors or view.captcha:
        return True
    if screen is None:
        return False
    alternatives = (*screen.presses, *screen.others) if screen.does is not Does.STOPS else ()
    is_offer = screen.does is Does.PICKS and view.actions
    return screen.does is Does.STOPS or bool(is_offer) or view.way(tuple(screen.fills), alternatives) is not None


def is_error_page(view: View) -> bool:
    """Say whether an error page is the tenant's own: one of something in between says nothing of the tenant.

    Where a tenant made its own page, Auth0's words tell, except the ones that a firewall may say as well.
    """
    return view.error_page or stop_named("", view.text) not in (None, Stop.ACCOUNT_BLOCKED)


def refuse_trouble(view: View) -> None:
    """Raise `Inconclusive` for what says nothing about the tenant, whichever page it is shown on."""
    words = f': "{said_on(view)}"' if view.errors else ""
    if view.status is not None and view.status >= 500:
        raise Inconclusive(Cause.TENANT_UNAVAILABLE, f"{view.path} answered {view.status}{words}")
    # Who is blocked is told so, whatever the status: that speaks of the person, not of the rate (contract, 8).
    is_blocked = any(STOPS.get(code) is Stop.ACCOUNT_BLOCKED for code in view.codes)
    if (view.status == 429 and not is_blocked) or _RATE_LIMIT in view.text:
        raise Inconclusive(Cause.RATE_LIMITED, f"{view.path} answered {view.status}, too many requests{words}")
    if view.captcha:
        raise Inconclusive(Cause.CAPTCHA, f"{view.path} asks for a captcha{words}")
    for code in view.codes:
        if code in TROUBLE:
            raise Inconclusive(TROUBLE[code], f"{view.path} answered {code}{words}")


def error_page_of(view: View) -> Obstacle:
    """Return the stop at an error page of the tenant's own."""
    words = _readable(view.text)
    stop = stop_named("", view.text) or Stop.ERROR_PAGE
    return Obstacle(ERROR_SCREEN, f'the tenant answered {view.status}: "{words}"', stop, words)


def unknown(view: View) -> Inconclusive:
    """Say of a page that is no known screen all that an entry for it needs."""
    return Inconclusive(
        Cause.UNKNOWN_SCREEN,
        f'the page at {view.path} ("{view.title}", status {view.status}) is no screen that is known; '
        f"its fields: {', '.join(sorted(view.fields)) or 'none'}; its buttons: {', '.join(view.actions) or 'none'}; "
        f'it says "{_readable(view.text)[:160]}"; docs/sign-in.md says what to do',
    )


def said_on(view: View) -> str:
    """Return the tenant's words of what went wrong: a page may repeat what was typed."""
    return _readable("; ".join(view.errors))


def _readable(text: str) -> str:
    """Return a page's words in one line, without what looks like a code or a key."""
    return CODES_AND_KEYS.sub("•••", " ".join(text.split()))[:300]
