from local_tenant.rules.sessions import Sessions


class DeviceIsRememberedForEverybody(Sessions):
    """On a device that one person had remembered nobody is asked."""

    kind = "fault"
    evidence = "contract, 7.1 and 8: browsers are remembered, and forgotten, for a person"

    def device_is_remembered(self, device: str, user_id: str) -> bool:
        return device in self.tenant.store.devices
