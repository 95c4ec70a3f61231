from local_tenant.rules.sign_ins import SignIn, SignIns


class PageOpensInAnyBrowser(SignIns):
    """The page of a sign-in is good in whichever browser opens it."""

    kind = "fault"
    evidence = "contract, 2.5: no transaction in progress; RFC 9700, 4.7"

    def is_of_browser(self, sign_in: SignIn, browser: str) -> bool:
        return True
