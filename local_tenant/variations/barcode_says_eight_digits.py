from local_tenant.rules.one_time_passwords import OneTimePasswords


class BarcodeSaysEightDigits(OneTimePasswords):
    """The barcode makes apps show eight digits."""

    kind = "fault"
    evidence = "contract, 4.3: six"

    def barcode_digits(self) -> str:
        return "8"
