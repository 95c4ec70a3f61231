from local_tenant.rules.phones import Phones


class PageShowsWholeNumber(Phones):
    """The page that asks for the texted code shows the whole number."""

    kind = "fault"
    evidence = "contract, 2.5: masked"

    def mask_on_page(self, number: str) -> str:
        return number
