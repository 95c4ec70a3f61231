"""Enrolling an e-mail address and a push (contract, 4.1, 4.3). They are confirmed as phones are."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from local_tenant.errors import BAD_EMAIL, Refused
from local_tenant.rules.base import Rule
from local_tenant.rules.mfa_access import Bearer

Answer = dict[str, object]


class OtherEnrolments(Rule):
    """The beginnings that are neither a phone's nor an app's."""

    def associate_email(self, bearer: Bearer, address: str | None) -> Answer:
        """Begin with an address, the person's own if none is named: send it six digits."""
        self.tenant.factors.check_may_enrol("email")
        address = bearer.person.email if address is None else address
        if not self.tenant.emails.is_acceptable(address):
            raise Refused(BAD_EMAIL)
        email = self.tenant.authenticators.add(bearer.person, "email", phone=address)
        code = self.tenant.enrolment.begin(bearer, email)
        return self.tenant.enrolment.phone_answer(code) | self.tenant.recovery_codes.first_of(bearer.person)

    def associate_push(self, bearer: Bearer) -> Answer:
        """Begin with a push: answer the barcode that the vendor's app scans; nobody types digits."""
        self.tenant.factors.check_may_enrol("push-notification")
        push = self.tenant.authenticators.add(bearer.person, "push")
        code = self.tenant.enrolment.begin(bearer, push)
        answer: Answer = {
            "authenticator_type": "oob",
            "barcode_uri": self.barcode_uri(bearer),
            "oob_channel": "auth0",
            "oob_code": code.oob_code,
        }
        return answer | self.tenant.recovery_codes.first_of(bearer.person)

    def barcode_uri(self, bearer: Bearer) -> str:
        """`otpauth://totp/ISSUER:PERSON?enrollment_tx_id&base_url`, in this order."""
        passwords = self.tenant.one_time_passwords
        base_url = quote(self.tenant.tokens.issuer().rstrip("/"), safe="")
        who = f"{quote(passwords.issuer(), safe='')}:{quote(passwords.label(bearer.person), safe='')}"
        return f"otpauth://totp/{who}?enrollment_tx_id={secrets.token_hex(16)}&base_url={base_url}"
