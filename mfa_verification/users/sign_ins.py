"""How a person signs in: on which device, by which way, with what they do at the second factor."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from mfa_verification.auth0.authentication import (
    EarnedCode,
)
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.core.wrong_code import wrong_code_for
from mfa_verification.factors.authenticator_app import AuthenticatorApp
from mfa_verification.login.credentials import Credentials, Do, Move, prove
from mfa_verification.login.window import Device
from mfa_verification.phones.phone import Phone
from mfa_verification.settings.profile import Application
from mfa_verification.users.held import Hand

SMS_SCREEN = "mfa-sms-challenge"
LIST_SCREEN = "mfa-login-options"


@dataclass(kw_only=True)
class SignsIn(Hand):
    """Whoever signs in on the tenant's pages, with a password and a phone."""

    email: str
    password: Secret
    user_id: str
    phone: Phone
    tenant: Tenant = field(repr=False)
    _device: Device | None = field(default=None, repr=False)

    def take_new_password(self, password: Secret) -> None:
        """Go on with another password; the former stays in mind."""
        self._former_password, self.password = self.password, password

    def keep_device(self) -> None:
        """From now on they sign in on one device, whose session lives on; until then each sign-in has a new one."""
        self.put_device_away()
        self._device = self.tenant.devices.device()

    def put_device_away(self) -> None:
        """Forget what lives on the device that was kept."""
        if self._device is not None:
            self._device.close()
        self._device = None

    def ask_silently(self, application: Application | None = None) -> Outcome[Tokens]:
        """Ask for tokens without being shown anything (contract, 1.7)."""
        return self.sign_in(application or self.application, prompt="none")

    def see_that_session_lives(self, application: Application | None = None) -> None:
        """Raise `NotApplicable` where this tenant grants nothing silently, whoever asks (contract, 1.8)."""
        silent = self.ask_silently(application)
        if silent.refusal is not None:
            raise NotApplicable(f"this needs a tenant that answers silent requests, and it met {silent.met}")
        silent.answer()

    def sign_in_and_be_remembered(self) -> Outcome[Tokens]:
        """Sign in with the texted code, and have the device remembered."""
        watch = self.phone.look_out()
        return self.sign_in(self.application, moves=(prove("sms", watch.code, remember=True),))

    def have_device_remembered(self) -> None:
        """Keep a device and have it remembered for the application's other APIs, whose policy asks.

        `NotApplicable` where it is asked there all the same: no tenant must remember.
        """
        self.keep_device()
        watch = self.phone.look_out()
        ticked = prove("sms", watch.code, remember=True)
        self.sign_in(self.application, "openid", audience="", moves=(ticked,)).answer()
        again = self.sign_in(self.application, "openid", audience="", prompt="login")
        if again.value is None and again.challenges:
            raise NotApplicable("this needs a tenant that remembers a device, and this one asked again")
        again.answer()

    def sign_in_on_device_of(self, owner: SignsIn) -> Outcome[Tokens]:
        """Sign in for no API on a device that somebody else keeps, and try to pass by the second factor."""
        own, self._device = self._device, owner._device
        try:
            return self.sign_in(self.application, "openid", audience="", prompt="login")
        finally:
            self._device = own

    def sign_in_with_recovery_code(self, code: Secret) -> Outcome[Tokens]:
        """Sign in and type a recovery code, taken from the list of methods; the next one is not written down."""
        signed_in = self.sign_in_with("recovery-code", lambda: code)
        if signed_in.value is not None:
            self._used_recovery_code = code
        return signed_in

    def sign_in_wrongly(self, application: Application, count: int) -> Outcome[Tokens]:
        """Sign in so often with a wrong password."""
        return [self.sign_in(application, password=self.wrong_password()) for _ in range(count)][-1]

    def sign_in_on_two_devices(self, application: Application) -> Outcome[EarnedCode]:
        """Begin to sign in on one device, and go on with its page on another."""
        who = Credentials(self.email, self.password)
        return self.note(self.tenant.earn_code_on_two_devices(application, SCOPE, who))

    def sign_in_after_slips(self, count: int = 1) -> Outcome[Tokens]:
        """Sign in with the texted code, after so many wrong ones."""
        watch = self.phone.look_out()
        slip = prove("sms", lambda: wrong_code_for(watch.code()))
        return self.sign_in(self.application, moves=(*[slip] * count, prove("sms", watch.code)))

    def sign_in_with(self, factor: str, code: Callable[[], Secret]) -> Outcome[Tokens]:
        """Sign in and type a code of somebody's own choice."""
        return self.sign_in(self.application, moves=(prove(factor, code),))

    def sign_in_late(self, seconds: float) -> Outcome[Tokens]:
        """Sign in with the texted code, typed so long after it came."""
        watch = self.phone.look_out()

        def code() -> Secret:
            texted = watch.code()
            self.tenant.let_time_pass(seconds)
            return texted

        return self.sign_in_with("sms", code)

    def sign_in_by_second_text(self) -> Outcome[Tokens]:
        """Sign in with the code of a second text, asked for where the first one's was."""
        watch = self.phone.look_out()
        return self.sign_in(self.application, moves=(Move(Do.RESEND), prove("sms", lambda: watch.codes(2)[-1])))

    def sign_in_by_phone_from_list(self) -> Outcome[Tokens]:
        """Sign in with the texted code, taken from the list of methods.

        `NotApplicable` where the phone is asked for first: taken from the list as well, it would be texted twice.
        """
        watch = self.phone.look_out()
        signed_in = self.sign_in(self.application, moves=(prove("sms", watch.code),))
        if SMS_SCREEN in signed_in.screens and LIST_SCREEN not in signed_in.screens:
            raise NotApplicable("this needs a tenant that asks for the app first, and this one asked for the phone")
        return signed_in

    def sign_in(
        self,
        application: Application,
        scope: str = SCOPE,
        factor: str | None = None,
        *,
        wrongly: bool = False,
        audience: str | None = None,
        password: Secret | None = None,
        moves: tuple[Move, ...] = (),
        consent: Literal["accept"] | None = None,
        enrols_app: bool = False,
        **asked: str,
    ) -> Outcome[Tokens]:
        """Sign in, on a device never used before unless they kept one, proving `factor` (`sms`, `otp`) where asked.

        Without a factor they try to pass by the challenge; `wrongly`: they type a code that was not texted;
        `moves`: what they do at the second factor instead; `consent`: what they answer where it is asked;
        `enrols_app`: they set an app up where the pages demand a factor. `asked`: further parameters, such as `prompt`.
        """
        self._application = application
        # The cursor comes before the trigger: the tenant texts as soon as it shows the page.
        watch = self.phone.look_out()
        texted = (lambda: wrong_code_for(watch.code())) if wrongly else watch.code
        code = {"sms": texted, "otp": lambda: self.app.sign_in_code(self.tenant.clock)}.get(factor or "")
        app = self._set_up_app if enrols_app else None
        who = Credentials(self.email, password or self.password, factor, code, moves, consent, app=app)
        earned = self.tenant.earn_code(application, scope, who, self._device, audience, **asked)
        self.phone.expect(earned.screens.count(SMS_SCREEN))
        if earned.value is None:
            missed: Outcome[Tokens] = Outcome(
                "sign in", None, earned.refusal, earned.obstacle, earned.screens, earned.history
            )
            return self.note(missed)
        self._earned = earned.value
        redeemed = self.take(self.tenant.authentication.redeem(earned.value))
        return replace(redeemed, action="sign in", screens=earned.screens, history=earned.history)

    def wrong_password(self) -> Secret:
        """A password that is nobody's."""
        return Secret(f"{secrets.token_urlsafe(24)}aA1!", "wrong password")

    def _set_up_app(self, key: Secret) -> Secret:
        """Type a key that a page shows into an app of theirs, and return the code that confirms it."""
        self._app = AuthenticatorApp.from_key(key, self.email, self.tenant.name)
        return self._app.confirmation_code(self.tenant.clock)
