from local_tenant.rules.codes import SentCode
from local_tenant.rules.messages import Messages


class TextWithoutCode(Messages):
    """The text has no code in it."""

    kind = "fault"
    evidence = "contract, 7.4: the words of the text"

    def text(self, code: SentCode) -> str:
        return f"Welcome to {self.tenant.settings.friendly_name}"
