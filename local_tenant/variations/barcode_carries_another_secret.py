from local_tenant.rules.one_time_passwords import OneTimePasswords


class BarcodeCarriesAnotherSecret(OneTimePasswords):
    """The barcode carries another secret than the one beside it."""

    kind = "fault"
    evidence = "contract, 4.3: the same secret in both"

    def barcode_secret(self, secret: str) -> str:
        return self.make_secret()
