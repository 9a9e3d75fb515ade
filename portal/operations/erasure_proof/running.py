"""The proof itself: people live in a portal, half of them leave, an old backup is restored."""

import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

from sqlalchemy import select, text

from portal.desk.case_records.models import CaseRow
from portal.governance.audit.chain import verify
from portal.operations.backup import dump, store
from portal.operations.backup.backup import back_up, opened
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.data_inventory import HELD
from portal.operations.erasure_proof import desk, living, staying, tracing
from portal.operations.erasure_proof.findings import NEVER_KEPT, PASSING, Findings
from portal.operations.erasure_proof.leaving import AT_ONCE, leave_later
from portal.operations.erasure_proof.living import Life
from portal.operations.erasure_proof.people import Person, make_heir, make_person
from portal.operations.erasure_proof.scene import Scene, SceneParts
from portal.operations.erasure_proof.searching import Allowed, Needles, search_files, search_opened
from portal.operations.erasure_proof.tracing import Hit
from portal.operations.restore_check import look
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.encryption.models import PersonKey
from portal.platform.settings import Settings

Say = Callable[[str], None]
ORDINARY = SceneParts(HELD)


class ErasureProof:
    """The steps of the proof in one throwaway portal, and the searches."""

    def __init__(
        self, settings: Settings, people: int, say: Say, made: SceneParts = ORDINARY
    ) -> None:
        self.scene, self.say = Scene(settings, people, made), say
        self.found, self.folder = self.scene.found, self.scene.folder
        self.lives = [Life(make_person(number)) for number in range(people)]
        self.left, self.stayed = self.lives[::2], self.lives[1::2]
        self.next_owners = {
            life.person.number: Life(make_heir(life.person))
            for life in self.lives
            if life.person.is_inherited
        }
        self.plain, self.wrapped = list[bytes](), list[bytes]()
        self.complaints: dict[str, tuple[Person, Person]] = {}
        self.inherited: set[Hit] = set()
        """Rows that have the keyed hash of a given-up address, and are its next owner's."""

    def run(self) -> Findings:
        """Run all steps, one after the other; the portal's log is searched too."""
        try:
            self._happen()
        finally:
            self.scene.close()
        return self.found

    def _happen(self) -> None:
        log = self.folder / "log"
        log.mkdir(parents=True)
        with (log / "portal.log").open("w") as file, redirect_stderr(file):
            self.scene.open()
            self.say(f"{len(self.lives)} people live")
            for life in self.lives:
                self._live(life)
            for life in self.lives:
                living.ask_for_links(self.scene.browser(), life.person.email)  # emails that wait
            self._remember_keys()
            self.say("backup")
            self._back_up()
            self.say(f"{len(self.left)} of them leave")
            self._leave()
            self._settle()
            self._change_master()
            self.say("backup again, as every night: the older backup of the keyring goes")
            self._back_up()
        sys.stderr.flush()
        self._search("every file, after half have left")
        with (log / "restore.log").open("w") as file, redirect_stderr(file):
            self._put_back()
        self._search_after()
        self._look_at_the_others()
        self.found.places.append(self.found.traces)

    def _live(self, life: Life) -> None:
        """Let one person use every page, and let others act on them."""
        scene, number = self.scene, life.person.number
        other = self.lives[(number + 1) % len(self.lives)]
        living.arrive(scene, life)
        living.live_at_first(scene, life)
        living.change_address(scene, life)
        if life.person.is_inherited:
            self._live_as_next_owner(life.person, self.next_owners[number])
        living.live_at_last(scene, life, other.person.email)
        if life in self.stayed and other in self.left:
            self.complaints[life.cases["complaint"]] = life.person, other.person
        desk.work_about(scene, life)
        living.leave_waiting(scene, life)

    def _live_as_next_owner(self, person: Person, next_owner: Life) -> None:
        """Give somebody else an address that was given up; note which rows that makes."""
        hashes = tracing.hash_everything(self.scene.parts, person)
        before = tracing.find_hits(self.scene.parts, hashes)
        staying.live_as_next_owner(self.scene, next_owner)
        self.inherited |= tracing.find_hits(self.scene.parts, hashes) - before

    def _remember_keys(self) -> None:
        """Note the keys of those who will leave, plain and wrapped, to search for them."""
        keyring, ids = self.scene.parts.keyring, self._gone()
        with keyring.engine.connect() as connection:
            query = select(PersonKey.id, PersonKey.wrapped).where(PersonKey.id.in_(ids))
            self.wrapped = [row.wrapped for row in connection.execute(query)]
        self.plain = list(keyring.read(ids).values())
        self.found.expect("everybody has a key", holds=len(self.wrapped) == len(self.left))

    def _leave(self) -> None:
        """Let each leave, by one of the ways in turn, and search for them at once.

        No row of those who stayed may be deleted meanwhile, except what a leaver had typed of them.
        """
        ways = [*AT_ONCE, None]
        before, typed = self._find_others(), self._find_own_cases()
        for turn, life in enumerate(self.left):
            way = ways[turn % len(ways)]
            if way is not None:
                way(self.scene, life)
                tracing.look_for(self.scene, life, self.inherited)
        later = self.left[len(AT_ONCE) :: len(ways)]
        leave_later(self.scene, later)
        for life in later:
            tracing.look_for(self.scene, life, self.inherited)
        lost = {one for one in before - self._find_others() if one.key not in typed}
        where = sorted({f"{one.table}.{one.column}" for one in lost})
        self.found.expect(f"nothing of the others went: {where}", holds=not lost)

    def _find_others(self) -> set[Hit]:
        """Return every row with a keyed hash of somebody who stays."""
        parts, found = self.scene.parts, dict[bytes, str]()
        for life in self.stayed:
            found |= tracing.hash_everything(parts, life.person)
        return tracing.find_hits(parts, found)

    def _find_own_cases(self) -> set[str]:
        """Return the keys of the leavers' messages, which may name others."""
        with self.scene.parts.reading() as work:
            query = select(CaseRow.id).where(CaseRow.customer_id.in_(self._gone()))
            return {repr([case_id]) for case_id in work.session.scalars(query)}

    def _settle(self) -> None:
        """Let some days pass, and let the worker do what is due."""
        for _ in range(3):
            self.scene.clock.move(days=1)
            self.scene.work()
        emails = self.scene.post.emails
        told = [one for one in emails if "receipt of deletion" in one.as_string()]
        keys = self.scene.parts.keyring.read(self._gone())
        self.found.expect("the keyring: no key of theirs", holds=not keys)
        gone = {life.person.email for life in self.left}
        forgot = self.scene.billing.erased
        self.found.expect(
            "the other system forgot whoever left, and nobody else", holds=forgot == gone
        )
        self.found.expect("everybody who left has a receipt", holds=len(told) == len(self.left))

    def _change_master(self) -> None:
        """Change the master key, if a server keeps deleted bytes in its journal.

        A wrapped key that is found there opens with the former master key only, which is destroyed.
        """
        if self.scene.parts.sessions.engine.dialect.name != "sqlite":
            self.say("the master key is changed, as a server's journal keeps wrapped keys a while")
            self.scene.change_master()

    def _back_up(self) -> None:
        folders = self.folder / "backups", self.folder / "keyring"
        back_up(self.scene.parts, *folders, lambda _: None)
        self.scene.clock.move(seconds=2)

    def _put_back(self) -> None:
        """Restore the older backup without our commands, as anybody could, and then with them."""
        parts, folder = self.scene.parts, self.folder / "backups"
        name = min(path.name for path in folder.glob("*.copy"))
        copy = store.find_backup(folder, name)
        tools = parts.settings.postgresql_tools
        dump.put_back(parts.sessions.engine, opened(copy, []), tools, is_secret=False)
        self._search_opened("the old copy, opened with every key there is today", frozenset())
        comparison = look(parts)
        self.found.expect("the portal refuses to start", holds=not comparison.is_ready)
        restore(parts, folder, RestoreRequest(name), report=lambda _: None)
        self.scene.work()

    def _search_after(self) -> None:
        self._search_opened("the same, after the erasures were carried out again", PASSING)
        for life in self.left:
            tracing.search_hashes(self.scene, life, self.inherited)
        self._search("every file, after the old copy was put back")
        self.found.expect("the portal is ready", holds=look(self.scene.parts).is_ready)
        self.found.expect("the audit trail holds", holds=verify(self.scene.parts).fault is None)

    def _search(self, name: str) -> None:
        """Search every file, as bytes."""
        places = [search_files(name, [self.folder], self._needles(), [*self.plain, *self.wrapped])]
        for folder in self._server_folders():
            server = f"{name}: the server's own"
            places.append(search_files(server, [folder], self._needles(), self.plain))
        for one in places:
            self.found.places.append(one)
            self.found.expect(f"{one.name}: nothing of the erased", holds=not one.erased)
            self.found.expect(f"{one.name}: no key of theirs", holds=not one.keys)
            self.found.expect(f"{one.name}: there is something", holds=one.files > 0)

    def _search_opened(self, name: str, passing: frozenset[str]) -> None:
        """Decrypt what can be decrypted: nothing of the erased may be in it, all of the others."""
        allowed = self._allow()
        found = search_opened(name, self.scene.parts, self._needles(), allowed)
        wanted = {
            f"{life.person.number}:{field}"
            for life in self.stayed
            for field in life.person.canaries.keys() - NEVER_KEPT - passing
        }
        self.found.places.append(found)
        self.found.expect(f"{name}: nothing of the erased", holds=not found.erased)
        self.found.expect(f"{name}: all of the others", holds=found.others >= wanted)

    def _allow(self) -> Allowed:
        """Return where a leaver's address may still be: in messages of others who typed it."""
        with self.scene.parts.reading() as work:
            query = select(CaseRow.id, CaseRow.reference)
            rows = work.session.execute(query.where(CaseRow.reference.in_(self.complaints)))
            return {
                place("case_file", row.id): f"{self.complaints[row.reference][1].number}:email"
                for row in rows
            }

    def _needles(self) -> Needles:
        stayed = [life.person for life in (*self.stayed, *self.next_owners.values())]
        return Needles([life.person for life in self.left], stayed)

    def _server_folders(self) -> list[Path]:
        """Return the folder of a PostgreSQL on this machine, where it may be read."""
        engine = self.scene.parts.sessions.engine
        if engine.dialect.name != "postgresql":
            return []
        with engine.connect() as connection:
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        return [folder] if folder.is_dir() else []

    def _look_at_the_others(self) -> None:
        place = staying.look_at_pages(self.scene, self.stayed, self.left)
        for next_owner in self.next_owners.values():
            staying.check_next_owner(self.scene, next_owner)
        staying.look_at_complaints(self.scene, self.complaints)
        self.found.places.append(place)

    def _gone(self) -> list[CustomerId]:
        return [life.customer_id for life in self.left]
