from local_tenant.rules.sign_ins import SignIn, SignIns


class StateDoesNotComeBack(SignIns):
    """The callback gets no state."""

    kind = "fault"
    evidence = "contract, 1.4: the state of the request"

    def callback_state(self, sign_in: SignIn) -> str | None:
        return None
