"""`python -m local_tenant`."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while modules load ends the process without a traceback

from local_tenant import keys  # noqa: E402

if sys.argv[1:2] == ["serve"]:
    keys.begin(2)  # the signing key, and the key of the application `jwt`
else:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` may close the pipe early

from local_tenant.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
