"""``python -m xdlms_codegen``: see ``xdlms_codegen.cli``."""

import sys

from xdlms_codegen.cli import main

if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell says of a command that was interrupted
