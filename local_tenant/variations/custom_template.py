from local_tenant.rules.pages import Pages


class CustomTemplate(Pages):
    """The widget stands in the tenant's own page, with its banner, frames and forms."""

    kind = "look"
    evidence = "contract, 2.10: page templates"

    def has_custom_template(self) -> bool:
        return True
