"""docs/integrate.md, whose examples tests run as they stand there."""

import re

from portal.platform.settings import ROOT

TEXT = (ROOT / "docs/integrate.md").read_text("utf-8")


def find_example(start: str) -> str:
    """Return the program of the document whose first words these are."""
    (found,) = re.findall(rf'```python\n("""{start}.*?)```', TEXT, re.DOTALL)
    return str(found)
