"""Runs the server: `python -m phone_inbox`."""

import sys

from phone_inbox.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
