from local_tenant.rules.pages import Pages


class PagesInGerman(Pages):
    """The pages are in German, whatever `ui_locales` says."""

    kind = "look"
    evidence = "contract, 2.10: texts are localised"

    def languages(self) -> tuple[str, ...]:
        return ("de",)
