"""Make a download of everything that is held about a customer, and note that they took it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from portal.governance.audit.trail import record
from portal.governance.receipts.service import sign_document
from portal.identity.sessions.service import lock_session
from portal.platform.core.holdings import Register
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import NamedRecipients
from portal.platform.core.work import Work
from portal.self_service.outside_data.rules import AskedCategory
from portal.self_service.your_data.events import DownloadTaken
from portal.self_service.your_data.packaging import FORMAT, SCHEMA, PageWriter, pack
from portal.self_service.your_data.queries import list_categories
from portal.self_service.your_data.rules import (
    MANIFEST,
    SCHEMA_FILE,
    STYLE_FILE,
    of_other_system,
)


@dataclass(frozen=True, slots=True)
class DownloadLook:
    """What a download takes besides the data.

    Who issues it, where anybody can have the manifest checked, what writes the page, and its style.
    """

    issuer: str
    check_at: str
    write_page: PageWriter
    style: str


def make_download(  # noqa: PLR0913, PLR0917  # of what, of whom, and how it looks
    work: Work,
    register: Register,
    known: NamedRecipients,
    customer_id: CustomerId,
    look: DownloadLook,
    asked: Iterable[AskedCategory] = (),
) -> bytes:
    """Return a ZIP file with everything that is held about a customer; `asked` elsewhere too.

    It is kept nowhere. Its manifest is signed: it names every place that was looked in, the empty
    ones too, and every file with its hash.
    """
    made = {"issuer": look.issuer, "made_at": work.now.isoformat()}
    head = {"$schema": SCHEMA_FILE, "format": FORMAT, **made}
    held = list_categories(work, register, known, customer_id)
    categories = chain(held, map(of_other_system, asked))
    folder, places = pack(categories, look.write_page, head)
    folder.add(STYLE_FILE, [look.style.encode()])
    folder.add(SCHEMA_FILE, [json.dumps(SCHEMA, indent=1).encode()])
    facts = {
        "document": "list of what a download holds",
        "format": FORMAT,
        **made,
        "check_at": look.check_at,
        "customer": str(customer_id),
        "places": places,
        "files": dict(folder.files),
    }
    folder.add(MANIFEST, [sign_document(work, facts).encode()])
    return folder.close()


def note_download(work: Work, customer_id: CustomerId) -> None:
    """Record that a customer takes a download with them.

    Raises `SessionEndedError` where their session ended while it was made: nothing is handed out.
    """
    lock_session(work)
    record(work, DownloadTaken(customer_id))
