"""A worker in a process of its own, to be killed while it speaks to the receiver."""

from datetime import datetime

from portal.identity.credentials.rules import QUESTIONS
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport
from portal.operations.data_inventory import HELD
from portal.operations.worker.worker import Worker
from portal.platform.runtime import assemble
from portal.platform.settings import Settings


def tell_once(settings: Settings, now: datetime) -> None:
    """Tell the receiver what is due, as a worker does that was just started."""
    parts = assemble(settings, HELD, QUESTIONS, lambda: now, reference=lambda: now)
    press = EmailRenderer.of(settings, parts.clock)
    Worker(parts, press, FolderTransport(settings.instance / "mail")).tell_receiver()
