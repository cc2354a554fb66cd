"""``python -m snlib COMMAND``."""

import sys

from snlib.command_line import main

sys.exit(main(sys.argv[1:]))
