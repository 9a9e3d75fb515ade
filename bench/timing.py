"""Whether the time of an answer tells who has an account: on the pages that take an address.

Known and unknown addresses take turns; for each page the area under the curve says how well one
could tell them apart by time alone: 0.5 is not at all. Hashing is made cheap for it, so that it
hides nothing.
"""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from bench.load import Client
from bench.running import running
from portal.identity.accounts.rules import CustomerKind, Details, Service
from portal.identity.accounts.service import add_customer
from portal.identity.credentials.rules import QUESTIONS, Secrets
from portal.operations import demo_data
from portal.operations.data_inventory import HELD
from portal.operations.schema.migrate import migrate
from portal.platform.core.ids import CustomerId
from portal.platform.encryption.crypto import new_master_text
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import Settings

TRIES = 200
"""Of each kind, on each page."""
MARGIN = 0.15
WRONG = "a password that nobody has"


ABOUT = {"given_name": "New", "family_name": "Comer", "kind": "residential", "services": "mobile"}
"""What the first page to register takes, but for the address."""


def measure_timing(settings: Settings) -> None:
    """Measure and print, with databases of its own."""
    folder = Path(settings.instance) / "timing"
    folder.mkdir()
    own = replace(
        settings,
        instance=folder,
        database_url="",
        keyring_url="",
        master_key=new_master_text(),
        argon2_memory_kib=64,
        argon2_time=1,
    )
    own = replace(own, database_url=own.database, keyring_url=own.keyring)
    parts = assemble(own, HELD, QUESTIONS)
    migrate(parts)
    demo_data.load(parts)
    _add_customers(parts)
    pages = {
        "/sign-in": {"password": WRONG},
        "/register/signing-in": {
            "password": "lantern orchard 27 teapot",
            "question": next(iter(QUESTIONS)),
            "answer": "the maze",
        },
        "/forgotten": {},
    }
    print(f"\n{'known against unknown':36}{'area':>9}   {TRIES} tries each, 0.5 ± {MARGIN}")
    with running(parts, "portal") as port:
        for path, fields in pages.items():
            area = _compare(Client(port), path, fields)
            verdict = "cannot be told apart" if abs(area - 0.5) <= MARGIN else "CAN BE TOLD APART"
            print(f"{path:36}{area:9.2f}   {verdict}")


def _add_customers(parts: Runtime) -> None:
    secrets_hash = parts.hasher.hash("whatever")
    for number in range(TRIES):
        customer_id = CustomerId(uuid4())
        details = Details("Rowan", "Example", _known(number), CustomerKind.RESIDENTIAL)
        with parts.work() as work:
            work.create_key(customer_id)
            secrets = Secrets(secrets_hash, "Where?", secrets_hash, work.now)
            add_customer(work, customer_id, details, secrets, frozenset({Service.MOBILE}))


def _compare(client: Client, path: str, fields: dict[str, str]) -> float:
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(TRIES):
        order = (True, False) if number % 2 else (False, True)
        for is_known in order:
            email = _known(number) if is_known else f"stranger{number:04}@example.com"
            client.forget()
            if path == "/register/signing-in":
                client.send_form("/register", {**ABOUT, "email": email})
            took[is_known].append(client.send_form(path, {"email": email, **fields}))
    return _area(took[True], took[False])


def _area(first: list[float], second: list[float]) -> float:
    """Return the chance that one of the first took longer than one of the second."""
    wins = sum((one > other) + 0.5 * (one == other) for one in first for other in second)
    return wins / (len(first) * len(second))


def _known(number: int) -> str:
    return f"customer{number:04}@example.com"
