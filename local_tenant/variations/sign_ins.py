"""Variations of sign-in on the pages: sessions and the MFA challenge."""

from __future__ import annotations

from local_tenant.model import Authenticator, SignIn, User
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import Consents, Sessions, SignInFlow, SignIns
from local_tenant.variations import fault, look

fault("sign-in-page-opens-in-any-browser", SignIns.is_of_browser, "AF-AUTHZ-22 AF-AUTHZ-23").always(
    True, "A sign-in page also works in a browser that did not start the sign-in."
)
look("transaction-expired", SignIns.screen_lifetime, "AF-AUTHZ-21", stops="expired transaction").always(
    0.0, "The page of an MFA challenge expires before the user can answer."
)
fault("state-missing", SignIns.callback_state, "AF-AUTHZ-02").always(None, "The callback lacks the state.")

fault("no-mfa-for-the-mfa-audience", SecondFactor.is_required, "AF-API-14").always(
    False, "A sign-in for the MFA API succeeds without an MFA challenge."
)
fault("mfa-with-an-unconfirmed-factor", SecondFactor.is_usable, "AF-API-16").always(
    True, "Sign-in challenges for an unconfirmed enrollment."
)


@fault("no-mfa-with-silent-authentication", SignInFlow.check_silent, "AF-AUTHZ-16")
def _(self: SignInFlow, sign_in: SignIn) -> None:
    """Silent authentication issues a token for the MFA API without MFA."""
    if sign_in.user_id is None:
        SignInFlow.check_silent(self, sign_in)


@fault("device-remembered-for-all-users", Sessions.device_is_remembered, "AF-LIMIT-18")
def _(self: Sessions, device: str, user_id: str) -> bool:
    """A device that one user had remembered is remembered for all users."""
    return device in self.tenant.store.devices


@look("consent-required", Consents.is_needed, "AF-AUTHZ-29", stops="consent")
def _(self: Consents, sign_in: SignIn) -> bool:
    """Every application asks the user for consent once."""
    return "consent" in sign_in.prompts or not self.is_given(sign_in)


@fault("no-mfa-with-a-voice-phone", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A user with a phone for voice calls signs in without an MFA challenge."""
    return SecondFactor.is_required(self, sign_in, user) and not any(one.kind == "voice" for one in self.usable(user))


@fault("no-mfa-with-a-connection-parameter", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A sign-in request that names its connection succeeds without an MFA challenge."""
    return sign_in.connection is None and SecondFactor.is_required(self, sign_in, user)


@fault("mfa-only-at-the-enrolling-application", SecondFactor.is_required, "AF-API-22")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """Only the application at which a factor was enrolled challenges for it."""
    codes = self.tenant.store.codes.values()
    at = {code.client_id for code in codes if code.user_id == user.user_id and code.purpose == "enrollment"}
    return SecondFactor.is_required(self, sign_in, user) and sign_in.application.client_id in at


@fault("no-mfa-at-a-native-application", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A sign-in to a native application succeeds without an MFA challenge."""
    return sign_in.application.app_type != "native" and SecondFactor.is_required(self, sign_in, user)


@fault("mfa-only-for-the-enroll-scope", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A sign-in for the MFA API without the scope `enroll` succeeds without an MFA challenge."""
    return SecondFactor.is_required(self, sign_in, user) and "enroll" in sign_in.scopes


@fault("no-mfa-with-a-single-factor", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A user with one factor signs in without an MFA challenge."""
    return SecondFactor.is_required(self, sign_in, user) and len(self.offered(user)) > 1


@fault("no-mfa-on-a-remembered-device", SecondFactor.is_forced, "AF-API-17")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """On a remembered device a sign-in for the MFA API succeeds without an MFA challenge."""
    return sign_in.wants_second_factor


@fault("challenge-can-be-skipped", SecondFactor.is_completed, "AF-API-14 AF-AUTHZ-42")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """A user who has seen the MFA challenge can continue without answering it."""
    return sign_in.second_factor or sign_in.authenticator_id is not None


@fault("session-replaces-mfa", SecondFactor.is_completed, "AF-API-14 AF-AUTHZ-37")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """A user with a session gets no MFA challenge."""
    return sign_in.second_factor or (sign_in.auth_time or sign_in.started_at) < sign_in.started_at


@fault("app-not-offered-at-sign-in", SecondFactor.offered, "AF-PAGE-20")
def _(self: SecondFactor, user: User) -> list[Authenticator]:
    """Sign-in does not offer the authenticator app."""
    return [one for one in SecondFactor.offered(self, user) if one.kind != "totp"]


@fault("phone-not-offered-at-sign-in", SecondFactor.offered, "AF-PAGE-20")
def _(self: SecondFactor, user: User) -> list[Authenticator]:
    """Sign-in does not offer the phone."""
    return [one for one in SecondFactor.offered(self, user) if one.kind != "sms"]


@fault("verified-email-counts-as-a-factor", SecondFactor.is_enrolled, "AF-API-15")
def _(self: SecondFactor, user: User) -> bool:
    """A verified email address alone counts as an enrolled factor."""
    return any(self.is_usable(one) for one in self.tenant.authenticators.of(user))


@fault("resent-sms-is-not-sent", SecondFactor.challenge, "AF-PAGE-16")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator) -> None:
    """The page's resend button sends no SMS message and shows no error."""
    if sign_in.sent_code is None or sign_in.authenticator_id != authenticator.id:
        SecondFactor.challenge(self, sign_in, authenticator)
        return
    self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
    self.tenant.sign_ins.show_screen(sign_in)


@fault("resent-sms-code-refused", SecondFactor.challenge, "AF-PAGE-16")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator) -> None:
    """The code of a resent SMS message is refused, and only the first code is accepted."""
    first = sign_in.sent_code if sign_in.authenticator_id == authenticator.id else None
    SecondFactor.challenge(self, sign_in, authenticator)
    sign_in.sent_code = first or sign_in.sent_code


@fault("any-otp-signs-in", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """Any OTP code answers the MFA challenge at sign-in."""
    return authenticator.kind == "totp" or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("any-sms-code-signs-in", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """Any SMS code answers the MFA challenge at sign-in."""
    return authenticator.kind == "sms" or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("sms-code-of-another-user-signs-in", SecondFactor.is_right, "AF-CONF-40")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """An SMS code that was sent to another user answers the MFA challenge at sign-in."""
    sent = {one.digits for one in self.tenant.store.newest_codes.values()}
    return given in sent or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("enrollment-sms-code-signs-in", SecondFactor.is_right, "AF-LIMIT-03")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """The SMS code that confirmed a phone answers a later MFA challenge at sign-in."""
    codes = self.tenant.store.codes.values()
    own = {one.digits for one in codes if one.user_id == authenticator.user_id}
    return given in own or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("expired-sms-code-signs-in", SecondFactor.is_right, "AF-LIMIT-01")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """An expired SMS code answers the MFA challenge at sign-in."""
    code = sign_in.sent_code
    if authenticator.kind == "sms" and code is not None:
        return self.tenant.codes.is_valid(code, given)
    return SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("only-the-first-method-accepted", SecondFactor.is_right, "AF-PAGE-20")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """Sign-in refuses the code of every factor but the first."""
    first = self.preferred(self.tenant.users.get(authenticator.user_id))
    return authenticator.id == first.id and SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("used-otp-signs-in", SecondFactor.is_right, "AF-LIMIT-07")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """A used OTP code answers the MFA challenge at sign-in."""
    otp = self.tenant.one_time_passwords
    if authenticator.kind != "totp":
        return SecondFactor.is_right(self, sign_in, authenticator, given)
    return any(otp.is_right(authenticator, given, step) for step in otp.accepted_steps())


@fault("used-recovery-code-signs-in", SecondFactor.is_right, "AF-CONF-18")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """A used recovery code answers the MFA challenge at sign-in."""
    if authenticator.kind == "recovery-code":
        return self.tenant.recovery_codes.is_right(authenticator, given)
    return SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("wrong-code-spends-the-sms-code", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """After a wrong code at sign-in, the right SMS code is refused too."""
    right = SecondFactor.is_right(self, sign_in, authenticator, given)
    sign_in.sent_code = sign_in.sent_code if right else None
    return right
