"""The throwaway portal: its parts, its clock, browsers that come to it, and the mail it sends."""

import base64
import json
import secrets
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from flask import Flask

from portal.consent.surveys.rules import SurveyKind
from portal.consent.surveys.service import add_survey
from portal.desk.staff_admin.service import equip
from portal.identity.credentials.rules import QUESTIONS, normalise_password
from portal.identity.mfa.rules import STEP_SECONDS, code_at, new_secret
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from portal.messaging.email.render import EmailRenderer
from portal.operations.app import create_app
from portal.operations.demo_billing import OTHER_SYSTEMS, BillingSystem
from portal.operations.demo_data import films
from portal.operations.erasure_proof.driving import Browser, MailCollector, ProofError
from portal.operations.erasure_proof.findings import Findings, MovedClock
from portal.operations.schema.migrate import migrate
from portal.operations.worker.worker import Worker
from portal.platform.core.clock import london_day
from portal.platform.core.holdings import Register
from portal.platform.core.ids import StaffId
from portal.platform.core.other_systems import OtherSystems, read_other_systems
from portal.platform.encryption.crypto import MasterKeys, new_master_text
from portal.platform.encryption.keyring import Keyring
from portal.platform.runtime import assemble
from portal.platform.settings import Settings

BILLING_SECRET = f"whsec_{base64.b64encode(b'for the proof alone, not more...').decode()}"
DESK_PASSWORD = "walnut trumpet cinema"  # noqa: S105  # protects nothing
DESK = {
    Role.AGENT: "sam@example.com",
    Role.SENIOR: "kit@example.com",
    Role.PRIVACY_OFFICER: "alex@example.com",
}
"""Who works at the desk."""
BUSY = 8
"""Factor by which the network limits are raised; everybody here shares one network."""


@dataclass(frozen=True, slots=True)
class SceneParts:
    """Replaceable parts of a throwaway portal: tests put in parts that do their work badly."""

    register: Register
    keyring: type[Keyring] = Keyring


class Scene:
    """One throwaway portal in a folder."""

    def __init__(self, settings: Settings, people: int, made: SceneParts) -> None:
        self.folder, self.clock = settings.instance, MovedClock()
        self.settings = replace(
            settings,
            demonstration=True,
            instance=self.folder / "instance",
            secret_key=secrets.token_hex(32),
            master_key=new_master_text(),
            other_master_keys="",
            backup_recipient="",  # what is searched has to be opened
            public_url="",
            proxies=0,
            limits_url="",
            limits_times=people * BUSY,
            argon2_memory_kib=64,  # what is hashed here protects nobody
            argon2_time=1,
        )
        self.settings.instance.mkdir(parents=True)
        parts = assemble(self.settings, made.register, QUESTIONS, self.clock, reference=self.clock)
        own = made.keyring(parts.keyring.engine, parts.keyring.masters, self.clock)
        self.parts = replace(parts, keyring=own)
        self.post, self.found = MailCollector(), Findings()
        self.elsewhere, self._room = set[str](), TemporaryDirectory()
        """The addresses that the other system knows; its own files are not searched."""
        self.billing = BillingSystem(
            self.elsewhere, BILLING_SECRET, Path(self._room.name) / "billing.json", clock=self.clock
        )
        self.parts = replace(self.parts, other_systems=self._connect())
        self._app: Flask | None = None
        self.survey = uuid4()
        """What everybody may answer."""
        self._secrets = {role: new_secret() for role in DESK}

    def open(self) -> None:
        """Create the databases, an account for each colleague, and a survey."""
        migrate(self.parts)
        self._open_app()
        password_hash = self.parts.hasher.hash(normalise_password(DESK_PASSWORD))
        for role, email in DESK.items():
            with self.parts.work() as work:
                new = NewColleague(name=f"{role.title()} Colleague", email=email, role=role)
                equip(work, add_staff(work, new), password_hash, self._secrets[role])
        with self.parts.work() as work:
            given = StaffId(uuid4()), self.survey, SurveyKind.SURVEY
            add_survey(work, *given, films(london_day(work.now)))

    def _connect(self) -> OtherSystems:
        """Run the other system, and return what is declared of it."""
        threading.Thread(target=self.billing.serve_forever, daemon=True).start()
        billing = {**OTHER_SYSTEMS[0], "url": self.billing.url, "secret": BILLING_SECRET}
        file = Path(self._room.name) / "other_systems.json"
        file.write_text(json.dumps([billing]), "utf-8")
        return read_other_systems(str(file), self.clock)

    def close(self) -> None:
        """Close both databases, and end the other system."""
        self.billing.shutdown()
        self.billing.server_close()
        self._room.cleanup()
        for engine in (self.parts.sessions.engine, self.parts.keyring.engine):
            engine.dispose()

    def browser(self) -> Browser:
        """Return a new browser; raises `ProofError` before there is a portal."""
        if self._app is None:
            raise ProofError("There is no portal yet")
        return Browser(self._app)

    def desk(self, role: Role) -> Browser:
        """Return a browser in which a colleague has just signed in."""
        browser = self.browser()
        browser.save("/staff/sign-in", email=DESK[role], password=DESK_PASSWORD)
        browser.save("/staff/sign-in/authenticator", code=self.code(self._secrets[role]))
        return browser

    def code(self, secret: str) -> str:
        """Return the next code of an authenticator: none works twice, so time has to pass."""
        self.clock.move(seconds=STEP_SECONDS + 1)
        return code_at(secret, int(self.clock().timestamp()) // STEP_SECONDS)

    def worker(self) -> Worker:
        """Return the portal's worker."""
        return Worker(self.parts, EmailRenderer.of(self.parts.settings, self.clock), self.post)

    def work(self) -> None:
        """Let the worker do all that is due."""
        self.worker().do_all()

    def change_master(self) -> None:
        """Rewrap every key under a new master key, and destroy the former one."""
        keyring, before, fresh = self.parts.keyring, self.settings.master_key, new_master_text()
        masters = MasterKeys.from_text(fresh, before)
        type(keyring)(keyring.engine, masters, self.clock).rewrap(lambda _: None)
        alone = type(keyring)(keyring.engine, MasterKeys.from_text(fresh), self.clock)
        self.parts = replace(self.parts, keyring=alone)
        self._open_app()

    def _open_app(self) -> None:
        self._app = create_app(self.parts.settings, self.clock)
        self._app.extensions["portal"] = self.parts
