from local_tenant.rules.one_time_passwords import OneTimePasswords


class BarcodeNamesAnotherIssuer(OneTimePasswords):
    """The barcode names another tenant."""

    kind = "fault"
    evidence = "contract, 4.3: the issuer is the friendly name"

    def issuer(self) -> str:
        return "Another Tenant"
