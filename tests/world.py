"""A whole portal in a test: real databases, hashing and sealing, a clock that can be moved."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.desk.staff_admin.service import equip
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.rules import CustomerKind, Details, Service
from portal.identity.accounts.service import add_customer
from portal.identity.credentials.rules import Secrets, normalise_answer, normalise_password
from portal.identity.mfa.rules import STEP_SECONDS, Way, code_at, new_secret
from portal.identity.mfa.service import make_recovery_codes
from portal.identity.sign_in import service as sign_in
from portal.identity.sign_in.rules import SignIn
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from portal.messaging.email.render import EmailRenderer
from portal.messaging.email.transport import FolderTransport
from portal.operations.schema.model_registry import Base
from portal.operations.worker.worker import Worker
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.visit import CUSTOMER, STAFF, Device, Visit
from portal.platform.core.work import VISITOR, Actor, Work
from portal.platform.runtime import Runtime
from portal.platform.web.device import current_device
from portal.platform.web.identity import cookie_name
from tests.identity.realms.steps import (
    check_password,
    check_staff_password,
    find_staff_visit,
    find_visit,
)
from tests.pages import Visitor

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "seven green umbrellas sing"
ANSWER = "The Harbour"
LEAVE_NOW, LEAVE_LATER = (f"/registrations/cancel/check/no/{one}" for one in ("now", "later"))
"""The last page before an account is deleted, by when."""
QUESTION = "In which place did you once get lost?"


class MovedClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: UUID
    email: str
    given_name: str = "Rowan"
    family_name: str = "Example"
    password: str = PASSWORD
    answer: str = ANSWER
    secret: str = ""
    """Of a colleague's authenticator."""
    codes: list[str] = field(default_factory=list, compare=False)
    """A colleague's recovery codes that were not used yet."""

    @property
    def customer_id(self) -> CustomerId:
        return CustomerId(self.id)

    @property
    def staff_id(self) -> StaffId:
        return StaffId(self.id)


@dataclass(frozen=True)
class Delivered:
    """An email that has left the house."""

    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def link(self) -> str:
        """The path of the link in the email."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.text)
        assert found, f"there is no link in {self.subject!r}"
        return found[1]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


class Everybody(set[UUID]):
    """As if everybody's row were locked: what a test does by hand, nobody does at the same time."""

    def __contains__(self, key_id: object) -> bool:
        return True


@dataclass
class World:
    """One portal, empty at first."""

    app: Flask
    parts: Runtime
    clock: MovedClock
    seen_emails: set[str] = field(default_factory=set)
    _deliverer: Worker | None = None

    @property
    def instance(self) -> Path:
        return self.parts.settings.instance

    def visitor(self) -> Visitor:
        """A browser that nobody has used."""
        return Visitor(self.app)

    def work(self, actor: Actor | None = None) -> Any:
        """A unit of work: an actor's as in the portal, or the test's own, that locks nobody."""
        return self.parts.work(actor) if actor else self._by_hand()

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        """Ask a query in a transaction of its own."""
        with self._by_hand() as work:
            return query(work, *args)

    @contextmanager
    def _by_hand(self) -> Iterator[Work]:
        with self.parts.work() as work:
            work._locked = Everybody()
            yield work

    def customer(
        self,
        email: str = "rowan@example.com",
        services: tuple[Service, ...] = (Service.BROADBAND, Service.MOBILE),
        **details: Any,
    ) -> Person:
        """A customer whose address is confirmed."""
        customer_id = CustomerId(uuid4())
        full = replace(Details("Rowan", "Example", email, CustomerKind.RESIDENTIAL), **details)
        secrets = Secrets(
            self.parts.hasher.hash(normalise_password(PASSWORD)),
            QUESTION,
            self.parts.hasher.hash(normalise_answer(ANSWER)),
            self.clock(),
        )
        with self.parts.work() as work:
            work.create_key(customer_id)
            add_customer(work, customer_id, full, secrets, frozenset(services))
        return Person(customer_id, email, full.given_name, full.family_name)

    def colleague(
        self, email: str = "sam@example.com", name: str = "Sam Agent", role: Role = Role.AGENT
    ) -> Person:
        """Somebody at the desk, with an authenticator and recovery codes."""
        password_hash = self.parts.hasher.hash(normalise_password(PASSWORD))
        secret = new_secret()
        with self.parts.work() as work:
            staff_id = add_staff(work, NewColleague(name=name, email=email, role=role))
            equip(work, staff_id, password_hash, secret)
            codes = make_recovery_codes(work, staff_id)
        return Person(staff_id, email, name, secret=secret, codes=codes)

    def code(self, person: Person) -> str:
        """What a colleague's authenticator shows at this moment."""
        return code_at(person.secret, int(self.clock().timestamp()) // STEP_SECONDS)

    def signed_in(self, person: Person | None = None) -> Visitor:
        """A browser in which a customer is signed in: by password and question, without the pages.

        Whose second step is another one goes through the pages.
        """
        person = person or self.customer()
        visitor, works, hasher = self.visitor(), self.parts.work, self.parts.hasher
        device = self._device_of(visitor)
        came = check_password(works, hasher, person.email, person.password)
        with works() as work:
            half = find_visit(work, came.token, self._idle)
        if half is None or came.ways[0] is not Way.QUESTION:
            visitor.open("/sign-in").send(email=person.email, password=person.password)
            visitor.open("/sign-in/question").send(answer=person.answer)
            return visitor
        done = sign_in.check_answer(works, hasher, half, person.answer, device)
        return self._with_cookie(visitor, CUSTOMER, done.token)

    def signed_in_as(self, email: str) -> Visitor:
        """A browser in which whoever has this address is signed in."""
        return self.signed_in(Person(UUID(int=0), email))

    def at_the_desk(self, person: Person | None = None) -> Visitor:
        """A browser in which a member of staff is signed in, without the pages."""
        person = person or self.colleague()
        visitor, works = self.visitor(), self.parts.work
        device = self._device_of(visitor)
        token = check_staff_password(works, self.parts.hasher, person.email, person.password).token
        with works() as work:
            half = find_staff_visit(work, token, self._idle)
        assert half is not None, "the password of this colleague opens nothing"
        app = sign_in.check_code(works, half, Way.AUTHENTICATOR, self.code(person), device)
        done = app if app.token else self._by_paper(person, half, device)  # no code works twice
        return self._with_cookie(visitor, STAFF, done.token)

    def _by_paper(self, person: Person, half: Visit, device: Device) -> SignIn:
        code = person.codes.pop()
        return sign_in.check_code(self.parts.work, half, Way.RECOVERY_CODE, code, device)

    @property
    def _idle(self) -> timedelta:
        return timedelta(seconds=self.parts.settings.session_idle_seconds)

    def _device_of(self, visitor: Visitor) -> Device:
        with self.app.test_request_context(environ_base=visitor.client.environ_base):
            return current_device()

    def _with_cookie(self, visitor: Visitor, kind: str, token: str) -> Visitor:
        assert token, "whoever signs in here is let in"
        with self.app.app_context():
            visitor.client.set_cookie(cookie_name(kind), token)
        return visitor

    def erase(self, person: Person) -> str:
        """A customer cancels everything, now; the number of the receipt."""
        done = leave(self.parts.work, self.parts.context, person.customer_id, When.NOW)
        assert done.reference is not None
        return done.reference

    def case(self, person: Person | None = None, **changes: object) -> str:
        """Somebody writes to us, signed in if it is a person; the reference of the case."""
        facts: dict[str, Any] = {
            "name": person.given_name if person else "Vis Itor",
            "email": person.email if person else "visitor@example.org",
            "topic": Topic.OTHER,
            "service": "",
            "text": "Where is Exampleton?",
            "once": "",
        }
        owner = person.customer_id if person else None
        actor = Actor("customer", owner) if owner else VISITOR
        with self.work(actor) as work:
            return open_case(work, Message(**{**facts, **changes}), owner)

    def audit(self, name: str) -> list[Any]:
        """The lines of the audit trail with a name."""
        with self.parts.work() as work:
            found = rows_with(work, AuditEntry, name=name)
            work.session.expunge_all()
        return found

    def rows(self) -> dict[str, int]:
        """How many rows each table of the main database has."""
        with self.parts.work() as work:
            return {
                table.name: work.session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    def worker(self) -> Worker:
        press = EmailRenderer.of(self.parts.settings, self.clock)
        return Worker(self.parts, press, FolderTransport(self.instance / "mail"))

    def deliver(self) -> list[Delivered]:
        """Let the worker do everything that waits; return the emails that came of it."""
        if self._deliverer is None or self._deliverer._parts is not self.parts:
            self._deliverer = self.worker()
        self._deliverer.do_all()
        new = []
        for file in sorted(
            (self.instance / "mail").glob("*.eml"), key=lambda one: one.stat().st_ctime_ns
        ):
            if file.name not in self.seen_emails:
                self.seen_emails.add(file.name)
                read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                assert isinstance(read, EmailMessage)
                new.append(Delivered(read))
        return new

    def email(self, subject: str) -> Delivered:
        """Deliver, and return the one email whose subject begins like this."""
        found = [email for email in self.deliver() if email.subject.startswith(subject)]
        assert len(found) == 1, [email.subject for email in found]
        return found[0]


def act(world: World, person: Person, verb: Callable[..., Any], *args: Any) -> Any:
    """Let a customer do something through a service."""
    with world.parts.work(Actor("customer", person.id)) as work:
        return verb(work, *args)


def rows_with(work: Work, table: type, **columns: Any) -> list[Any]:
    """Return the rows of a table with certain values."""
    return list(work.session.query(table).filter_by(**columns))


def fail_after(world: World, verb: Callable[[Work], object]) -> None:
    """Do something in a unit of work that fails afterwards."""

    def fail() -> None:
        with world.work() as work:
            verb(work)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
