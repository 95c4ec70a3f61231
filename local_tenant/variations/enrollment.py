"""Beginning and confirming an enrollment."""

from __future__ import annotations

from local_tenant.errors import ALREADY_ENROLLED, FACTOR_OFF_BY_CODE, OOB_CODE_OF_ANOTHER_403, Refused
from local_tenant.model import Bearer, Order, SentCode
from local_tenant.rules.enrollment import Answer, Enrollment, Factors
from local_tenant.variations.table import dialect, fault

dialect("disabled-factor-by-its-own-code", Factors.off_row, "AF-ENROLL-33").always(
    FACTOR_OFF_BY_CODE, "A factor that is off is refused as enrollment_method_disabled, with status 400."
)
fault("disabled-factor-enrolls", Factors.may_enroll, "AF-API-04").always(True, "A factor that is off can be enrolled.")

fault("opaque-token-enrolls-anybody", Enrollment.is_too_little, "AF-ENROLL-09").always(
    False, "The password alone is enough to enroll another factor."
)
fault("code-may-be-left-out", Enrollment.wants_binding_code, "AF-CONF-31").always(
    False, "A confirmation without the texted code is accepted."
)
fault("oob-code-of-another-works", Enrollment.oob_code_fits, "AF-CONF-25").always(
    True, "An enrollment can be confirmed with another user's token."
)
dialect("oob-code-of-another-with-403", Enrollment.of_another_row, "AF-CONF-27").always(
    OOB_CODE_OF_ANOTHER_403, "An oob_code of another transaction is answered with status 403."
)
dialect("associate-demands-client", Enrollment.demands_client, "AF-ENROLL-06").always(
    True, "An application must name itself, and prove it, to begin an enrollment."
)


@fault("opaque-token-enrolls-nobody", Enrollment.check_may_begin, "AF-ENROLL-08")
def _(self: Enrollment, bearer: Bearer) -> None:
    """The token of a password grant does not enroll a first factor either."""
    if self.is_too_little(bearer):
        raise Refused(ALREADY_ENROLLED)


@fault("open-enrollment-bars-the-next", Enrollment.check_may_begin, "AF-ENROLL-14")
def _(self: Enrollment, bearer: Bearer) -> None:
    """Whoever has begun an enrollment cannot begin another."""
    Enrollment.check_may_begin(self, bearer)
    authenticators = self.tenant.authenticators
    if not all(authenticators.is_confirmed(one) for one in authenticators.of(bearer.user)):
        raise Refused(ALREADY_ENROLLED)


@dialect("token-from-before-the-first-factor-refused", Enrollment.is_too_little, "AF-ENROLL-13")
def _(self: Enrollment, bearer: Bearer) -> bool:
    """An access token from before the first factor was confirmed enrolls nothing more."""
    own = self.tenant.authenticators.of(bearer.user)
    later = any(int(one.confirmed_at or 0) > bearer.issued_at for one in own)
    return bearer.transaction is not None or later


@fault("token-of-a-confirmation-enrolls-nothing", Enrollment.is_too_little, "AF-CONF-14")
def _(self: Enrollment, bearer: Bearer) -> bool:
    """The token of a confirmation names `enroll`, and does not enroll."""
    return bearer.transaction is not None or "openid" not in bearer.scopes


@fault("call-is-called-a-text", Enrollment.phone_answer, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Answer:
    """The answer says that the code is texted, however it is sent."""
    return Enrollment.phone_answer(self, code) | {"oob_channel": "sms"}


@fault("oob-answer-says-voice", Enrollment.phone_answer, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Answer:
    """The answer says that the code is spoken, when it is texted."""
    return Enrollment.phone_answer(self, code) | {"oob_channel": "voice"}


@fault("oob-answer-without-binding-method", Enrollment.phone_answer, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Answer:
    """The answer does not say that a code will be asked for."""
    return {name: value for name, value in Enrollment.phone_answer(self, code).items() if name != "binding_method"}


@fault("app-answer-without-barcode", Enrollment.app_answer, "AF-ENROLL-15")
def _(self: Enrollment, secret: str, barcode_uri: str) -> Answer:
    """The answer carries no barcode."""
    return {"authenticator_type": "otp", "secret": secret}


@fault("answer-under-another-token-works", Enrollment.oob_code_fits, "AF-CONF-25")
def _(self: Enrollment, code: SentCode, bearer: Bearer) -> bool:
    """A challenge can be answered under a later mfa_token than the one that asked."""
    return code.user_id == bearer.user.user_id and code.client_id == bearer.application.client_id


@fault("oob-code-of-another-application-works", Enrollment.oob_code_fits, "AF-CONF-25")
def _(self: Enrollment, code: SentCode, bearer: Bearer) -> bool:
    """An enrollment that one application began is confirmed at another one."""
    return code.user_id == bearer.user.user_id


@dialect("presented-token-comes-back", Enrollment.handed_out, "AF-CONF-15")
def _(self: Enrollment, order: Order, bearer: Bearer) -> Answer:
    """A confirmation hands back the access token that was presented, for the rest of its time."""
    left = bearer.expires_at - int(self.tenant.clock.now())
    presented = {"access_token": bearer.access_token, "scope": " ".join(bearer.scopes), "expires_in": left}
    return Enrollment.handed_out(self, order, bearer) | presented
