"""Enrollment through the MFA API: factors, associate, confirm (AF-ENROLL-01, AF-CONF-01, AF-PHONE-01)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from local_tenant.errors import (
    ALREADY_ENROLLED,
    BAD_BINDING_CODE,
    BAD_EMAIL,
    BAD_OTP,
    FACTOR_DISABLED,
    FOREIGN_OOB_CODE,
    NO_OTP_ENROLLED,
    OOB_CODE_EXPIRED,
    OOB_CODE_MALFORMED,
    PARAMETER_MISSING,
    Refused,
    Row,
)
from local_tenant.model import Authenticator, Bearer, Json, MfaTransaction, SentCode, TokenRequest, User
from local_tenant.rules import Rule


class Factors(Rule):
    """Which factors are enabled, for enrollment and for challenges."""

    def check_may_enroll(self, factor: str) -> None:
        """Refuse the enrollment of a factor that is not enabled."""
        if not self.may_enroll(factor):
            raise Refused(self.disabled_row(), factor=factor)

    def disabled_row(self) -> Row:
        """A disabled factor gets `unsupported_challenge_type` (AF-ENROLL-32)."""
        return FACTOR_DISABLED

    def may_enroll(self, factor: str) -> bool:
        """Only an enabled factor can be enrolled."""
        return self.tenant.store.factors[factor]

    def check_channel_enabled(self, channel: str) -> None:
        """Refuse a channel that is not enabled."""
        if not self.channel_is_enabled(channel):
            raise Refused(self.disabled_row(), factor=channel)

    def channel_is_enabled(self, channel: str) -> bool:
        """The tenant's message types say which channels phones have: SMS, voice calls, or both."""
        return channel in self.tenant.store.message_types

    def is_enabled(self, factor: str) -> bool:
        """Only an enabled factor is challenged at sign-in."""
        return self.tenant.store.factors[factor]


PhoneChannel = Literal["sms", "voice"]


class Enrollment(Rule):
    """Start and confirmation of an enrollment."""

    def check_may_start(self, bearer: Bearer) -> None:
        """With an opaque `mfa_token`, only a user without a factor may enroll one."""
        if self.is_insufficient(bearer) and self.tenant.second_factor.is_enrolled(bearer.user):
            raise Refused(ALREADY_ENROLLED)

    def is_insufficient(self, bearer: Bearer) -> bool:
        """An access token is enough, even one issued before the first factor (AF-ENROLL-12)."""
        return bearer.transaction is not None

    def associate_phone(self, bearer: Bearer, number: str, channel: PhoneChannel = "sms") -> Json:
        """Start the enrollment of a phone: send a code, and return its `oob_code`."""
        self.tenant.factors.check_may_enroll("sms")
        self.tenant.factors.check_channel_enabled(channel)
        if not self.tenant.phones.is_valid(number):
            raise Refused(self.tenant.phones.bad_number_row())
        phone = self.add_phone(bearer.user, number, channel)
        return self.phone_response(self.start(bearer, phone)) | self.tenant.recovery_codes.first_for(bearer.user)

    def add_phone(self, user: User, number: str, channel: PhoneChannel) -> Authenticator:
        """Add an unconfirmed phone; where both channels are enabled, one authenticator for each."""
        phone = self.tenant.authenticators.add(user, channel, phone=number)
        other: PhoneChannel = "voice" if channel == "sms" else "sms"
        if self.tenant.factors.channel_is_enabled(other):
            self.tenant.authenticators.add(user, other, phone=number, device=phone.device)
        return phone

    def start(self, bearer: Bearer, authenticator: Authenticator) -> SentCode:
        """Send the code that confirms an authenticator; remove the authenticator where it cannot be sent."""
        code = self.tenant.challenges.make_code(bearer, authenticator, "enrollment")
        try:
            self.tenant.messages.send(code)
        except Refused:
            self.tenant.authenticators.remove(authenticator)
            raise
        self.tenant.store.codes[code.oob_code or ""] = code
        self.tenant.log.add("gd_start_enroll", user_id=bearer.user.user_id, authenticator_id=authenticator.id)
        return code

    def phone_response(self, code: SentCode) -> Json:
        """Return `authenticator_type`, `binding_method`, `oob_channel` and `oob_code`."""
        return {
            "authenticator_type": "oob",
            "binding_method": "prompt",
            "oob_channel": code.channel,
            "oob_code": code.oob_code,
        }

    def associate_app(self, bearer: Bearer) -> Json:
        """Start the enrollment of an authenticator app: return the secret, and the barcode that contains it."""
        self.tenant.factors.check_may_enroll("otp")
        secret = self.tenant.one_time_passwords.make_secret()
        app = self.tenant.authenticators.add(bearer.user, "totp", secret=secret)
        self.tenant.log.add("gd_start_enroll", user_id=bearer.user.user_id, authenticator_id=app.id)
        answer = self.app_response(secret, self.tenant.one_time_passwords.barcode_uri(bearer.user, secret))
        return answer | self.tenant.recovery_codes.first_for(bearer.user)

    def app_response(self, secret: str, barcode_uri: str) -> Json:
        """Return `authenticator_type`, `secret` and `barcode_uri`."""
        return {"authenticator_type": "otp", "secret": secret, "barcode_uri": barcode_uri}

    def confirm_phone(self, bearer: Bearer, oob_code: str, binding_code: str | None) -> Json:
        """Confirm with the binding code or the accepted push notification, and return tokens."""
        code = self.tenant.store.codes.get(oob_code)
        phone = self.tenant.store.authenticators.get(code.authenticator_id) if code else None
        if code is None or phone is None:
            raise Refused(OOB_CODE_MALFORMED)
        if not self.oob_code_fits(code, bearer):
            raise Refused(self.foreign_oob_code_row())
        if self.tenant.codes.has_expired(code):
            raise Refused(OOB_CODE_EXPIRED)
        if not self.tenant.authenticators.is_confirmed(phone):
            self.check_may_start(bearer)
        if code.channel == "auth0":
            self.tenant.pushes.check(code)
        elif binding_code is None and self.requires_binding_code(code):
            raise Refused(PARAMETER_MISSING, name="binding_code")
        elif binding_code is not None and (refused := self._refusal_of(bearer, code, binding_code)):
            self._count_wrong(bearer, [phone])
            raise Refused(refused)
        self.tenant.codes.mark_used(code)
        return self._confirmed(bearer, phone)

    def requires_binding_code(self, code: SentCode) -> bool:
        """A code that was sent must be entered."""
        return True

    def oob_code_fits(self, code: SentCode, bearer: Bearer) -> bool:
        """An `oob_code` is valid only with a token of the same user, application and transaction."""
        if code.mfa_token is not None and code.mfa_token != bearer.mfa_token:
            return False
        return code.user_id == bearer.user.user_id and code.client_id == bearer.application.client_id

    def foreign_oob_code_row(self) -> Row:
        """An `oob_code` of another transaction gets 400 `invalid_request` (AF-CONF-25, AF-CONF-26)."""
        return FOREIGN_OOB_CODE

    def confirm_app(self, bearer: Bearer, otp: str) -> Json:
        """Confirm with an OTP code, and return tokens."""
        candidates = self.app_candidates(bearer)
        if not candidates:
            raise Refused(self.tenant.challenges.unsupported(NO_OTP_ENROLLED))
        locked = self._is_locked(bearer)
        for app in candidates:
            if not locked and self.tenant.one_time_passwords.accept(app, otp):
                return self._confirmed(bearer, app)
        self._count_wrong(bearer, candidates)
        raise Refused(self.tenant.limits.locked_row(BAD_OTP) if locked else BAD_OTP)

    def app_candidates(self, bearer: Bearer) -> list[Authenticator]:
        """Return the newest pending app; without one, the confirmed apps.

        An enrolled user with only an opaque `mfa_token` must answer with a confirmed app.
        """
        if bearer.transaction is not None and self.tenant.second_factor.is_enrolled(bearer.user):
            return [one for one in self.tenant.second_factor.usable(bearer.user) if one.kind == "totp"]
        apps = [one for one in self.tenant.authenticators.of(bearer.user) if one.kind == "totp"]
        waiting = [one for one in apps if not self.tenant.authenticators.is_confirmed(one)]
        return waiting[-1:] or apps

    def confirmation(self, bearer: Bearer) -> Json:
        """Return the tokens of a confirmation: an access token for the MFA API, with the scopes that the rules grant.

        An opaque `mfa_token` completes the token request that it was issued for (AF-MFA-16).
        """
        if bearer.transaction is not None:
            return self._complete_transaction(bearer.transaction)
        tokens = self.tenant.tokens
        scopes = tokens.confirmation_scopes(bearer.scopes)
        now = self.tenant.clock.now()
        token_request = TokenRequest(
            bearer.user, bearer.application, bearer.audience, scopes, None, now, second_factor=True
        )
        answer = self.token_response(token_request, bearer)
        if "id_token" not in answer and tokens.confirmation_has_id_token(bearer.scopes):
            answer["id_token"] = self.tenant.signatures.sign(tokens.id_claims(token_request))
        return answer

    def token_response(self, token_request: TokenRequest, bearer: Bearer) -> Json:
        """A confirmation returns a new access token, valid for ten minutes (AF-CONF-14)."""
        return self.tenant.tokens.response(token_request)

    def requires_client_authentication(self) -> bool:
        """The token alone starts an enrollment, without client authentication (AF-ENROLL-07)."""
        return False

    def _complete_transaction(self, transaction: MfaTransaction) -> Json:
        transaction.is_completed = True
        now = self.tenant.clock.now()
        return self.tenant.tokens.response(
            replace(transaction.token_request, auth_time=now, second_factor=True, family=None)
        )

    def _confirmed(self, bearer: Bearer, authenticator: Authenticator) -> Json:
        self.complete(bearer.user, authenticator)
        self.tenant.mfa_access.after_confirmation(bearer)
        return self.confirmation(bearer)

    def complete(self, user: User, authenticator: Authenticator) -> None:
        """Confirm an authenticator and its pair, with all consequences."""
        first_time = not self.tenant.authenticators.is_confirmed(authenticator)
        for one in (authenticator, *self.tenant.authenticators.confirmed_with(authenticator)):
            self.tenant.authenticators.confirm(one)
        self.tenant.pushes.add_otp(authenticator)
        self.tenant.recovery_codes.activate(user)
        authenticator.last_used_at = self.tenant.clock.now()
        event = "gd_enrollment_complete" if first_time else "gd_auth_succeed"
        self.tenant.log.add(event, user_id=user.user_id, authenticator_id=authenticator.id)

    def _refusal_of(self, bearer: Bearer, code: SentCode, binding_code: str) -> Row | None:
        """Return the refusal of a binding code, or None where it is right."""
        if self._is_locked(bearer):
            return self.tenant.limits.locked_row(BAD_BINDING_CODE)
        return None if self.tenant.codes.is_valid(code, binding_code) else BAD_BINDING_CODE

    def _is_locked(self, bearer: Bearer) -> bool:
        locked = self.tenant.limits.is_locked(bearer.user.user_id)
        if locked:
            self.tenant.log.add("gd_otp_rate_limit_exceed", user_id=bearer.user.user_id)
        return locked

    def _count_wrong(self, bearer: Bearer, candidates: list[Authenticator]) -> None:
        self.tenant.limits.count_wrong_code(bearer.user.user_id)
        for one in candidates:
            self.tenant.authenticators.after_wrong_code(one)
        self.tenant.log.add("gd_auth_failed", user_id=bearer.user.user_id, authenticator_id=candidates[0].id)


class EmailAndPushEnrollment(Rule):
    """The start of an enrollment by email or push notification."""

    def associate_email(self, bearer: Bearer, address: str | None) -> Json:
        """Start with an email address, by default the user's own: send a code."""
        self.tenant.factors.check_may_enroll("email")
        address = bearer.user.email if address is None else address
        if not self.tenant.emails.is_valid(address):
            raise Refused(BAD_EMAIL)
        email = self.tenant.authenticators.add(bearer.user, "email", phone=address)
        code = self.tenant.enrollment.start(bearer, email)
        return self.tenant.enrollment.phone_response(code) | self.tenant.recovery_codes.first_for(bearer.user)

    def associate_push(self, bearer: Bearer) -> Json:
        """Start with push notifications: return the barcode for the Guardian app. There is no binding code."""
        self.tenant.factors.check_may_enroll("push-notification")
        push = self.tenant.authenticators.add(bearer.user, "push")
        code = self.tenant.enrollment.start(bearer, push)
        answer: Json = {
            "authenticator_type": "oob",
            "barcode_uri": self.barcode_uri(bearer),
            "oob_channel": "auth0",
            "oob_code": code.oob_code,
        }
        return answer | self.tenant.recovery_codes.first_for(bearer.user)

    def barcode_uri(self, bearer: Bearer) -> str:
        """Return `otpauth://totp/ISSUER:USER?enrollment_tx_id&base_url`, in this order."""
        passwords = self.tenant.one_time_passwords
        base_url = quote(self.tenant.tokens.issuer().rstrip("/"), safe="")
        who = f"{quote(passwords.issuer(), safe='')}:{quote(passwords.label(bearer.user), safe='')}"
        return f"otpauth://totp/{who}?enrollment_tx_id={secrets.token_hex(16)}&base_url={base_url}"
