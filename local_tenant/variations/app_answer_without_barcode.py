from local_tenant.rules.enrolment import Answer, Enrolment


class AppAnswerWithoutBarcode(Enrolment):
    """The answer carries no barcode."""

    kind = "fault"
    evidence = "contract, 4.3: `barcode_uri`"

    def app_answer(self, secret: str, barcode_uri: str) -> Answer:
        return {"authenticator_type": "otp", "secret": secret}
