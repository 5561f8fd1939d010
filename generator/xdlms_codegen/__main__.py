"""``python -m xdlms_codegen``: see ``xdlms_codegen.cli``."""

import sys

from xdlms_codegen.cli import main

if __name__ == "__main__":
    sys.exit(main())
