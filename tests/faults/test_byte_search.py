"""After cancelling, every file and table is searched, byte by byte, for what a person left."""

import base64
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select, text

from portal.identity.accounts.queries import find_customer_by_email
from portal.identity.contact_index.rules import spell_telephone
from portal.identity.credentials.rules import QUESTIONS
from portal.platform.encryption.models import PersonKey
from tests.databases import MASTER
from tests.identity.accounts.registering import register_in
from tests.world import LEAVE_LATER, LEAVE_NOW, World

EMAIL = "zyxqmail@example.com"
PASSWORD = "zyxqumbrellas green sing"
ANSWER = "Zyxqharbour"
CANARIES = (
    "Zyxqgiven", "Zyxqfamily", "zyxqmail", ANSWER, "Zyxq Street", "Zyxqtown", "ZZ99 9ZY",
    PASSWORD, QUESTIONS["lost-place"], "Zyxqmessage", "Zyxqadded", "Zyxqreply", "Zyxqnote",
    "Zyxqasked", "Zyxqvisitor", "01632 960777", "07700 900777", "01632 960778", "1632960777",
    "7700900777",
)  # fmt: skip
DETAILS: dict[str, Any] = {
    "given_name": "Zyxqgiven",
    "family_name": "Zyxqfamily",
    "address_line_1": "1 Zyxq Street",
    "town": "Zyxqtown",
    "postcode": "ZZ99 9ZY",
    "mobile": "07700 900777",
}


def spellings(value: bytes) -> Iterator[bytes]:
    """How bytes may be written down: as they are, in hexadecimal, in base64 from any place."""
    yield value
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for skipped in range(3):
        coded = base64.b64encode(b"\0" * skipped + value)
        yield coded[4 if skipped else 0 : -4]


def needles(word: str) -> set[bytes]:
    """Every way in which a word may be written down."""
    cases = {word, word.lower(), word.upper()}
    codings = ("utf-8", "utf-16-le", "utf-16-be")
    plain = {one.encode(coding) for one in cases for coding in codings}
    return {needle for one in plain for needle in spellings(one)}


def find(heap: bytes) -> set[str]:
    """The canaries that are in a heap of bytes."""
    return {word for word in CANARIES if any(needle in heap for needle in needles(word))}


def files(world: World) -> dict[str, bytes]:
    """Everything the portal wrote, but the emails that have left the house."""
    return {
        str(path.relative_to(world.instance)): path.read_bytes()
        for path in world.instance.rglob("*")
        if path.is_file() and "mail" not in path.parts
    }


def tables(engine: Engine) -> bytes:
    """Every row of every table, as values and, on PostgreSQL, as COPY writes them."""
    heap = bytearray()
    with engine.execution_options(reading=True).connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        names = connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'table'")
            if is_sqlite
            else text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        for name in names:
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608  # our names
                for value in row:
                    heap += value if isinstance(value, bytes) else str(value).encode()
            if not is_sqlite:
                heap += copy(connection, name)
    return bytes(heap)


def copy(connection: Connection, name: str) -> bytes:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copied:
        return b"".join(bytes(block) for block in copied)


def search(world: World) -> dict[str, set[str]]:
    """Where the canaries are: file or database by file or database."""
    heaps = files(world)
    heaps["main"] = tables(world.parts.sessions.engine)
    heaps["keyring"] = tables(world.parts.keyring.engine)
    assert heaps["main"]
    assert heaps["keyring"]
    return {name: found for name, heap in heaps.items() if (found := find(heap))}


def emails(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in (world.instance / "mail").glob("*.eml"))


def live(world: World) -> None:
    """A person does everything that can be done, and leaves a canary in each place."""
    visitor = world.visitor()
    register_in(
        visitor,
        **{name: DETAILS[name] for name in ("given_name", "family_name")},
        email=EMAIL, kind="residential", services=["broadband", "mobile"], password=PASSWORD,
        question="lost-place", answer=ANSWER,
    )  # fmt: skip
    visitor.open(world.email("Confirm").link).send(password=PASSWORD)
    for email, password in ((EMAIL, EMAIL), (PASSWORD, EMAIL), (EMAIL, ANSWER)):
        visitor.open("/sign-in").send(email=email, password=password)
    visitor.open("/sign-in").send(email=EMAIL, password=PASSWORD, remember="y")
    question = visitor.open("/sign-in/question")
    question.send(answer=PASSWORD)
    question.send(answer=ANSWER)
    for telephone in ("01632 960777", "01632 960778"):
        visitor.open("/profile/edit").send(**DETAILS, telephone=telephone)
        number = spell_telephone(telephone)
        listed = [f"{number}:printed", f"{number}:reverse"]
        visitor.open("/preferences/directories").send(entries=listed)
    for service in ("telephone", "mail"):
        visitor.open(f"/preferences/tps/{service}").send()
    visitor.open("/preferences").send(choices=["offers:email"])
    own = visitor.open("/contact").send(topic="other", message="Zyxqmessage here")
    stranger = world.visitor().open("/contact")
    other = stranger.send(name="Zyxqvisitor", email=EMAIL, topic="other", message="Zyxqmessage")
    desk = world.at_the_desk()
    for page in (own, other):
        reference = page.soup.select_one(".ref").get_text()  # type: ignore[union-attr]
        path = f"/staff/cases/{reference}"
        for step, words in (
            ("noted", "Zyxqnote"),
            ("asked", "Zyxqasked"),
            ("replied", "Zyxqreply"),
        ):
            desk.open(path).send(path, step=step, message=words)
    desk.open("/staff/cases").send("/staff/cases", q=EMAIL)
    mine = next(one for one in visitor.open("/cases").links() if one.startswith("/cases/"))
    visitor.open(mine).send(message="Zyxqadded")
    world.deliver()
    visitor.open(LEAVE_LATER).send(password=EMAIL, confirm="y")


def keys(world: World, staff: set[UUID]) -> dict[UUID, tuple[bytes, bytes]]:
    """The keys of everybody but staff: as they are, and as they are kept."""
    query = select(PersonKey.id, PersonKey.wrapped)
    with world.parts.keyring.engine.connect() as connection:
        kept = {row.id: row.wrapped for row in connection.execute(query)}
    plain = world.parts.keyring.read(kept)
    return {one: (plain[one], kept[one]) for one in kept if one not in staff}


def leave(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=EMAIL, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)
    gone = visitor.open(LEAVE_NOW).send(password=PASSWORD, confirm="y", when="now")
    assert gone.path.startswith("/registrations/gone/ER-")
    world.deliver()
    world.deliver()


def test_the_search_finds_what_is_there() -> None:
    for word in CANARIES:
        plain = word.encode()
        written = (
            plain,
            word.upper().encode("utf-16-le"),
            word.encode("utf-16-be"),
            plain.hex().encode(),
            *(base64.b64encode(b"before"[:skipped] + plain + b" after") for skipped in range(3)),
        )
        for one in written:
            assert word in find(b"\x00before" + one + b"after\xff"), (word, one)
    assert find(b"nothing of the kind") == set()


def test_nothing_a_person_left_is_legible_before_or_after_they_leave(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    live(world)
    assert world.read(find_customer_by_email, EMAIL) is not None
    written = find(emails(world))
    assert {"Zyxqgiven", "zyxqmail", "Zyxqreply"} <= written
    assert "Zyxqvisitor" not in written, "a name that a stranger typed"
    assert search(world) == {}, "everything is sealed while the person is here"
    leave(world)
    assert world.read(find_customer_by_email, EMAIL) is None
    assert search(world) == {}
    said = capsys.readouterr()
    logged = said.err + said.out + caplog.text
    assert "email-sent" in logged
    assert find(logged.encode()) == set()


def test_no_key_of_a_person_is_left_in_any_file(world: World) -> None:
    live(world)
    staff = {row.subject_id for row in world.audit("staff:member:added")}
    person = world.read(find_customer_by_email, EMAIL)
    before = keys(world, staff)
    assert len(before) == 2, "the customer's, and that of the message sent without signing in"
    leave(world)
    assert keys(world, staff) == {}
    heaps = [*files(world).values(), tables(world.parts.keyring.engine)]
    heaps.append(tables(world.parts.sessions.engine))
    for plain, kept in before.values():
        for needle in (*spellings(plain), *spellings(kept), *spellings(kept[-32:])):
            assert not any(needle in heap for heap in heaps)
    ledger = tables(world.parts.keyring.engine)
    for needle in (*spellings(person.id.bytes), *spellings(str(person.id).encode())):
        assert needle not in ledger, "the erasure ledger says that, and not who"


def test_the_search_for_keys_finds_one_that_is_there(world: World) -> None:
    world.customer()
    ((plain, kept),) = keys(world, set()).values()
    assert kept in tables(world.parts.keyring.engine)
    everything = b"".join([*files(world).values(), tables(world.parts.keyring.engine)])
    assert plain not in everything, "a key is kept wrapped alone"
    assert base64.b64decode(MASTER) not in everything
    assert MASTER.encode() not in everything
