from local_tenant.rules.pages import Pages


class PagesInArabic(Pages):
    """The pages are in Arabic, from right to left, whatever `ui_locales` says."""

    kind = "look"
    evidence = "contract, 2.10: texts are localised"

    def languages(self) -> tuple[str, ...]:
        return ("ar",)
