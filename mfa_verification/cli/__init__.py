"""The command `mfa-verify`, one file a command of it."""
