from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class RememberedDeviceIsNeverAsked(SecondFactor):
    """A remembered device is not asked for the second factor, whatever it is to open."""

    kind = "fault"
    evidence = "contract, 1.3: remembering a browser has no effect with the MFA audience"

    def is_forced(self, sign_in: SignIn) -> bool:
        return sign_in.wants_second_factor
