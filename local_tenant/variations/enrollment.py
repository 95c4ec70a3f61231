"""Variations of starting and confirming an enrollment."""

from __future__ import annotations

from local_tenant.errors import ALREADY_ENROLLED, FACTOR_DISABLED_BY_NAME, FOREIGN_OOB_CODE_403, Refused
from local_tenant.model import Bearer, Json, SentCode, TokenRequest
from local_tenant.rules.enrollment import Enrollment, Factors
from local_tenant.variations import dialect, fault

dialect("disabled-factor-with-its-own-error", Factors.disabled_row, "AF-ENROLL-33").always(
    FACTOR_DISABLED_BY_NAME, "Enrolling a disabled factor is refused with `enrollment_method_disabled` and status 400."
)
fault("disabled-factor-can-be-enrolled", Factors.may_enroll, "AF-API-04").always(
    True, "A disabled factor can be enrolled."
)

fault("mfa-token-enrolls-a-second-factor", Enrollment.is_insufficient, "AF-ENROLL-09").always(
    False, "The opaque `mfa_token` enrolls another factor for a user who already has one."
)
fault("binding-code-not-required", Enrollment.requires_binding_code, "AF-CONF-31").always(
    False, "An enrollment by SMS can be confirmed without a binding code."
)
fault("oob-code-of-another-user-works", Enrollment.oob_code_fits, "AF-CONF-25").always(
    True, "An enrollment can be confirmed with another user's token."
)
dialect("foreign-oob-code-with-403", Enrollment.foreign_oob_code_row, "AF-CONF-27").always(
    FOREIGN_OOB_CODE_403, "The `oob_code` of another transaction is refused with status 403."
)
dialect("associate-requires-client-authentication", Enrollment.requires_client_authentication, "AF-ENROLL-06").always(
    True, "Starting an enrollment requires `client_id` and client authentication."
)


@fault("mfa-token-enrolls-no-factor", Enrollment.check_may_start, "AF-ENROLL-08")
def _(self: Enrollment, bearer: Bearer) -> None:
    """The opaque `mfa_token` cannot enroll a first factor."""
    if self.is_insufficient(bearer):
        raise Refused(ALREADY_ENROLLED)


@fault("pending-enrollment-blocks-the-next", Enrollment.check_may_start, "AF-ENROLL-14")
def _(self: Enrollment, bearer: Bearer) -> None:
    """A user with a pending enrollment cannot start another."""
    Enrollment.check_may_start(self, bearer)
    authenticators = self.tenant.authenticators
    if not all(authenticators.is_confirmed(one) for one in authenticators.of(bearer.user)):
        raise Refused(ALREADY_ENROLLED)


@dialect("token-older-than-the-first-factor-refused", Enrollment.is_insufficient, "AF-ENROLL-13")
def _(self: Enrollment, bearer: Bearer) -> bool:
    """An MFA API token that is older than the first confirmed factor cannot enroll another."""
    own = self.tenant.authenticators.of(bearer.user)
    later = any(int(one.confirmed_at or 0) > bearer.issued_at for one in own)
    return bearer.transaction is not None or later


@fault("token-of-a-confirmation-cannot-enroll", Enrollment.is_insufficient, "AF-CONF-14")
def _(self: Enrollment, bearer: Bearer) -> bool:
    """The token of a confirmation has the scope `enroll` but cannot enroll."""
    return bearer.transaction is not None or "openid" not in bearer.scopes


@fault("oob-channel-is-always-sms", Enrollment.phone_response, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Json:
    """The response says `oob_channel` `sms`, also for a voice call."""
    return Enrollment.phone_response(self, code) | {"oob_channel": "sms"}


@fault("oob-channel-is-always-voice", Enrollment.phone_response, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Json:
    """The response says `oob_channel` `voice`, also for an SMS message."""
    return Enrollment.phone_response(self, code) | {"oob_channel": "voice"}


@fault("oob-enrollment-without-binding-method", Enrollment.phone_response, "AF-ENROLL-19")
def _(self: Enrollment, code: SentCode) -> Json:
    """The response to a phone enrollment lacks `binding_method`."""
    return {name: value for name, value in Enrollment.phone_response(self, code).items() if name != "binding_method"}


@fault("app-enrollment-without-barcode", Enrollment.app_response, "AF-ENROLL-15")
def _(self: Enrollment, secret: str, barcode_uri: str) -> Json:
    """The response to an app enrollment lacks `barcode_uri`."""
    return {"authenticator_type": "otp", "secret": secret}


@fault("challenge-answered-with-another-mfa-token", Enrollment.oob_code_fits, "AF-CONF-25")
def _(self: Enrollment, code: SentCode, bearer: Bearer) -> bool:
    """A challenge can be answered with an `mfa_token` that was issued after it."""
    return code.user_id == bearer.user.user_id and code.client_id == bearer.application.client_id


@fault("oob-code-of-another-application-works", Enrollment.oob_code_fits, "AF-CONF-25")
def _(self: Enrollment, code: SentCode, bearer: Bearer) -> bool:
    """An enrollment that one application started can be confirmed at another one."""
    return code.user_id == bearer.user.user_id


@dialect("confirmation-returns-the-presented-token", Enrollment.token_response, "AF-CONF-15")
def _(self: Enrollment, token_request: TokenRequest, bearer: Bearer) -> Json:
    """A confirmation returns the MFA API token that was sent, with its remaining lifetime."""
    left = bearer.expires_at - int(self.tenant.clock.now())
    presented = {"access_token": bearer.access_token, "scope": " ".join(bearer.scopes), "expires_in": left}
    return Enrollment.token_response(self, token_request, bearer) | presented
