"""Enrolling a phone and an authenticator app: associate, then confirm (contract, 3.6, 4)."""

from __future__ import annotations

from local_tenant.errors import (
    BAD_BINDING_CODE,
    BAD_OTP,
    BAD_PHONE,
    NO_OTP_ENROLLED,
    OOB_CODE_EXPIRED,
    OOB_CODE_MALFORMED,
    OOB_CODE_OF_ANOTHER,
    Refused,
)
from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode
from local_tenant.rules.mfa_access import Bearer
from local_tenant.rules.tokens import Order
from local_tenant.sealed import seal

Answer = dict[str, object]


class Enrolment(Rule):
    """The two halves of every enrolment."""

    def associate_phone(self, bearer: Bearer, number: str) -> Answer:
        """Begin with a phone: send it six digits, and answer the `oob_code` that names them."""
        self.tenant.factors.check_may_enrol("sms")
        if not self.tenant.phones.is_acceptable(number):
            raise Refused(BAD_PHONE)
        now = self.tenant.clock.now()
        phone = self.tenant.authenticators.add(bearer.person, "sms", phone=number)
        code = SentCode(
            self.tenant.codes.make(), bearer.person.user_id, phone.id, number, now, "enrolment",
            oob_code=seal(now + self.tenant.codes.lifetime()), client_id=bearer.application.client_id,
        )  # fmt: skip
        try:
            self.tenant.messages.send(code)
        except Refused:
            self.tenant.authenticators.remove(phone)
            raise
        self.tenant.store.codes[code.oob_code or ""] = code
        self.tenant.log.add("gd_start_enroll", user_id=bearer.person.user_id, authenticator_id=phone.id)
        return self.phone_answer(code)

    def phone_answer(self, code: SentCode) -> Answer:
        """`authenticator_type`, `binding_method`, `oob_channel`, `oob_code`."""
        return {
            "authenticator_type": "oob",
            "binding_method": "prompt",
            "oob_channel": "sms",
            "oob_code": code.oob_code,
        }

    def associate_app(self, bearer: Bearer) -> Answer:
        """Begin with an authenticator app: answer the secret, and the barcode that carries it."""
        self.tenant.factors.check_may_enrol("otp")
        secret = self.tenant.one_time_passwords.make_secret()
        app = self.tenant.authenticators.add(bearer.person, "totp", secret=secret)
        self.tenant.log.add("gd_start_enroll", user_id=bearer.person.user_id, authenticator_id=app.id)
        return self.app_answer(secret, self.tenant.one_time_passwords.barcode_uri(bearer.person, secret))

    def app_answer(self, secret: str, barcode_uri: str) -> Answer:
        """`authenticator_type`, `secret`, `barcode_uri`."""
        return {"authenticator_type": "otp", "secret": secret, "barcode_uri": barcode_uri}

    def confirm_phone(self, bearer: Bearer, oob_code: str, binding_code: str) -> Answer:
        """Confirm with the texted digits, and answer tokens."""
        code = self.tenant.store.codes.get(oob_code)
        phone = self.tenant.store.authenticators.get(code.authenticator_id) if code else None
        if code is None or phone is None:
            raise Refused(OOB_CODE_MALFORMED)
        if not self.oob_code_fits(code, bearer):
            raise Refused(OOB_CODE_OF_ANOTHER)
        if self.tenant.codes.has_expired(code):
            raise Refused(OOB_CODE_EXPIRED)
        if self._is_locked(bearer) or not self.tenant.codes.is_good(code, binding_code):
            self._refused(bearer, [phone])
            raise Refused(BAD_BINDING_CODE)
        self.tenant.codes.spend(code)
        return self._confirmed(bearer, phone)

    def oob_code_fits(self, code: SentCode, bearer: Bearer) -> bool:
        """An `oob_code` is good only with a token of the person and the application that began the enrolment."""
        return code.user_id == bearer.person.user_id and code.client_id == bearer.application.client_id

    def confirm_app(self, bearer: Bearer, otp: str) -> Answer:
        """Confirm with the app's digits, and answer tokens."""
        candidates = self.app_candidates(bearer)
        if not candidates:
            raise Refused(NO_OTP_ENROLLED)
        locked = self._is_locked(bearer)
        for app in candidates:
            if not locked and self.tenant.one_time_passwords.accept(app, otp):
                return self._confirmed(bearer, app)
        self._refused(bearer, candidates)
        raise Refused(BAD_OTP)

    def app_candidates(self, bearer: Bearer) -> list[Authenticator]:
        """The newest app that waits for its confirmation; if none waits, those that are confirmed."""
        apps = [one for one in self.tenant.authenticators.of(bearer.person) if one.kind == "totp"]
        waiting = [one for one in apps if not self.tenant.authenticators.is_confirmed(one)]
        return waiting[-1:] or apps

    def confirmation(self, bearer: Bearer) -> Answer:
        """The answer to a confirmation: an access token for the MFA API, with the scopes that the rules hand back."""
        tokens = self.tenant.tokens
        scopes = tokens.confirmation_scopes(bearer.scopes)
        now = self.tenant.clock.now()
        order = Order(bearer.person, bearer.application, bearer.audience, scopes, None, now, second_factor=True)
        answer = tokens.answer(order)
        if "id_token" not in answer and tokens.confirmation_has_id_token(bearer.scopes):
            answer["id_token"] = tokens.sign(tokens.id_claims(order))
        return answer

    def _confirmed(self, bearer: Bearer, authenticator: Authenticator) -> Answer:
        first_time = not self.tenant.authenticators.is_confirmed(authenticator)
        self.tenant.authenticators.confirm(authenticator)
        authenticator.last_used_at = self.tenant.clock.now()
        event = "gd_enrollment_complete" if first_time else "gd_auth_succeed"
        self.tenant.log.add(event, user_id=bearer.person.user_id, authenticator_id=authenticator.id)
        return self.confirmation(bearer)

    def _is_locked(self, bearer: Bearer) -> bool:
        locked = self.tenant.limits.is_locked(bearer.person.user_id)
        if locked:
            self.tenant.log.add("gd_otp_rate_limit_exceed", user_id=bearer.person.user_id)
        return locked

    def _refused(self, bearer: Bearer, candidates: list[Authenticator]) -> None:
        self.tenant.limits.count_wrong_code(bearer.person.user_id)
        for one in candidates:
            self.tenant.authenticators.after_wrong_code(one)
        self.tenant.log.add("gd_auth_failed", user_id=bearer.person.user_id, authenticator_id=candidates[0].id)
