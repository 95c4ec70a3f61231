from local_tenant.rules.pages import Pages


class RedrawnByScript(Pages):
    """A script draws the page anew shortly after it has loaded, and what was typed before is lost."""

    kind = "look"
    evidence = "contract, 2.10: pages drawn by a framework"

    def is_redrawn_by_script(self) -> bool:
        return True
