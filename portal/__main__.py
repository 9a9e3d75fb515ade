"""`python -m portal`: the commands for the people who run the portal."""

import sys

try:
    from portal.cli import main

    main()
except KeyboardInterrupt:
    sys.exit(130)
