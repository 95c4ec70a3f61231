"""Runs the command `mfa-verify`: `python -m mfa_verification`."""

import sys

from mfa_verification.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
