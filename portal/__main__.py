"""`python -m portal`: the commands for the people who run the portal."""

import gc
import sys

gc.disable()  # until a command is there: importing makes no garbage, and looking for it takes long

try:
    from portal.operations.cli import main

    main()
except KeyboardInterrupt:
    sys.exit(130)
