"""`python -m mfa_verification` is the command `mfa-verify`."""

import sys

from mfa_verification.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
