from local_tenant.rules.one_time_passwords import OneTimePasswords
from local_tenant.rules.people import Person


class BarcodeNamesNobody(OneTimePasswords):
    """The barcode does not say whose account it is."""

    kind = "fault"
    evidence = "contract, 4.3: the label names the person"

    def label(self, person: Person) -> str:
        return "user"
