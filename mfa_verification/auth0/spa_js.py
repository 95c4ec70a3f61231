"""Runs the unchanged @auth0/auth0-spa-js on a page of the application, for the login request and the code exchange."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.clock import TenantClock
from mfa_verification.core.exchange import Exchange, exchange_of
from mfa_verification.core.outcome import Inconclusive, Outcome, Refusal, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser_window import BrowserDevice, browser_errors
from mfa_verification.login.window import Device
from mfa_verification.settings.profile import Application

if TYPE_CHECKING:
    from playwright.sync_api import Request, Response

TOKEN = "/oauth/token"
SCRIPT = (
    Path(__file__).parents[2]
    / "tools" / "spa_js" / "node_modules" / "@auth0" / "auth0-spa-js" / "dist" / "auth0-spa-js.production.js"
)  # fmt: skip
"""Installed by `make sdk`."""
LOGIN = """async (it) => {
    window.client = new auth0.Auth0Client({
        domain: it.domain, clientId: it.client_id, authorizationParams: {redirect_uri: it.callback}
    })
    let address
    const authorizationParams = {audience: it.audience, scope: it.scope}
    await client.loginWithRedirect({authorizationParams, openUrl: (url) => { address = url }})
    window.asked = {authorizationParams, detailedResponse: true}
    return address
}"""
TAKE = """async (address) => {
    try {
        await client.handleRedirectCallback(address)
        return await client.getTokenSilently(asked)
    } catch (met) {
        return {error: met.error || "", words: met.error_description || met.message}
    }
}"""

NOT_ALLOWED = ("AllowOrigin", "DisallowedByPreflightResponse")
"""Chromium's CORS errors that mean the tenant does not allow the page; others may be network errors."""


def is_secure(callback: str) -> bool:
    """Return whether a page at that address may use Web Crypto, which PKCE needs: https or localhost."""
    parts = urlsplit(callback)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"))


class SpaJs:
    """The SDK on a page of the browser in which the user signs in."""

    def __init__(
        self, device: Device, application: Application, host: str, record: list[Exchange], clock: TenantClock
    ) -> None:
        """Open the page and load the SDK; its requests to `host` are added to `record`."""
        assert isinstance(device, BrowserDevice), "a scenario with the SDK has the tag @browser"
        self._application, self._host, self._record, self._clock = application, host, record, clock
        self._kept_from_page = ""
        self._statuses: list[int] = []
        self._page = device.site(application.callback)
        self._asked = False
        self._page.on("request", self._requested)
        self._page.on("response", self._note)
        with browser_errors("load the SDK"):
            self._page.add_script_tag(path=SCRIPT)
            wire = self._page.context.new_cdp_session(self._page)
            wire.send("Network.enable")
            wire.on("Network.responseReceivedExtraInfo", lambda event: self._statuses.append(event["statusCode"]))
            wire.on("Network.loadingFailed", self._failed)

    def login(self, audience: str, scope: str) -> str:
        """Return the URL to which the SDK sends the user."""
        known = {
            "domain": self._host, "client_id": self._application.client_id, "callback": self._application.callback,
            "audience": audience, "scope": scope,
        }  # fmt: skip
        with browser_errors("run the SDK's login request"):
            return str(self._page.evaluate(LOGIN, known))

    def take(self, callback: Mapping[str, Secret]) -> Outcome[Tokens]:
        """Give the callback to the SDK, and return the tokens that it gets."""
        query = urlencode({name: value.reveal() for name, value in callback.items()})
        address = f"{self._application.callback}{'&' if '?' in self._application.callback else '?'}{query}"
        with browser_errors("run the SDK's callback handling"):
            met: dict[str, Any] = self._page.evaluate(TAKE, address)
        action = "exchange the code for tokens with the SDK"
        if "error" not in met:
            return Outcome(action, self._tokens(met))
        self._raise_for_outage()
        words = str(met["words"]).partition("\n")[0]
        if met["error"] and self._statuses and self._statuses[-1] >= 400:
            return Outcome(action, refusal=Refusal(self._statuses[-1], met["error"], words))
        raise self._exchange_failure(words)

    def _tokens(self, met: Mapping[str, Any]) -> Tokens:
        return Tokens(
            access_token=Secret(met["access_token"], "access token"),
            token_type=met.get("token_type", ""),
            expires_in=met["expires_in"],
            scope=frozenset(str(met.get("scope") or "").split()),
            id_token=Secret(met["id_token"], "id token"),  # the SDK accepts no response without one
            received_at=self._clock.now(),
        )

    def _raise_for_outage(self) -> None:
        """Raise `Inconclusive` for a response that says nothing about the tenant, even if the page cannot read it."""
        status = self._statuses[-1] if self._statuses else None
        if status == 429:
            raise Inconclusive(Cause.RATE_LIMITED, f"{TOKEN} returned {status} to the SDK: too many requests")
        if status is not None and status >= 500:
            raise Inconclusive(Cause.TENANT_UNAVAILABLE, f"{TOKEN} returned {status} to the SDK")

    def _exchange_failure(self, words: str) -> TenantFault | Inconclusive:
        """Return the error for a callback or response that the SDK or the browser does not accept."""
        if self._kept_from_page:
            parts = urlsplit(self._application.callback)
            page = f"a page of {parts.scheme}://{parts.netloc}"
            kept = f"the tenant does not allow {page} to read its responses ({self._kept_from_page})"
            return TenantFault(Cause.UNEXPECTED_REFUSAL, kept)
        if self._statuses[-1:] == [200]:
            return TenantFault(Cause.TOKEN_NOT_VALID, f"the SDK does not accept the tokens: {words}")
        if not self._asked:
            return TenantFault(Cause.CALLBACK_NOT_VALID, f"the SDK does not accept the callback: {words}")
        return Inconclusive(Cause.TENANT_UNREACHABLE, f"the SDK got no response from {TOKEN}: {words}")

    def _requested(self, request: Request) -> None:
        self._asked = self._asked or urlsplit(request.url).path == TOKEN

    def _note(self, response: Response) -> None:
        request = response.request
        if urlsplit(request.url).netloc == self._host:
            headers = {name.title(): value for name, value in request.headers.items()}
            sent = exchange_of(request.method, request.url, headers, request.post_data_buffer, response.status)
            self._record.append(sent)

    def _failed(self, event: Mapping[str, Any]) -> None:
        """Note a response that the browser withholds from the page for want of CORS headers."""
        why = event.get("corsErrorStatus", {}).get("corsError", "")
        if any(words in why for words in NOT_ALLOWED):
            self._kept_from_page = why
