"""One disposable person: what they can do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mfa_verification.auth0 import forgeries, spa_js
from mfa_verification.auth0.authentication import (
    GRANT_OOB,
    GRANT_OTP,
    GRANT_RECOVERY_CODE,
    IN_HEADER_AND_BODY,
    Confirmation,
    EarnedCode,
)
from mfa_verification.auth0.mfa_api import SCOPE, AppEnrolment, Authenticator, PhoneEnrolment
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.auth0.universal_login.credentials import Credentials, Do, Move, prove
from mfa_verification.auth0.universal_login.window import Device
from mfa_verification.authenticator_app import AuthenticatorApp
from mfa_verification.http.client import Value
from mfa_verification.outcome import NotApplicable, Outcome, Stop
from mfa_verification.people.hand import Hand
from mfa_verification.phones.phone import Phone
from mfa_verification.profile import Application
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause
from mfa_verification.wrong_code import NEARLY_RIGHT, wrong_code_for

SMS_SCREEN = "mfa-sms-challenge"
LIST_SCREEN = "mfa-login-options"


@dataclass(kw_only=True)
class Person(Hand):
    """A user of the tenant, named as in the feature, with a phone of their own.

    Each action returns its outcome and judges nothing; what it got for the person stays in their hand.
    """

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

    def sign_in_on_device_of(self, owner: Person) -> Outcome[Tokens]:
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

    def see_that_sdk_is_here(self) -> None:
        """Raise `NotApplicable` where the SDK, which comes by way of Node.js, is not on this machine."""
        if not spa_js.SCRIPT.is_file():
            missing = "this needs the vendor's SDK for browsers: `make sdk` fetches it, where Node.js is"
            raise NotApplicable(missing, Cause.NODE_MISSING)

    def sign_in_by_sdk(self, application: Application) -> Outcome[Tokens]:
        """Sign in as the vendor's SDK does it, told nothing but the MFA API and its scopes.

        `NotApplicable` where browsers would not let it work: its proof needs a page that they call secure.
        """
        if not spa_js.is_secure(application.callback):
            raise NotApplicable("this needs a callback on https or localhost: the SDK works on no other page")
        self._application = application
        return self.take(self.tenant.sign_in_by_sdk(application, SCOPE, Credentials(self.email, self.password)))

    def ask_by_password(self, application: Application, realm: str = "") -> Outcome[Tokens]:
        """Ask for tokens for the MFA API with the password, and no browser; `realm` names the connection."""
        self._application = application
        audience = self.tenant.profile.mfa_audience
        ask = self.tenant.authentication.by_password
        return self.take(ask(application, audience, SCOPE, self.email, self.password, realm))

    def ask_by_password_for_no_api(self, application: Application) -> Outcome[Tokens]:
        """The same for no API: whether there is a second factor is then the policy's to decide."""
        self._application = application
        authentication = self.tenant.authentication
        return self.take(authentication.by_password(application, None, "openid", self.email, self.password))

    def see_that_nothing_is_asked(self, outcome: Outcome[Tokens]) -> None:
        """Raise `NotApplicable` where whoever has no factor is asked for one as well: by the policy, or an Action."""
        if (outcome.refusal and outcome.refusal.error == "mfa_required") or outcome.stop is Stop.ENROLMENT_ASKED:
            raise NotApplicable(f"this needs a tenant that asks only whoever has a factor, and it met {outcome.met}")
        outcome.answer()

    def refresh(self, scope: str = "") -> Outcome[Tokens]:
        """Ask for new tokens with the refresh token in hand; it stays good where none replaces it (RFC 6749, 6)."""
        held = self.refresh_token
        refreshed = self.tenant.authentication.refresh(self.application, held, scope)
        if refreshed.value is not None and refreshed.value.refresh_token is None:
            refreshed = replace(refreshed, value=replace(refreshed.value, refresh_token=held))
        self._used_refresh_token = held
        return self.take(refreshed)

    def refresh_elsewhere(self, application: Application) -> Outcome[Tokens]:
        """Present the refresh token in hand at another application."""
        return self.tenant.authentication.refresh(application, self.refresh_token)

    def refresh_with_used(self) -> Outcome[Tokens]:
        """Present the refresh token that was used before."""
        return self.tenant.authentication.refresh(self.application, self.used_refresh_token)

    def earn_code(self, application: Application) -> Outcome[EarnedCode]:
        """Sign in as far as the callback; its code is not presented yet."""
        self._application = application
        earned = self.tenant.earn_code(application, SCOPE, Credentials(self.email, self.password))
        self._earned = earned.value or self._earned
        return self.note(earned)

    def present_code(self, application: Application | None = None, **changes: Value) -> Outcome[Tokens]:
        """Present the authorization code of the latest sign-in, once more or as somebody might who found it."""
        return self.tenant.authentication.redeem(self.earned_code, application, **changes)

    def who_am_i(self) -> Outcome[str]:
        """Ask whose the latest token is."""
        return self.tenant.authentication.who(self.tokens.access_token)

    def ask_for_texted_code(self, authenticator_id: str | None = None) -> Outcome[PhoneEnrolment]:
        """Ask for a code by text where a second factor was asked for; the watch for the text begins before."""
        watch = self.phone.look_out()
        outcome = self.note(self.tenant.mfa.challenge_phone(self.application, self.mfa_token, authenticator_id))
        self.phone.expect(1 if outcome.value else 0)
        # Where nothing was asked, there is nothing to answer: an earlier question must not stand in for it.
        self._watch, self._phone_enrolment = (watch if outcome.value else None), outcome.value
        return outcome

    def answer_challenge(self, **changes: Any) -> Outcome[Tokens]:
        """Answer with the texted code where a second factor was asked for; `changes` as for a confirmation."""
        return self.confirm_phone("body", **({"token": self.mfa_token} | changes))

    def have_password_asked_for(self) -> Outcome[bool]:
        """Let somebody ask for the e-mail with which a password is set anew, and name one right away."""
        named = self._named_password = Secret(f"{secrets.token_urlsafe(24)}aA1!", "named password")
        connection = self.tenant.profile.connection
        return self.tenant.authentication.ask_for_new_password(self.application, connection, self.email, named)

    def ask_to_enrol_phone(
        self, token: Secret | None = None, number: str | None = None, channel: str = "sms"
    ) -> Outcome[PhoneEnrolment]:
        """Ask to enrol the phone with the latest token; the watch for its text begins before.

        A text that an earlier enrolment is waiting for is read first: later nobody could tell the two apart.
        """
        if self._watch is not None:
            self._watch.code()
        watch = self.phone.look_out()
        presented = token or self.tokens.access_token
        outcome = self.note(self.tenant.mfa.associate_phone(presented, number or self.phone.number, channel))
        if outcome.value:
            self.phone.expect(1)
            self._earlier_watch, self._watch = self._watch, watch
            self._earlier_phone_enrolment, self._phone_enrolment = self._phone_enrolment, outcome.value
            self._keep_recovery_code(outcome.value)
        return outcome

    def ask_to_be_called(self) -> Outcome[PhoneEnrolment]:
        """Ask to enrol the phone by a call; `NotApplicable` where nobody writes down what a call says."""
        provider = self.phone.provider
        if provider.carrier:
            raise NotApplicable(f"this needs a reader of calls, and PHONE_PROVIDER={provider.name} reads texts alone")
        return self.ask_to_enrol_phone(channel="voice")

    def ask_to_enrol_email(self) -> Outcome[PhoneEnrolment]:
        """Ask to enrol an address that is not the user's own; what is mailed there, nobody reads."""
        return self.note(self.tenant.mfa.associate_email(self.tokens.access_token, f"other-{self.email}"))

    def see_that_confirmation_may_enrol(self) -> None:
        """Raise `NotApplicable` where the token of the confirmation names no such scope (contract, 11, 2)."""
        if "enroll" not in self.tenant.scope_of(self.confirmed):
            raise NotApplicable("this needs a confirmation whose token may enrol, and the tenant's may not")

    def confirm_phone(
        self,
        presented: str,
        *,
        code: Secret | None = None,
        enrolment: PhoneEnrolment | None = None,
        **changes: Any,
    ) -> Outcome[Tokens]:
        """Present the latest token with a code: the texted one of the latest enrolment, unless others are given.

        `changes` are parts of the `Confirmation` that are to be other than they should.
        """
        parameters: dict[str, Value] = {
            "grant_type": GRANT_OOB,
            "oob_code": (enrolment or self.phone_enrolment).oob_code,
            "binding_code": code or self.texted_code(),
        }
        return self._answer("confirm the phone", parameters, presented, changes)

    def ask_to_enrol_app(self, token: Secret | None = None) -> Outcome[AppEnrolment]:
        """Ask to enrol an authenticator app with the latest token, and scan the code that comes."""
        outcome = self.note(self.tenant.mfa.associate_app(token or self.tokens.access_token))
        if outcome.value:
            self._app_enrolment = outcome.value
            self._app = AuthenticatorApp.from_qr(outcome.value.barcode_uri)
            self._keep_recovery_code(outcome.value)
        return outcome

    def confirm_app(self, presented: str, code: Secret | None = None, **changes: Any) -> Outcome[Tokens]:
        """Present the latest token with a code of the app, unless another code is given."""
        otp = code or self.app.confirmation_code(self.tenant.clock)
        parameters: dict[str, Value] = {"grant_type": GRANT_OTP, "otp": otp}
        return self._answer("confirm the authenticator app", parameters, presented, changes)

    def confirming_code(self) -> Secret:
        """Return the code of the latest answer to a factor's question."""
        parameters = self.answered.parameters
        code = parameters.get("binding_code", parameters.get("otp"))
        assert isinstance(code, Secret)
        return code

    def answer_again(self) -> Outcome[Tokens]:
        """Send the latest answer once more, as it was."""
        return self.tenant.authentication.confirm(self.answered)

    def show_recovery_code(self, code: Secret) -> Outcome[Tokens]:
        """Answer with a recovery code where a second factor was asked for; the next one is kept."""
        parameters: dict[str, Value] = {"grant_type": GRANT_RECOVERY_CODE, "recovery_code": code}
        shown = self._answer("show a recovery code", parameters, "body", {"token": self.mfa_token})
        if shown.value and shown.value.recovery_code:
            self._used_recovery_code, self._recovery_code = code, shown.value.recovery_code
        return shown

    def enrol(self, factor: str, application: Application) -> None:
        """Enrol a first factor (`sms`, `otp`), from sign-in to confirmation; raise `TenantFault` for a refusal."""
        self.sign_in(application).answer()
        if factor == "sms":
            self.ask_to_enrol_phone().answer()
            self.confirm_phone(IN_HEADER_AND_BODY).answer()
        else:
            self.ask_to_enrol_app().answer()
            self.confirm_app(IN_HEADER_AND_BODY).answer()

    def enrol_phone_as_far_as_possible(self, application: Application) -> Outcome[Tokens]:
        """Sign in, agree, ask, confirm; return the first outcome that is no answer, or the confirmation's."""
        signed_in = self.sign_in(application, consent="accept")
        if signed_in.value is None:
            return signed_in
        begun = self.ask_to_enrol_phone()
        if begun.value is None:
            return Outcome(begun.action, refusal=begun.refusal)
        return self.confirm_phone(IN_HEADER_AND_BODY)

    def own_phone(self) -> str:
        """Return the id of the phone in their own list."""
        own = self.list_factors().answer()
        phone = next((one for one in own if one.factor == "sms"), None)
        return self._held(phone, "phone in their list").id

    def find_phone(self) -> None:
        """Look their phone up in their own list, and keep what it is called there."""
        self._found_phone = self.own_phone()

    def remove(self, authenticator_id: str) -> Outcome[bool]:
        """Remove an authenticator with the latest token, whoever has it."""
        return self.tenant.mfa.remove(self.tokens.access_token, authenticator_id)

    def list_factors(self) -> Outcome[list[Authenticator]]:
        """Look at their own list with the latest token."""
        return self.tenant.mfa.authenticators(self.tokens.access_token)

    def remove_phone(self) -> Outcome[bool]:
        """Remove the phone from their own list with the latest token."""
        return self.remove(self.own_phone())

    def forged(self, how: str) -> Secret:
        """Return a forgery of the latest token, named as `forgeries` does."""
        return forgeries.FORGERIES[how](self.tokens.access_token)

    def look_up_as_operator(self) -> Outcome[bool]:
        """Ask the Management API for their own user, with the latest token."""
        return self.tenant.management.read_user_with(self.tokens.access_token, self.user_id)

    def wrong_texted_code(self) -> Secret:
        """A code that was not texted: derived from the right one, so that it is never right by chance."""
        return wrong_code_for(self.texted_code())

    def wrong_app_code(self) -> Secret:
        """A code that the app made neither now nor around now."""
        return self.app.wrong_code(self.tenant.clock)

    def nearly_right_code(self, how: str) -> Secret:
        """A code that is the texted one but for a little, as `NEARLY_RIGHT` says."""
        return NEARLY_RIGHT[how](self.texted_code())

    def next_app_code(self) -> Secret:
        """The app's next code, whatever it is for."""
        return self.app.confirmation_code(self.tenant.clock)

    def application_with_wrong_secret(self) -> Application:
        """The application of the latest sign-in, with a secret that is nobody's."""
        return replace(self.application, client_secret=Secret(secrets.token_urlsafe(48), "wrong client secret"))

    def old_app_code(self, seconds: float) -> Secret:
        """A code that the app made so long ago, or will make where that is less than nothing."""
        return self.app.old_code(self.tenant.clock, seconds)

    def wrong_password(self) -> Secret:
        """A password that is nobody's."""
        return Secret(f"{secrets.token_urlsafe(24)}aA1!", "wrong password")

    def app_set_up_by_key(self) -> AuthenticatorApp:
        """Another app, as it would be if its key had been typed instead of its code scanned."""
        return AuthenticatorApp.from_key(self.app_enrolment.secret, self.app.account, self.app.issuer)

    def _set_up_app(self, key: Secret) -> Secret:
        """Type a key that a page shows into an app of theirs, and return the code that confirms it."""
        self._app = AuthenticatorApp.from_key(key, self.email, self.tenant.name)
        return self._app.confirmation_code(self.tenant.clock)

    def _answer(
        self, action: str, parameters: dict[str, Value], presented: str, changes: dict[str, Any]
    ) -> Outcome[Tokens]:
        token = changes.get("token") or self.tokens.access_token
        bearer = token if presented == IN_HEADER_AND_BODY else None
        asked = Confirmation(action, self.application, token, parameters, bearer)
        self._answered = replace(asked, **changes)
        outcome = self.tenant.authentication.confirm(self._answered)
        self._confirmed = outcome.value or self._confirmed
        return outcome

    def _keep_recovery_code(self, enrolment: PhoneEnrolment | AppEnrolment) -> None:
        self._recovery_code = enrolment.recovery_codes[0] if enrolment.recovery_codes else self._recovery_code
