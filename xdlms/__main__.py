"""``python -m xdlms``: the same as the command ``xdlms``."""

import sys

from xdlms.cli import main

sys.exit(main())
