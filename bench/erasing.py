"""Erasing one person, with a thousand customers and with a million; sealing one profile."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event

from bench.filling import fill_customers
from portal.consent.marketing.rules import choices_of
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.rules import FIRST, PurposeKind
from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.service import add_customer
from portal.identity.credentials.rules import QUESTIONS, Secrets
from portal.operations import demo_data
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import migrate
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.encryption import crypto
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings

FEW, MANY, PEOPLE = 1_000, 1_000_000, 40
ROUNDS = 2_000
ROWAN = demo_data.CUSTOMERS[0]


@dataclass
class Erasing:
    """How long erasing took, one by one, and how many statements."""

    took: list[float]
    statements: int = 0


def measure_erasing(settings: Settings) -> None:
    """Erase people from two portals in turn and print how their times relate."""
    with tempfile.TemporaryDirectory() as folder:
        portals = {}
        for number in (FEW, MANY):
            inside = Path(folder) / str(number)
            inside.mkdir()
            parts = assemble(_at(settings, inside), HELD, QUESTIONS)
            migrate(parts)
            fill_customers(parts, number)
            portals[number] = parts
        found = {number: Erasing([]) for number in portals}
        for turn in range(PEOPLE):
            for number, parts in portals.items():
                _erase_one(parts, turn, found[number])
    times = {number: median(one.took) for number, one in found.items()}
    ratio = median(many / few for few, many in zip(found[FEW].took, found[MANY].took, strict=True))
    print(f"\n{'erasing one person':34}{'ms':>9}{'statements':>12}")
    for number, one in found.items():
        print(f"  among {number:>9,} customers{'':9}{1000 * times[number]:9.1f}{one.statements:12}")
    print(f"  a million against a thousand{ratio:15.2f} ×")


def measure_sealing(settings: Settings) -> None:
    """Print what sealing and opening a profile cost, beside reading its row."""
    with tempfile.TemporaryDirectory() as folder:
        parts = assemble(_at(settings, Path(folder)), HELD, QUESTIONS)
        migrate(parts)
        customer_id = _add(parts, "rowan@example.com")
        words, here = ROWAN.details.words(), place("customer", customer_id)
        cipher = AESGCM(parts.keyring.read([customer_id])[customer_id])
        sealed = crypto.seal(cipher, here, words)
        with parts.work() as work:

            def read() -> None:
                work.session.expire_all()
                work.session.get(CustomerRow, customer_id)

            costs = {
                "reading its row": _time(read),
                "sealing a profile": _time(lambda: crypto.seal(cipher, here, words)),
                "opening a profile": _time(lambda: crypto.open_sealed(cipher, here, sealed)),
            }
    print(f"\n{'one profile':34}{'µs':>9}")
    for name, seconds in costs.items():
        print(f"  {name:32}{1e6 * seconds:9.1f}")


def _erase_one(parts: Runtime, turn: int, found: Erasing) -> None:
    customer_id = _add(parts, f"person{turn}@example.com")
    with _counting(parts) as count:
        start = time.perf_counter()
        leave(parts.work, parts.context, customer_id, When.NOW)
        found.took.append(time.perf_counter() - start)
    found.statements = count()


def _add(parts: Runtime, email: str) -> CustomerId:
    """Add a customer with choices and a message."""
    customer_id = CustomerId(uuid4())
    details = replace(ROWAN.details, email=email)
    with parts.work() as work:
        work.create_key(customer_id)
        secrets = Secrets("a hash", demo_data.QUESTION, "a hash", work.now)
        add_customer(work, customer_id, details, secrets, ROWAN.services)
        save_choices(work, customer_id, choices_of(FIRST, (PurposeKind.MARKETING,)))
        message = Message(
            name="R", email=email, topic=Topic.OTHER, service="", text="Hello.", once=""
        )
        open_case(work, message, customer_id)
    return customer_id


@contextmanager
def _counting(parts: Runtime) -> Iterator[Callable[[], int]]:
    """Count the statements that both databases hear."""
    heard = [0]

    def hear(*_: object) -> None:
        heard[0] += 1

    engines = (parts.sessions.engine, parts.keyring.engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield lambda: heard[0]
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def _time(verb: Callable[[], object]) -> float:
    """Return the median seconds of one call."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        verb()
        took.append(time.perf_counter() - start)
    return median(took)


def _at(settings: Settings, folder: Path) -> Settings:
    return replace(settings, instance=folder, database_url="", keyring_url="")
