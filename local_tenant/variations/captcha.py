from local_tenant.rules.pages import Pages


class Captcha(Pages):
    """A picture is to be read before the password is looked at, and nobody can read it."""

    kind = "look"
    evidence = "contract, 2.4 and 2.10"
    stops = "captcha"

    def has_captcha(self) -> bool:
        return True
