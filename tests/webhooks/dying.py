"""A worker in a process of its own, to be killed while it speaks to the receiver."""

from datetime import datetime

from portal.credentials.rules import QUESTIONS
from portal.mail.render import Press
from portal.mail.transport import FolderTransport
from portal.register import HELD
from portal.runtime import assemble
from portal.settings import Settings
from portal.worker import Worker


def tell_once(settings: Settings, now: datetime) -> None:
    """Tell the receiver what is due, as a worker does that was just started."""
    parts = assemble(settings, HELD, QUESTIONS, lambda: now, reference=lambda: now)
    press = Press.of(settings, parts.clock)
    Worker(parts, press, FolderTransport(settings.instance / "mail")).tell_receiver()
