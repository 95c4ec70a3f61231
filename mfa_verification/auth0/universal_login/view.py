"""What a person sees of a page: read in one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Decoys, read-only copies and hidden duplicates carry the same names as what a person sees (contract, 2.3, 2.4, 2.11).
# Error elements are known by ids and classes that are part of the pages' contract (2.3).
_LOOK = """() => {
  const seen = element => element.checkVisibility({visibilityProperty: true}) && !element.closest('[aria-hidden=true]');
  const all = (selector, read) => [...document.querySelectorAll(selector)].filter(seen).map(read);
  return {
    title: document.title,
    fields: all('input:not([readonly]):not([type=hidden])', element => element.name),
    actions: all('button[name=action]', element => element.value),
    errors: all('[id^=error-element-], #prompt-alert, .ulp-input-error-message', element => element.innerText.trim()),
    codes: all('[data-error-code]', element => element.dataset.errorCode),
  };
}"""


@dataclass(frozen=True, slots=True)
class View:
    """One page, as far as a sign-in needs to know it."""

    path: str
    title: str
    fields: tuple[str, ...]
    """Names of the inputs that can be filled in."""
    actions: tuple[str, ...]
    """Values of the `action` buttons that can be pressed."""
    errors: tuple[str, ...]
    """The tenant's own words, where it rendered the page with an error."""
    error_codes: tuple[str, ...]
    """Auth0's own names of what went wrong, such as `invalid-code` (contract, 2.3)."""


def look_at(page: Page) -> View:
    """Look at the page; raises Playwright's errors where there is none."""
    seen = page.evaluate(_LOOK)
    return View(
        path=path_of(page),
        title=seen["title"],
        fields=tuple(seen["fields"]),
        actions=tuple(seen["actions"]),
        errors=tuple(dict.fromkeys(text for text in seen["errors"] if text)),
        error_codes=tuple(seen["codes"]),
    )


def path_of(page: Page) -> str:
    """The page's path, without a slash at its end."""
    return urlsplit(page.url).path.rstrip("/")
