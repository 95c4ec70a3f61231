from local_tenant.rules.one_time_passwords import OneTimePasswords


class SecretTooShort(OneTimePasswords):
    """The app's secret has only 80 bits."""

    kind = "fault"
    evidence = "contract, 4.3: 32 base32 characters"

    def make_secret(self) -> str:
        return super().make_secret()[:16]
