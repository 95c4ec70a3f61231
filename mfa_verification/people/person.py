"""One disposable person: what they can do, and what they have in hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from mfa_verification.arrangement import NotApplicable
from mfa_verification.auth0.mfa_api import SCOPE, AppEnrolment, PhoneEnrolment
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.auth0.universal_login.credentials import Credentials, Do, Move, prove
from mfa_verification.auth0.universal_login.window import Device
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.outcome import Outcome
from mfa_verification.phones.phone import Phone, Watch
from mfa_verification.profile import Application
from mfa_verification.secret import Secret
from mfa_verification.wrong_code import wrong_code_for

T = TypeVar("T")
SMS_SCREEN = "mfa-sms-challenge"


class NothingInHand(LookupError):
    """A step wanted what no step before it gave the person: the scenario is written wrong."""


@dataclass
class Person:
    """A user of the tenant, named as in the feature, with a phone of their own.

    Each action returns its outcome and judges nothing; what it got for the person stays in their hand.
    """

    name: str
    email: str
    password: Secret
    user_id: str
    phone: Phone
    tenant: Tenant = field(repr=False)
    _application: Application | None = None
    _tokens: Tokens | None = None
    _phone_enrolment: PhoneEnrolment | None = None
    _app_enrolment: AppEnrolment | None = None
    _app: AuthenticatorApp | None = None
    _watch: Watch | None = None
    _device: Device | None = field(default=None, repr=False)

    def keep_device(self) -> None:
        """From now on they sign in on one device, whose session lives on; until then each sign-in has a new one."""
        self.put_device_away()
        self._device = self.tenant.devices.device()

    def put_device_away(self) -> None:
        """Forget what lives on the device that was kept."""
        if self._device is not None:
            self._device.close()
        self._device = None

    def ask_silently(self) -> Outcome[Tokens]:
        """Ask for tokens without being shown anything (contract, 1.7)."""
        return self.sign_in(self.application, prompt="none")

    def see_that_session_lives(self) -> None:
        """Raise `NotApplicable` where this tenant grants nothing silently, whoever asks (contract, 1.8)."""
        silent = self.ask_silently()
        if silent.refusal is not None:
            raise NotApplicable(f"this needs a tenant that answers silent requests, and it met {silent.met}")
        silent.answer()

    def sign_in_and_be_remembered(self) -> Outcome[Tokens]:
        """Sign in with the texted code, and have the device remembered."""
        watch = self.phone.look_out()
        return self.sign_in(self.application, moves=(prove("sms", watch.code, remember=True),))

    def sign_in_after_a_slip(self) -> Outcome[Tokens]:
        """Sign in with the texted code, after a wrong one."""
        watch = self.phone.look_out()
        slip = prove("sms", lambda: wrong_code_for(watch.code()))
        return self.sign_in(self.application, moves=(slip, prove("sms", watch.code)))

    def sign_in_by_second_text(self) -> Outcome[Tokens]:
        """Sign in with the code of a second text, asked for where the first one's was."""
        watch = self.phone.look_out()
        return self.sign_in(self.application, moves=(Move(Do.RESEND), prove("sms", lambda: watch.codes(2)[-1])))

    def sign_in_by_app_from_list(self) -> Outcome[Tokens]:
        """Sign in with the app's code, taken from the list of methods whatever is asked for first."""
        code = prove("otp", lambda: self.app.sign_in_code(self.tenant.clock))
        return self.sign_in(self.application, moves=(Move(Do.OTHER), code))

    def sign_in(
        self,
        application: Application,
        scope: str = SCOPE,
        factor: str | None = None,
        *,
        wrongly: bool = False,
        moves: tuple[Move, ...] = (),
        **asked: str,
    ) -> Outcome[Tokens]:
        """Sign in, on a device never used before unless they kept one, proving `factor` (`sms`, `otp`) where asked.

        Without a factor they try to pass by the challenge; `wrongly`: they type a code that was not texted;
        `moves`: what they do at the second factor instead. `asked`: further parameters, such as `prompt`.
        """
        self._application = application
        # The cursor comes before the trigger: the tenant texts as soon as it shows the page.
        watch = self.phone.look_out()
        texted = (lambda: wrong_code_for(watch.code())) if wrongly else watch.code
        code = {"sms": texted, "otp": lambda: self.app.sign_in_code(self.tenant.clock)}.get(factor or "")
        who = Credentials(self.email, self.password, factor, code, moves)
        outcome = self.tenant.sign_in(application, scope, who, self._device, **asked)
        self.phone.expect(outcome.screens.count(SMS_SCREEN))
        self._tokens = outcome.value or self._tokens
        return outcome

    def ask_to_enrol_phone(self) -> Outcome[PhoneEnrolment]:
        """Ask to enrol the phone with the latest token; the watch for its text begins before."""
        watch = self.phone.look_out()
        outcome = self.tenant.mfa.associate_phone(self.tokens.access_token, self.phone.number)
        if outcome.value:
            self.phone.expect(1)
            self._watch, self._phone_enrolment = watch, outcome.value
        return outcome

    def confirm_phone(
        self, presented: str, *, code: Secret | None = None, enrolment: PhoneEnrolment | None = None
    ) -> Outcome[Tokens]:
        """Present the latest token with a code: the texted one of the latest enrolment, unless others are given."""
        return self.tenant.authentication.confirm_phone(
            self.application,
            self.tokens.access_token,
            (enrolment or self.phone_enrolment).oob_code,
            code or self.texted_code(),
            presented,
        )

    def ask_to_enrol_app(self) -> Outcome[AppEnrolment]:
        """Ask to enrol an authenticator app with the latest token, and scan the code that comes."""
        outcome = self.tenant.mfa.associate_app(self.tokens.access_token)
        if outcome.value:
            self._app_enrolment = outcome.value
            self._app = AuthenticatorApp.from_qr(outcome.value.barcode_uri)
        return outcome

    def confirm_app(self, presented: str, code: Secret | None = None) -> Outcome[Tokens]:
        """Present the latest token with a code of the app, unless another code is given."""
        otp = code or self.app.confirmation_code(self.tenant.clock)
        return self.tenant.authentication.confirm_app(self.application, self.tokens.access_token, otp, presented)

    def enrol_phone_as_far_as_possible(self, application: Application) -> Outcome[Tokens]:
        """Sign in, ask, confirm; return the first outcome that is no answer, or the confirmation's."""
        signed_in = self.sign_in(application)
        if signed_in.value is None:
            return signed_in
        begun = self.ask_to_enrol_phone()
        if begun.value is None:
            return Outcome(begun.action, refusal=begun.refusal)
        return self.confirm_phone("header and body")

    def texted_code(self) -> Secret:
        """The code that the phone received for the latest enrolment; the one text, read once."""
        return self._held(self._watch, "text to wait for").code()

    def wrong_texted_code(self) -> Secret:
        """A code that was not texted: derived from the right one, so that it is never right by chance."""
        return wrong_code_for(self.texted_code())

    def wrong_app_code(self) -> Secret:
        """A code that the app made neither now nor around now."""
        return self.app.wrong_code(self.tenant.clock)

    @property
    def application(self) -> Application:
        """The application of the latest sign-in."""
        return self._held(self._application, "application")

    @property
    def tokens(self) -> Tokens:
        """The tokens of the latest sign-in."""
        return self._held(self._tokens, "tokens")

    @property
    def has_tokens(self) -> bool:
        """Whether any sign-in gave them tokens."""
        return self._tokens is not None

    @property
    def phone_enrolment(self) -> PhoneEnrolment:
        """The latest enrolment of the phone that was begun."""
        return self._held(self._phone_enrolment, "begun enrolment of a phone")

    @property
    def app_enrolment(self) -> AppEnrolment:
        """The latest enrolment of an authenticator app that was begun."""
        return self._held(self._app_enrolment, "begun enrolment of an app")

    @property
    def app(self) -> AuthenticatorApp:
        """The authenticator app, once its code was scanned."""
        return self._held(self._app, "authenticator app")

    def app_set_up_by_key(self) -> AuthenticatorApp:
        """Another app, as it would be if its key had been typed instead of its code scanned."""
        return AuthenticatorApp.from_key(self.app_enrolment.secret, self.app.account, self.app.issuer)

    def _held(self, thing: T | None, what: str) -> T:
        if thing is None:
            raise NothingInHand(f"{self.name} has no {what}: no step before gave it to them")
        return thing
