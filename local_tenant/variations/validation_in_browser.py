from local_tenant.rules.pages import Pages


class ValidationInBrowser(Pages):
    """The browser looks at the fields first; its errors are always in the page, and mostly hidden."""

    kind = "look"
    evidence = "contract, 2.3 and 2.11: `error-cs-*`"

    def validates_in_browser(self) -> bool:
        return True
