from local_tenant.rules.one_time_passwords import OneTimePasswords


class BarcodeSaysSixtySeconds(OneTimePasswords):
    """The barcode makes apps change their digits every minute."""

    kind = "fault"
    evidence = "contract, 4.3: thirty seconds"

    def barcode_period(self) -> str:
        return "60"
