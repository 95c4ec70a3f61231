from local_tenant.rules.applications import Application, Applications


class CallbackComparedInPart(Applications):
    """A callback counts that begins as a registered one does."""

    kind = "fault"
    evidence = "contract, 1.7: to the letter"

    def callback_is_allowed(self, application: Application, url: str) -> bool:
        return any(url.startswith(own) for own in application.callbacks)
