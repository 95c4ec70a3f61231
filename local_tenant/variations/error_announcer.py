from local_tenant.rules.pages import Pages


class ErrorAnnouncer(Pages):
    """The words of an error stand a second time on the page, for screen readers."""

    kind = "look"
    evidence = "contract, 2.11: newer builds"

    def has_error_announcer(self) -> bool:
        return True
