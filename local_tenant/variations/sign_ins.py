"""Signing in on the pages: the transaction, its session, and the second factor."""

from __future__ import annotations

from local_tenant.model import Authenticator, SignIn, User
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import Consents, Sessions, SignIns, Way
from local_tenant.variations.table import fault, look

fault("page-opens-in-any-browser", SignIns.is_of_browser, "AF-AUTHZ-22 AF-AUTHZ-23").always(
    True, "The page of a sign-in is good in whichever browser opens it."
)
look("transaction-expired", SignIns.screen_lifetime, "AF-AUTHZ-21", stops="expired transaction").always(
    0.0, "A screen of the second factor expires before anybody can answer."
)
fault("state-does-not-come-back", SignIns.callback_state, "AF-AUTHZ-02").always(None, "The callback gets no state.")

fault("mfa-audience-does-not-ask", SecondFactor.is_required, "AF-API-14").always(
    False, "The MFA audience does not ask for the second factor."
)
fault("unconfirmed-factor-is-asked-for", SecondFactor.counts, "AF-API-16").always(
    True, "An enrollment that was never confirmed is asked for at sign-in."
)


@fault("silent-request-asks-nobody", Way.check_silent, "AF-AUTHZ-16")
def _(self: Way, sign_in: SignIn) -> None:
    """A silent request of whoever is signed in brings a token, without the second factor."""
    if sign_in.user_id is None:
        Way.check_silent(self, sign_in)


@fault("device-is-remembered-for-everybody", Sessions.device_is_remembered, "AF-LIMIT-18")
def _(self: Sessions, device: str, user_id: str) -> bool:
    """On a device that one user had remembered nobody is asked."""
    return device in self.tenant.store.devices


@look("consent-is-asked", Consents.is_needed, "AF-AUTHZ-29", stops="consent")
def _(self: Consents, sign_in: SignIn) -> bool:
    """Every application asks for consent, until it was given."""
    return "consent" in sign_in.prompts or not self.is_given(sign_in)


@fault("called-phone-is-not-asked-for", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """Whoever has a phone that is called is not asked for it."""
    return SecondFactor.is_required(self, sign_in, user) and not any(one.kind == "voice" for one in self.usable(user))


@fault("connection-in-the-request-asks-nobody", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """Whoever names the connection in the request is not asked for a second factor."""
    return sign_in.connection is None and SecondFactor.is_required(self, sign_in, user)


@fault("factor-counts-where-it-was-enrolled", SecondFactor.is_required, "AF-API-22")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A phone is asked for only at the application at which it was enrolled."""
    codes = self.tenant.store.codes.values()
    at = {code.client_id for code in codes if code.user_id == user.user_id and code.purpose == "enrollment"}
    return SecondFactor.is_required(self, sign_in, user) and sign_in.application.client_id in at


@fault("native-application-asks-nobody", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """At a native application nobody is asked for a second factor."""
    return sign_in.application.app_type != "native" and SecondFactor.is_required(self, sign_in, user)


@fault("second-factor-only-for-enrollment", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """A sign-in for the MFA API that does not ask for `enroll` is let in without the second factor."""
    return SecondFactor.is_required(self, sign_in, user) and "enroll" in sign_in.scopes


@fault("single-factor-is-not-asked-for", SecondFactor.is_required, "AF-API-14")
def _(self: SecondFactor, sign_in: SignIn, user: User) -> bool:
    """Whoever has a single factor is not asked for it."""
    return SecondFactor.is_required(self, sign_in, user) and len(self.offered(user)) > 1


@fault("remembered-device-is-never-asked", SecondFactor.is_forced, "AF-API-17")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """A remembered device is not asked for the second factor, whatever it is to open."""
    return sign_in.wants_second_factor


@fault("challenge-can-be-skipped", SecondFactor.is_settled, "AF-API-14 AF-AUTHZ-42")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """Whoever has seen the challenge may go on without answering it."""
    return sign_in.second_factor or sign_in.authenticator_id is not None


@fault("session-passes-for-a-factor", SecondFactor.is_settled, "AF-API-14 AF-AUTHZ-37")
def _(self: SecondFactor, sign_in: SignIn) -> bool:
    """Who is signed in already is not asked for the second factor."""
    return sign_in.second_factor or (sign_in.auth_time or sign_in.started_at) < sign_in.started_at


@fault("app-is-not-offered", SecondFactor.offered, "AF-PAGE-20")
def _(self: SecondFactor, user: User) -> list[Authenticator]:
    """The authenticator app does not open the door at sign-in."""
    return [one for one in SecondFactor.offered(self, user) if one.kind != "totp"]


@fault("phone-is-not-offered", SecondFactor.offered, "AF-PAGE-20")
def _(self: SecondFactor, user: User) -> list[Authenticator]:
    """The phone does not open the door at sign-in."""
    return [one for one in SecondFactor.offered(self, user) if one.kind != "sms"]


@fault("address-counts-as-a-factor", SecondFactor.is_enrolled, "AF-API-15")
def _(self: SecondFactor, user: User) -> bool:
    """A verified e-mail address counts as a factor of its own."""
    return any(self.counts(one) for one in self.tenant.authenticators.of(user))


@fault("another-text-is-not-sent", SecondFactor.challenge, "AF-PAGE-16")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator) -> None:
    """Who asks for another text gets none; the page says nothing of it."""
    if sign_in.sent_code is None or sign_in.authenticator_id != authenticator.id:
        SecondFactor.challenge(self, sign_in, authenticator)
        return
    self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
    self.tenant.sign_ins.show_screen(sign_in)


@fault("second-text-is-worth-nothing", SecondFactor.challenge, "AF-PAGE-16")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator) -> None:
    """The code that was sent again is refused; only the first one counts."""
    first = sign_in.sent_code if sign_in.authenticator_id == authenticator.id else None
    SecondFactor.challenge(self, sign_in, authenticator)
    sign_in.sent_code = first or sign_in.sent_code


@fault("any-otp-opens-the-door", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """Any one-time password opens the door."""
    return authenticator.kind == "totp" or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("any-text-opens-the-door", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """Any texted code opens the door."""
    return authenticator.kind == "sms" or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("anybodys-text-opens-the-door", SecondFactor.is_right, "AF-CONF-40")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """A code that was texted to somebody else opens the door."""
    sent = {one.digits for one in self.tenant.store.newest_codes.values()}
    return given in sent or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("confirming-text-opens-the-door", SecondFactor.is_right, "AF-LIMIT-03")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """The texted code that confirmed a phone opens the door later."""
    codes = self.tenant.store.codes.values()
    own = {one.digits for one in codes if one.user_id == authenticator.user_id}
    return given in own or SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("late-text-opens-the-door", SecondFactor.is_right, "AF-LIMIT-01")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """A texted code opens the door however late."""
    code = sign_in.sent_code
    if authenticator.kind == "sms" and code is not None:
        return self.tenant.codes.is_good(code, given)
    return SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("only-the-first-method-opens", SecondFactor.is_right, "AF-PAGE-20")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """The code of a method that was taken from the list is refused."""
    first = self.first_offered(self.tenant.users.get(authenticator.user_id))
    return authenticator.id == first.id and SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("spent-otp-opens-the-door", SecondFactor.is_right, "AF-LIMIT-07")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """A one-time password that was used already opens the door."""
    otp = self.tenant.one_time_passwords
    if authenticator.kind != "totp":
        return SecondFactor.is_right(self, sign_in, authenticator, given)
    return any(otp.is_right(authenticator, given, step) for step in otp.accepted_steps())


@fault("used-recovery-code-opens-the-door", SecondFactor.is_right, "AF-CONF-18")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """On the pages a recovery code stays good when it was used."""
    if authenticator.kind == "recovery-code":
        return self.tenant.recovery_codes.is_right(authenticator, given)
    return SecondFactor.is_right(self, sign_in, authenticator, given)


@fault("wrong-code-spends-the-texted-one", SecondFactor.is_right, "AF-PAGE-17")
def _(self: SecondFactor, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
    """After a wrong code at sign-in the texted one is worth nothing."""
    right = SecondFactor.is_right(self, sign_in, authenticator, given)
    sign_in.sent_code = sign_in.sent_code if right else None
    return right
