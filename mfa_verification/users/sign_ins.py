"""How a test user signs in: one request, altered by values, and what the user does at the MFA challenge."""

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
"""Where a sign-in begins."""
Answering = Callable[[Watch], tuple[ChallengeAction, ...]]
"""What a user does at the MFA challenge; it is given the watch for the SMS message that the challenge sends."""


def skip_challenge(_: Watch) -> tuple[ChallengeAction, ...]:
    """Try to get on without an answer."""
    return ()


def with_sms_code(watch: Watch) -> tuple[ChallengeAction, ...]:
    """Type the SMS code."""
    return (answer_with("sms", watch.code),)


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """One sign-in for the MFA API: as it should be, until `replace` alters a part."""

    application: Application
    scope: str = SCOPE
    audience: str | None = None
    """None is the MFA API, empty is no API."""
    password: Secret | None = None
    """None is the user's own."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of `/authorize`, such as `prompt`."""
    device: Device | None = None
    """None is the device that the user keeps, or a new one."""
    keeps_device: bool = False
    """The user signs in on a new device, and keeps it from now on."""
    consent: Literal["accept"] | None = None
    """What the user answers where consent is asked; None: the sign-in stops there."""
    enrolls_app: bool = False
    """The user sets an app up where the pages demand a factor."""


@dataclass(frozen=True, slots=True)
class SignIns:
    """The sign-ins of one test user."""

    account: Account

    def __call__(
        self, application: Application, answering: Answering = skip_challenge, **parts: Any
    ) -> Outcome[Tokens]:
        """Sign in to an application for the MFA API; `parts` are those of a `SignInRequest`."""
        return self.send(SignInRequest(application, **parts), answering)

    @property
    def application(self) -> Application:
        """The application of the latest sign-in."""
        return self.account.held.latest(Application)

    def again(self, answering: Answering = skip_challenge, **parts: Any) -> Outcome[Tokens]:
        """Sign in to the application of the latest sign-in."""
        return self(self.application, answering, **parts)

    def send(self, request: SignInRequest, answering: Answering = skip_challenge) -> Outcome[Tokens]:
        """Sign in, and exchange the authorization code for tokens."""
        code = self.get_code(request, answering)
        if code.value is None:
            return code.passed_on("sign in")
        redeemed = self.account.held.take(self.account.tenant.authentication.redeem(code.value))
        return replace(redeemed, action="sign in", screens=code.screens, history=code.history)

    def get_code(self, request: SignInRequest, answering: Answering = skip_challenge) -> Outcome[AuthorizationCode]:
        """Sign in as far as the callback, whose code is not exchanged yet."""
        account = self.account
        account.held.keep(request.application)
        if request.keeps_device:
            self.keep_device()
        # The cursor comes before the trigger: the tenant sends the message as soon as it shows the page.
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
        """Request tokens without being shown anything (AF-AUTHZ-17)."""
        return self(application or self.application, parameters={"prompt": "none"})

    def on_two_devices(self, application: Application) -> Outcome[AuthorizationCode]:
        """Begin to sign in on one device, and go on with the page's address alone on another.

        That another sign-in begins there instead, as the application's own login address may make it, is an obstacle.
        """
        tenant, who = self.account.tenant, self._credentials()
        request = _authorization(tenant, SignInRequest(application))
        address, begins = f"https://{tenant.profile.host}{request.path}", replace(who, stop_at=PASSWORD_SCREENS)
        begun = through_pages(tenant, address, application, begins)
        if begun.obstacle is None or begun.obstacle.address is None:
            return self.account.held.note(begun.passed_on("sign in"))
        landed = through_pages(tenant, begun.obstacle.address.reveal(), application, who)
        if landed.value is not None and landed.value.get("state") != Secret(request.state, "state"):
            other = Obstacle("callback", "it ended another sign-in than the one that was begun")
            landed = replace(landed, value=None, obstacle=other)
        return self.account.held.note(_code_of(tenant, request, landed))

    def by_sdk(self, application: Application) -> Outcome[Tokens]:
        """Sign in as the vendor's SDK does it, told nothing but the MFA API and its scopes; it redeems the code too.

        `NotApplicable` where browsers would not let it work: its proof needs a page that they call secure.
        """
        if not is_secure(application.callback):
            raise NotApplicable("this needs a callback on https or localhost: the SDK works on no other page")
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
        """From now on the user signs in on one device, whose cookies are kept."""
        self.discard_device()
        self.account.device = self.account.tenant.devices.device()

    def discard_device(self) -> None:
        """Forget what the kept device holds; each sign-in has a new one again."""
        if self.account.device is not None:
            self.account.device.close()
        self.account.device = None

    def _credentials(self, password: Secret | None = None) -> Credentials:
        return Credentials(self.account.email, password or self.account.password)

    def _set_up_app(self, key: Secret) -> Secret:
        """Type a key that a page shows into an app of the user's, and return the code that confirms it."""
        app = AuthenticatorApp.from_key(key, self.account.email, self.account.tenant.name)
        self.account.held.keep(app)
        return app.confirmation_code(self.account.tenant.clock)


def authorize(
    tenant: Tenant, request: AuthorizationRequest, who: Credentials, device: Device | None = None
) -> Outcome[AuthorizationCode]:
    """Go from `/authorize` to the callback and take its code (AF-AUTHZ-42); on a new device where none is given."""
    address = f"https://{tenant.profile.host}{request.path}"
    return _code_of(tenant, request, through_pages(tenant, address, request.application, who, device))


def through_pages(
    tenant: Tenant, address: str, application: Application, who: Credentials, device: Device | None = None
) -> Outcome[dict[str, Secret]]:
    """Go from an address through the tenant's pages to the application's callback, or to what stops it."""
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
