from local_tenant.rules.pages import Pages


class SlowAssets(Pages):
    """A style sheet and a script of the page take two seconds each."""

    kind = "look"
    evidence = "contract, 2.10: page templates"

    def asset_delay(self) -> float:
        return 2.0
