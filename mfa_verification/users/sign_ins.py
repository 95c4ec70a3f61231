"""The sign-ins of a test user: a request that tests alter, and the actions at the MFA challenge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mfa_verification.auth0.authentication import AuthorizationCode, AuthorizationRequest
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.spa_js import SpaJs, is_secure
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.core.outcome import NotApplicable, Obstacle, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.login.credentials import ChallengeAction, Credentials, answer_with
from mfa_verification.login.sign_in import SignIn
from mfa_verification.login.window import Device
from mfa_verification.phones.phone import Watch
from mfa_verification.settings.profile import Application
from mfa_verification.users.held import Account

SMS_SCREEN = "mfa-sms-challenge"
PASSWORD_SCREENS = frozenset({"login", "login-id", "login-password"})
"""The first screens of a sign-in."""
Answering = Callable[[Watch], tuple[ChallengeAction, ...]]
"""Returns the actions at the MFA challenge; takes the watch for the SMS message of the challenge."""


def skip_challenge(_: Watch) -> tuple[ChallengeAction, ...]:
    """Try to skip the challenge."""
    return ()


def with_sms_code(watch: Watch) -> tuple[ChallengeAction, ...]:
    """Answer the challenge with the SMS code."""
    return (answer_with("sms", watch.code),)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A sign-in, by default for the MFA API; tests alter it with `replace`."""

    application: Application
    scope: str = SCOPE
    audience: str | None = None
    """None: the MFA API; empty: no API."""
    password: Secret | None = None
    """None: the user's own."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of `/authorize`, such as `prompt`."""
    device: Device | None = None
    """None: the user's kept device, or a new one."""
    keeps_device: bool = False
    """Sign in on a new device, and keep it."""
    consent: Literal["accept"] | None = None
    """The answer to a consent page; None: the sign-in stops there."""
    enrolls_app: bool = False
    """Set up an app where the pages require enrollment."""


@dataclass(frozen=True, slots=True)
class SignIns:
    """The sign-ins of one test user."""

    account: Account

    def __call__(
        self, application: Application, answering: Answering = skip_challenge, **parts: Any
    ) -> Outcome[Tokens]:
        """Sign in to an application for the MFA API; `parts` are fields of `SignInRequest`."""
        return self.send(SignInRequest(application, **parts), answering)

    @property
    def application(self) -> Application:
        """Return the application of the latest sign-in."""
        return self.account.held.latest(Application)

    def again(self, answering: Answering = skip_challenge, **parts: Any) -> Outcome[Tokens]:
        """Sign in again to the same application."""
        return self(self.application, answering, **parts)

    def send(self, request: SignInRequest, answering: Answering = skip_challenge) -> Outcome[Tokens]:
        """Sign in, and exchange the authorization code for tokens."""
        code = self.get_code(request, answering)
        if code.value is None:
            return code.passed_on("sign in")
        redeemed = self.account.held.take(self.account.tenant.authentication.redeem(code.value))
        return replace(redeemed, action="sign in", screens=code.screens, history=code.history)

    def get_code(self, request: SignInRequest, answering: Answering = skip_challenge) -> Outcome[AuthorizationCode]:
        """Sign in and return the authorization code, without exchanging it."""
        account = self.account
        account.held.keep(request.application)
        if request.keeps_device:
            self.keep_device()
        # The mark is set before the page is shown, because the tenant then sends the message.
        watch = account.phone.watch()
        who = replace(
            self._credentials(request.password),
            moves=answering(watch),
            consent=request.consent,
            app=self._set_up_app if request.enrolls_app else None,
        )
        device = request.device or account.device
        code = authorize(account.tenant, _authorization(account.tenant, request), who, device)
        account.phone.expect(code.screens.count(SMS_SCREEN))
        return account.held.take(code)

    def silently(self, application: Application | None = None) -> Outcome[Tokens]:
        """Request tokens with silent authentication (AF-AUTHZ-17)."""
        return self(application or self.application, parameters={"prompt": "none"})

    def on_two_devices(self, application: Application) -> Outcome[AuthorizationCode]:
        """Start a sign-in on one device, and open the URL of its page on another.

        Where another sign-in starts there instead, as the application's login URL may cause, the outcome is an
        obstacle.
        """
        tenant, who = self.account.tenant, self._credentials()
        request = _authorization(tenant, SignInRequest(application))
        address, begins = f"https://{tenant.profile.host}{request.path}", replace(who, stop_at=PASSWORD_SCREENS)
        started = through_pages(tenant, address, application, begins)
        if started.obstacle is None or started.obstacle.address is None:
            return self.account.held.note(started.passed_on("sign in"))
        landed = through_pages(tenant, started.obstacle.address.reveal(), application, who)
        if landed.value is not None and landed.value.get("state") != Secret(request.state, "state"):
            other = Obstacle("callback", "another sign-in ended here than the one that was started")
            landed = replace(landed, value=None, obstacle=other)
        return self.account.held.note(_code_of(tenant, request, landed))

    def by_sdk(self, application: Application) -> Outcome[Tokens]:
        """Sign in with Auth0's SDK for the MFA API and its scopes; the SDK exchanges the code.

        Raises `NotApplicable` where PKCE does not work in browsers: the callback is neither https nor localhost.
        """
        if not is_secure(application.callback):
            raise NotApplicable("this needs a callback on https or localhost, where the SDK can use PKCE")
        account, tenant = self.account, self.account.tenant
        account.held.keep(application)
        device = tenant.devices.device()
        try:
            sdk = SpaJs(device, application, tenant.profile.host, tenant.sent, tenant.clock)
            address = sdk.login(tenant.profile.mfa_audience, SCOPE)
            landed = through_pages(tenant, address, application, self._credentials(), device)
            if landed.value is None:
                return account.held.take(landed.passed_on("sign in"))
            return account.held.take(replace(sdk.take(landed.value), screens=landed.screens, history=landed.history))
        finally:
            device.close()

    def keep_device(self) -> None:
        """Keep one device, with its cookies, from now on."""
        self.discard_device()
        self.account.device = self.account.tenant.devices.device()

    def discard_device(self) -> None:
        """Close the kept device; each sign-in has a new one again."""
        if self.account.device is not None:
            self.account.device.close()
        self.account.device = None

    def _credentials(self, password: Secret | None = None) -> Credentials:
        return Credentials(self.account.email, password or self.account.password)

    def _set_up_app(self, key: Secret) -> Secret:
        """Type a key into an app, and return the OTP code that confirms it."""
        app = AuthenticatorApp.from_key(key, self.account.email, self.account.tenant.name)
        self.account.held.keep(app)
        return app.confirmation_code(self.account.tenant.clock)


def authorize(
    tenant: Tenant, request: AuthorizationRequest, who: Credentials, device: Device | None = None
) -> Outcome[AuthorizationCode]:
    """Go from `/authorize` to the callback and return its code (AF-AUTHZ-42); on a new device by default."""
    address = f"https://{tenant.profile.host}{request.path}"
    return _code_of(tenant, request, through_pages(tenant, address, request.application, who, device))


def through_pages(
    tenant: Tenant, address: str, application: Application, who: Credentials, device: Device | None = None
) -> Outcome[dict[str, Secret]]:
    """Go from a URL through the tenant's pages to the callback or to an obstacle."""
    on = device or tenant.devices.device()
    try:
        return SignIn(on, address, application.callback, tenant.sent, tenant.pictures).run(who)
    finally:
        if device is None:
            on.close()


def _authorization(tenant: Tenant, request: SignInRequest) -> AuthorizationRequest:
    audience = tenant.profile.mfa_audience if request.audience is None else request.audience
    return tenant.authentication.request(request.application, audience, request.scope, **request.parameters)


def _code_of(
    tenant: Tenant, request: AuthorizationRequest, landed: Outcome[dict[str, Secret]]
) -> Outcome[AuthorizationCode]:
    if landed.value is None:
        return landed.passed_on("sign in")
    return landed.passed_on("sign in", request.code_in(landed.value, tenant.issuer))
