"""The command `mfa-verify`."""
