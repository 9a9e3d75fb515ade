"""What a letter is: words and at most one link; how it looks is decided elsewhere."""

from dataclasses import dataclass

NOT_YOU = "If it was not you, write to us straight away: somebody reads your letters."
OTHERS_OUT = "You were signed out everywhere but where you did this."
"""What several rooms say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to one person.

    `action_path` is a path on the portal, made a full address when the letter is sent.
    """

    kind: str
    to: str
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    reference: str | None = None
    extract: str = ""
    """Lines to be shown as they are: a receipt."""
    action_label: str | None = None
    action_path: str | None = None
    closing: tuple[str, ...] = ()
