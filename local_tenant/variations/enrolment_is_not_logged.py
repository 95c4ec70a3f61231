from local_tenant.log import Entry
from local_tenant.rules.events import Events


class EnrolmentIsNotLogged(Events):
    """The log never tells that somebody enrolled."""

    kind = "fault"
    evidence = "contract, 7.7: gd_enrollment_complete"

    def is_visible(self, entry: Entry) -> bool:
        return entry.type != "gd_enrollment_complete" and super().is_visible(entry)
