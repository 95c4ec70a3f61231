from local_tenant.rules.pages import Pages


class CookieBanner(Pages):
    """A banner about cookies lies over the page until it is answered."""

    kind = "look"
    evidence = "contract, 2.10: page templates"

    def has_cookie_banner(self) -> bool:
        return True
