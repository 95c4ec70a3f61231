from local_tenant.rules.pages import Pages


class HiddenDuplicateSubmit(Pages):
    """A hidden copy of the submit button stands before the visible one."""

    kind = "look"
    evidence = "contract, 2.3: civiform/civiform#4994"

    def has_hidden_submit(self) -> bool:
        return True
