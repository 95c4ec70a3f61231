"""Beginning and confirming an enrolment."""

from __future__ import annotations

from local_tenant.errors import ALREADY_ENROLLED, FACTOR_OFF_BY_CODE, OOB_CODE_OF_ANOTHER_403, Refused
from local_tenant.model import Bearer, Order, SentCode
from local_tenant.rules.enrollment import Answer, Enrolment, Factors
from local_tenant.variations.table import dialect, fault

dialect("disabled-factor-by-its-own-code", Factors.off_row, "AF-ENROLL-33").always(
    FACTOR_OFF_BY_CODE, "A factor that is off is refused as enrollment_method_disabled, with status 400."
)
fault("disabled-factor-enrols", Factors.may_enrol, "AF-API-04").always(True, "A factor that is off can be enrolled.")

fault("opaque-token-enrols-anybody", Enrolment.is_too_little, "AF-ENROLL-09").always(
    False, "The password alone is enough to enrol another factor."
)
fault("code-may-be-left-out", Enrolment.wants_binding_code, "AF-CONF-31").always(
    False, "A confirmation without the texted code is accepted."
)
fault("oob-code-of-another-works", Enrolment.oob_code_fits, "AF-CONF-25").always(
    True, "An enrolment can be confirmed with another person's token."
)
dialect("oob-code-of-another-with-403", Enrolment.of_another_row, "AF-CONF-27").always(
    OOB_CODE_OF_ANOTHER_403, "An oob_code of another transaction is answered with status 403."
)
dialect("associate-demands-client", Enrolment.demands_client, "AF-ENROLL-06").always(
    True, "An application must name itself, and prove it, to begin an enrolment."
)


@fault("opaque-token-enrols-nobody", Enrolment.check_may_begin, "AF-ENROLL-08")
def _(self: Enrolment, bearer: Bearer) -> None:
    """The token of a password grant does not enrol a first factor either."""
    if self.is_too_little(bearer):
        raise Refused(ALREADY_ENROLLED)


@fault("open-enrolment-bars-the-next", Enrolment.check_may_begin, "AF-ENROLL-14")
def _(self: Enrolment, bearer: Bearer) -> None:
    """Whoever has begun an enrolment cannot begin another."""
    Enrolment.check_may_begin(self, bearer)
    authenticators = self.tenant.authenticators
    if not all(authenticators.is_confirmed(one) for one in authenticators.of(bearer.person)):
        raise Refused(ALREADY_ENROLLED)


@dialect("token-from-before-the-first-factor-refused", Enrolment.is_too_little, "AF-ENROLL-13")
def _(self: Enrolment, bearer: Bearer) -> bool:
    """An access token from before the first factor was confirmed enrols nothing more."""
    own = self.tenant.authenticators.of(bearer.person)
    later = any(int(one.confirmed_at or 0) > bearer.issued_at for one in own)
    return bearer.transaction is not None or later


@fault("token-of-a-confirmation-enrols-nothing", Enrolment.is_too_little, "AF-CONF-14")
def _(self: Enrolment, bearer: Bearer) -> bool:
    """The token of a confirmation names `enroll`, and does not enrol."""
    return bearer.transaction is not None or "openid" not in bearer.scopes


@fault("call-is-called-a-text", Enrolment.phone_answer, "AF-ENROLL-19")
def _(self: Enrolment, code: SentCode) -> Answer:
    """The answer says that the code is texted, however it is sent."""
    return Enrolment.phone_answer(self, code) | {"oob_channel": "sms"}


@fault("oob-answer-says-voice", Enrolment.phone_answer, "AF-ENROLL-19")
def _(self: Enrolment, code: SentCode) -> Answer:
    """The answer says that the code is spoken, when it is texted."""
    return Enrolment.phone_answer(self, code) | {"oob_channel": "voice"}


@fault("oob-answer-without-binding-method", Enrolment.phone_answer, "AF-ENROLL-19")
def _(self: Enrolment, code: SentCode) -> Answer:
    """The answer does not say that a code will be asked for."""
    return {name: value for name, value in Enrolment.phone_answer(self, code).items() if name != "binding_method"}


@fault("app-answer-without-barcode", Enrolment.app_answer, "AF-ENROLL-15")
def _(self: Enrolment, secret: str, barcode_uri: str) -> Answer:
    """The answer carries no barcode."""
    return {"authenticator_type": "otp", "secret": secret}


@fault("answer-under-another-token-works", Enrolment.oob_code_fits, "AF-CONF-25")
def _(self: Enrolment, code: SentCode, bearer: Bearer) -> bool:
    """A challenge can be answered under a later mfa_token than the one that asked."""
    return code.user_id == bearer.person.user_id and code.client_id == bearer.application.client_id


@fault("oob-code-of-another-application-works", Enrolment.oob_code_fits, "AF-CONF-25")
def _(self: Enrolment, code: SentCode, bearer: Bearer) -> bool:
    """An enrolment that one application began is confirmed at another one."""
    return code.user_id == bearer.person.user_id


@dialect("presented-token-comes-back", Enrolment.handed_out, "AF-CONF-15")
def _(self: Enrolment, order: Order, bearer: Bearer) -> Answer:
    """A confirmation hands back the access token that was presented, for the rest of its time."""
    left = bearer.expires_at - int(self.tenant.clock.now())
    presented = {"access_token": bearer.access_token, "scope": " ".join(bearer.scopes), "expires_in": left}
    return Enrolment.handed_out(self, order, bearer) | presented
