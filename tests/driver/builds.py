"""Build sign-in pages like those of Universal Login, in two builds: one of 2022 and a newer one."""

from __future__ import annotations

from typing import Literal

Build = Literal["2022", "newer"]
STATE = '<input type="hidden" name="state" value="s">'
SOCIAL = (
    '<form method="post" data-provider="google" data-form-secondary="true">'
    f'{STATE}<input type="hidden" name="connection" value="google">'
    '<button type="submit" data-action-button-secondary="true">Continue with Google</button></form>'
)


STYLE = """<style>
  .hide, .ulp-error-info, .error-details { display: none }
  .ulp-error-info.ulp-validator-error { display: block }
  .no-js { clip-path: inset(50%); position: absolute }
</style>"""
"""Only the stylesheet hides errors that the page's script may show."""


def page(build: Build, *parts: str, language: str = "en", head: str = "", style: str = STYLE) -> str:
    """Return a page of a build with these parts."""
    announcer = '<div id="ulp-error-announcer" aria-live="polite"></div>' if build == "newer" else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>A tenant</title>{head}'
        f'{style}</head><body><main class="_widget c{hash(build) % 99:02}"><section class="_prompt-box-outer">'
        f"{announcer}<h1>Willkommen</h1>{''.join(parts)}</section></main></body></html>"
    )


def form(*parts: str, primary: bool = True) -> str:
    """Return a form with its state."""
    mark = ' data-form-primary="true"' if primary else ""
    return f'<form method="post"{mark}>{STATE}{"".join(parts)}</form>'


def field(build: Build, name: str, kind: str = "text", value: str = "") -> str:
    """Return an input with the labels and hidden messages of its build."""
    if build == "2022":
        return (
            f'<label class="no-js" for="{name}">L</label><input name="{name}" id="{name}" type="{kind}" '
            f'value="{value}" required><div data-dynamic-label-for="{name}" aria-hidden="true">L</div>'
        )
    return (
        f'<div class="ulp-field"><label for="{name}" id="{name}-label">L</label>'
        f'<input name="{name}" id="{name}" type="{kind}" value="{value}" required aria-labelledby="{name}-label"></div>'
        f'<div id="error-cs-{name}-required" class="ulp-error-info">Missing</div>'
        '<div id="error-cs-pattern-mismatch" class="ulp-error-info">Wrong</div>'
    )


def submit(build: Build, value: str = "default", *, primary: bool = True) -> str:
    """Return the button that continues; newer builds have a hidden copy before it."""
    copy = (
        f'<button type="submit" name="action" value="{value}" class="ulp-hidden-form-submit-button" '
        'aria-hidden="true" tabindex="-1">Copy</button>'
    )
    mark = ' data-action-button-primary="true"' if primary else ""
    button = f'<button type="submit" name="action" value="{value}"{mark}>Weiter</button>'
    return (copy if build == "newer" else "") + button


def link(value: str) -> str:
    """Return a form with only a button, which looks like a link."""
    button = f'<button type="submit" name="action" aria-label value="{value}">Anders</button>'
    return form('<input type="hidden" name="rememberBrowser" value="false">', button, primary=False)


REMEMBER = '<input id="rememberBrowser" name="rememberBrowser" type="checkbox" value="true" style="opacity: 0">'
CAPABILITIES = "".join(
    f'<input type="hidden" name="{name}" value="false">'
    for name in ("js-available", "webauthn-available", "is-brave", "webauthn-platform-available")
)
DECOY = '<input class="hide" type="password" autocomplete="off" tabindex="-1" aria-hidden="true">'


def login(build: Build, *extra: str, head: str = "", language: str = "en") -> str:
    """Return a page with email and password."""
    main = form(field(build, "username"), field(build, "password", "password"), submit(build))
    return page(build, SOCIAL, main, SOCIAL, *extra, head=head, language=language)


def identifier(build: Build) -> str:
    """Return a page with the email and an invisible password field."""
    return page(build, form(field(build, "username"), DECOY, CAPABILITIES, submit(build)), SOCIAL)


def password(build: Build) -> str:
    """Return a page with the password and a read-only email."""
    style = "" if build == "2022" else ' class="hide"'
    name = f'<input type="text" name="username" value="ava@example.com" readonly{style}>'
    return page(build, form(name, field(build, "password", "password"), submit(build)), SOCIAL)


def challenge(build: Build, *links: str) -> str:
    """Return a page of an MFA challenge. Its link to other methods has a different name in each build."""
    others = "pick-authenticator" if build == "newer" else "pick-authenticators"
    main = form(field(build, "code"), REMEMBER, submit(build))
    return page(build, main, *(link(value) for value in links), link(others))


def error_in(html: str, name: str, code: str, words: str) -> str:
    """Return the page with an error beside a field."""
    element = f'<span id="error-element-{name}" class="ulp-input-error-message" data-error-code="{code}">{words}</span>'
    return html.replace(f'id="{name}" ', f'id="{name}" aria-invalid="true" ', 1).replace("</h1>", f"</h1>{element}", 1)


def alert_in(html: str, code: str, words: str) -> str:
    """Return the page with an alert on top."""
    return html.replace(
        "</h1>", f'</h1><div id="prompt-alert" class="ulp-alert" data-error-code="{code}">{words}</div>', 1
    )


def phone_challenge(build: Build) -> str:
    """Return a page with the choice between SMS and voice: one form, with an empty hidden button first."""
    empty = '<button type="submit" name="action" value="default" class="hide"></button>'
    choices = "".join(
        f'<input type="radio" name="type" value="{kind}" id="{kind}" style="display: none">'
        f'<label for="{kind}">{kind}</label>'
        for kind in ("voice", "sms")
    )
    button = '<button type="submit" name="action" value="default">Weiter</button>'
    others = '<button type="submit" name="action" aria-label value="pick-authenticator">Anders</button>'
    return page(build, form(empty, choices, button, others))


def options(build: Build, *methods: str) -> str:
    """Return a page with methods, each in its own form."""
    values = [f"{method}::{number}" if build == "2022" else method for number, method in enumerate(methods)]
    buttons = [
        form(f'<button type="submit" name="action" value="{value}">M</button>', primary=False) for value in values
    ]
    return page(build, *buttons)


def enrollment(build: Build, *choices: str) -> str:
    """Return a page with a country and a phone number."""
    country = '<button type="submit" name="action" value="pick-country-code">US, +1</button>'
    return page(build, form(country, field(build, "phone", "tel"), *choices, submit(build)))


def saved(build: Build) -> str:
    """Return a page with a recovery code that must be kept."""
    box = '<input type="checkbox" name="saved" id="saved" value="true"><label for="saved">Saved</label>'
    return page(build, form("<p>ABCD EFGH JKLM NPQR STUV WXYZ</p>", box, submit(build)))


def app_set_up(build: Build, key: str | None = None, *more: str) -> str:
    """Return a page that sets up an authenticator app, with a QR code, or with its key in groups of four."""
    groups = "".join(f"<span>{key[place : place + 4]}</span> " for place in range(0, len(key or ""), 4)) if key else ""
    shown = f"<div><b>{groups}</b></div>" if key else '<img src="data:image/png;base64,AAAA" alt="QR">'
    return page(build, shown, link("toggle-view"), form(field(build, "code"), submit(build)), *more)


def notice_in(html: str, words: str) -> str:
    """Return the page with a notice on top: an alert without an error code."""
    return html.replace("</h1>", f'</h1><div id="prompt-alert" class="ulp-alert success"><p>{words}</p></div>', 1)


def error_page(name: str, words: str) -> str:
    """Return Auth0's error page: a general text, then the name of the error, which is hidden at first."""
    general = "Etwas ging schief. " * 20
    return (
        f"<!DOCTYPE html><html><head><title>A tenant</title>{STYLE}</head><body>"
        f'<div class="unhandled-error-cont"><h3>Oops</h3><p>{general}</p><a href="#">Details</a>'
        f'<div class="error-details"><p class="error-status"><strong>{name}</strong>: {words}</p></div></div>'
        "<script>var words = 'Transaction has expired'</script></body></html>"
    )


def capabilities(build: Build, script: str = "") -> str:
    """Return a page whose script sends what the browser supports, without a button."""
    flags = f'<form method="post" data-form-primary="true">{STATE}{CAPABILITIES}</form>'
    return page(build, flags, f"<script>{script}</script>")


def offers(build: Build, *values: str) -> str:
    """Return a page with these buttons and no field."""
    return page(build, form(*(f'<button type="submit" name="action" value="{value}">B</button>' for value in values)))
