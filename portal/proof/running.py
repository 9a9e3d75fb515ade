"""The proof itself: people live in a portal, half of them leave, an old backup is put back."""

import secrets
import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from portal import dumping, shelf
from portal.account.queries import find_customer_by_email
from portal.app import create_app
from portal.audit.chain import verify
from portal.colleagues.service import equip
from portal.copies import back_up, restore
from portal.credentials.rules import QUESTIONS, normalise_password
from portal.factors.rules import STEP_SECONDS, code_at, new_secret
from portal.kernel.ids import CustomerId
from portal.mail.render import Press
from portal.proof import driving
from portal.proof.driving import GONE, Browser, Post, ProofError
from portal.proof.findings import NEVER_KEPT, SHOWN, Findings, MovedClock
from portal.proof.people import Person, make_person
from portal.proof.searching import Needles, Place, search_files, search_opened
from portal.register import HELD
from portal.runtime import assemble
from portal.schema import migrate
from portal.settings import Settings
from portal.staff.rules import NewColleague, Role
from portal.staff.service import add_staff
from portal.standing import look
from portal.vault.crypto import MasterKeys, new_master_text
from portal.vault.keyring import Keyring
from portal.vault.models import PersonKey
from portal.worker import Worker

DESK_EMAIL, DESK_PASSWORD = "sam@example.com", "walnut trumpet cinema"  # protects nothing
Say = Callable[[str], None]


class Proof:
    """One throwaway portal in a folder, and what happens in it."""

    def __init__(
        self, settings: Settings, people: int, say: Say, keyring: type[Keyring] = Keyring
    ) -> None:
        self.folder, self.say, self.clock = settings.instance, say, MovedClock()
        self.settings = replace(
            settings,
            demonstration=True,
            instance=self.folder / "instance",
            secret_key=secrets.token_hex(32),
            master_key=new_master_text(),
            other_master_keys="",
            public_url="",
            proxies=0,
            limits_url="",
            limits_times=people,  # all of them come from one network
            argon2_memory_kib=64,  # what is hashed here protects nobody
            argon2_time=1,
        )
        self.settings.instance.mkdir(parents=True)
        parts = assemble(self.settings, HELD, QUESTIONS, self.clock)
        own = keyring(parts.keyring.engine, parts.keyring.masters, self.clock)
        self.parts = replace(parts, keyring=own)
        self.people = [make_person(number) for number in range(people)]
        self.leavers, self.stayers = self.people[::2], self.people[1::2]
        self.post, self.found = Post(), Findings()
        self.app: Flask | None = None
        self.desk: Browser | None = None
        self.authenticator = new_secret()
        self.gone, self.plain, self.wrapped = list[CustomerId](), list[bytes](), list[bytes]()
        self.cancelling: dict[int, str] = {}

    def run(self) -> Findings:
        """Let everything happen, one after the other; what the portal logs is searched too."""
        try:
            self._happen()
        finally:
            for engine in (self.parts.sessions.engine, self.parts.keyring.engine):
                engine.dispose()
        return self.found

    def _happen(self) -> None:
        log = self.folder / "log"
        log.mkdir(parents=True)
        with (log / "portal.log").open("w") as file, redirect_stderr(file):
            self._open()
            self.say(f"{len(self.people)} people live")
            for person in self.people:
                self._live(person)
            self._remember_keys()
            self.say("backup")
            self._back_up()
            self.say(f"{len(self.leavers)} of them leave")
            for turn, person in enumerate(self.leavers):
                self._leave(turn, person)
            self._settle()
            self._change_master()
            self.say("backup again, as every night: the older copy of the keyring goes")
            self._back_up()
        sys.stderr.flush()
        self._search("every file, after half have left")
        with (log / "restore.log").open("w") as file, redirect_stderr(file):
            self._put_back()
        self._search_after()
        self._look_at_pages()

    def _open(self) -> None:
        migrate(self.parts)
        self._open_app()
        password_hash = self.parts.hasher.hash(normalise_password(DESK_PASSWORD))
        with self.parts.work() as work:
            new = NewColleague(name="Sam Agent", email=DESK_EMAIL, role=Role.AGENT)
            equip(work, add_staff(work, new), password_hash, self.authenticator)

    def _open_app(self) -> None:
        self.app = create_app(self.parts.settings, self.clock)
        self.app.extensions["portal"] = self.parts

    def _browser(self) -> Browser:
        if self.app is None:
            raise ProofError("There is no portal yet")
        return Browser(self.app)

    def _work(self) -> None:
        press = Press.of(self.parts.settings, self.clock)
        Worker(self.parts, press, self.post).do_all()

    def _live(self, person: Person) -> None:
        """Let one person do everything, and leave something waiting everywhere."""
        browser = self._browser()
        driving.register(browser, person)
        self._work()
        link = self.post.find_link(person.email, "Confirm")
        browser.send(link, password=person.password)
        driving.try_in_vain(browser, person)
        if not driving.sign_in(browser, person):
            raise ProofError("/sign-in let nobody in")
        driving.live(browser, person)
        driving.write_as_visitor(self._browser(), person, "other")
        driving.write_as_visitor(self._browser(), person, "cancel-registration", "everything")
        desk = self._enter_desk()
        paths = driving.work_at_the_desk(desk, person)
        self.cancelling[person.number] = self._send_link(desk, person, paths)
        driving.sign_in(self._browser(), person)  # a second session stays open
        driving.register(self._browser(), person)  # a form and a letter stay waiting
        browser.send("/profile/edit", **person.details)

    def _enter_desk(self) -> Browser:
        """Return the browser of the desk; no code works twice, so it signs in once."""
        if self.desk is None:
            self.desk = self._browser()
            self.desk.send("/staff/sign-in", email=DESK_EMAIL, password=DESK_PASSWORD)
            step = int(self.clock().timestamp()) // STEP_SECONDS
            self.desk.send("/staff/sign-in/authenticator", code=code_at(self.authenticator, step))
        return self.desk

    def _send_link(self, desk: Browser, person: Person, paths: list[str]) -> str:
        """Send the link that confirms a cancellation; return its path."""
        for path in paths:
            if f"{path}/link" in desk.open(path):
                desk.send(path, f"{path}/link")
                self._work()
                return self.post.find_link(person.email, "Do you want to cancel?")
        raise ProofError("No case asks to cancel")

    def _remember_keys(self) -> None:
        """Note the keys of whoever leaves, as they are and as they are kept, to search for them."""
        ids: list[CustomerId] = []
        with self.parts.work() as work:
            for person in self.leavers:
                customer = find_customer_by_email(work, person.email)
                if customer is not None:
                    ids.append(customer.id)
        with self.parts.keyring.engine.connect() as connection:
            query = select(PersonKey.id, PersonKey.wrapped).where(PersonKey.id.in_(ids))
            kept = {row.id: row.wrapped for row in connection.execute(query)}
        self.gone = ids
        self.plain, self.wrapped = list(self.parts.keyring.read(ids).values()), list(kept.values())
        self.found.expect("everybody has a key", holds=len(kept) == len(self.leavers))

    def _change_master(self) -> None:
        """Change the master key, where a server keeps what was deleted: in its journal.

        A wrapped key that is found there opens with the master key of before alone, and that
        is destroyed.
        """
        if self.parts.sessions.engine.dialect.name == "sqlite":
            return
        self.say("the master key is changed, as a server's journal keeps wrapped keys a while")
        keyring, before = self.parts.keyring, self.settings.master_key
        fresh = new_master_text()
        masters = MasterKeys.from_text(fresh, before)
        type(keyring)(keyring.engine, masters, self.clock).rewrap(lambda _: None)
        alone = type(keyring)(keyring.engine, MasterKeys.from_text(fresh), self.clock)
        self.parts = replace(self.parts, keyring=alone)
        self._open_app()

    def _back_up(self) -> None:
        back_up(self.parts, self.folder / "backups", self.folder / "keyring", lambda _: None)
        self.clock.move(seconds=2)

    def _leave(self, turn: int, person: Person) -> None:
        """Leave by one of the three ways: now, by the link of a case, in seven days."""
        if turn % 3 == 1:
            path = self.cancelling[person.number]
            self._browser().send(path, password=person.password, confirm="y", when="now")
            return
        browser = self._browser()
        driving.sign_in(browser, person)
        when = "now" if turn % 3 == 0 else "later"
        browser.send("/registrations/cancel", confirm="y", when=when)

    def _settle(self) -> None:
        """Let the seven days pass, and the worker do what waits."""
        for _ in range(3):
            self.clock.move(days=3)
            self._work()
        told = [one for one in self.post.letters if "receipt of erasure" in one.as_string()]
        keys = self.parts.keyring.read(self.gone)
        self.found.expect("the keyring: no key of theirs", holds=not keys)
        self.found.expect("everybody who left has a receipt", holds=len(told) == len(self.leavers))

    def _put_back(self) -> None:
        """Put the older copy back as somebody without our commands would, and then with them."""
        parts, folder = self.parts, self.folder / "backups"
        name = min(path.name for path in folder.glob("*.copy"))
        copy = shelf.find_copy(folder, name)
        dumping.put_back(parts.sessions.engine, copy.file, parts.settings.postgresql_tools)
        self._search_opened("the old copy, opened with every key there is today")
        standing = look(parts)
        self.found.expect("the portal refuses to start", holds=not standing.is_ready)
        restore(parts, folder, name=name, report=lambda _: None)
        self._work()

    def _search_after(self) -> None:
        self._search_opened("the same, after the erasures were carried out again")
        self._search("every file, after the old copy was put back")
        self.found.expect("the portal is ready", holds=look(self.parts).is_ready)
        self.found.expect("the audit trail holds", holds=verify(self.parts).fault is None)

    def _search(self, name: str) -> None:
        """Search every file there is; what is sealed is legible of nobody."""
        places = [search_files(name, [self.folder], self._needles(), [*self.plain, *self.wrapped])]
        for folder in self._server_folders():
            server = f"{name}: the server's own"
            places.append(search_files(server, [folder], self._needles(), self.plain))
        for place in places:
            self.found.places.append(place)
            self.found.expect(f"{place.name}: nothing of the erased", holds=not place.erased)
            self.found.expect(f"{place.name}: no key of theirs", holds=not place.keys)
            self.found.expect(f"{place.name}: there is something", holds=place.files > 0)

    def _search_opened(self, name: str) -> None:
        """Open what opens: nothing of the erased, and all of the others, or we searched badly."""
        place = search_opened(name, self.parts, self._needles())
        wanted = {
            f"{person.number}:{field}"
            for person in self.stayers
            for field in person.canaries
            if field not in NEVER_KEPT
        }
        self.found.places.append(place)
        self.found.expect(f"{name}: nothing of the erased", holds=not place.erased)
        self.found.expect(f"{name}: all of the others", holds=place.others >= wanted)

    def _needles(self) -> Needles:
        return Needles(self.leavers, self.stayers)

    def _server_folders(self) -> list[Path]:
        """Return the folder of a PostgreSQL on this machine, where it may be read."""
        engine = self.parts.sessions.engine
        if engine.dialect.name != "postgresql":
            return []
        with engine.connect() as connection:
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        return [folder] if folder.is_dir() else []

    def _look_at_pages(self) -> None:
        """Let everybody try to sign in: the others find all of theirs, the erased nothing."""
        place = Place("the pages, signed in as each of them", files=len(self.people))
        for person in self.people:
            browser = self._browser()
            is_in = driving.sign_in(browser, person)
            seen = driving.see_of_oneself(browser, person) if is_in else set()
            names = {f"{person.number}:{name}" for name in seen}
            if person in self.leavers:
                place.erased |= names
                self.found.expect("whoever left cannot sign in", holds=not is_in)
                self._browser().open(self.cancelling[person.number], GONE)
            else:
                place.others |= names
                self.found.expect("the others find all of theirs", holds=seen >= SHOWN)
        self.found.places.append(place)
