"""`python -m portal`: the commands for the people who run the portal."""

from portal.cli import main

main()
