"""What the running program consists of: pages, worker and commands are given the same parts."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from portal.platform.core.breaches import Breaches
from portal.platform.core.clock import Clock, utc_clock
from portal.platform.core.database import DatabaseSessions, open_engine
from portal.platform.core.holdings import Register, without_files
from portal.platform.core.limits import RateLimiter
from portal.platform.core.mailserver import MailServer
from portal.platform.core.other_systems import OtherSystems, read_other_systems
from portal.platform.core.recipients import NamedRecipients, read_recipients
from portal.platform.core.timekeeping import Reference, Timekeeper, list_references
from portal.platform.core.webhooks import Receiver
from portal.platform.core.work import SYSTEM, Actor, Work, open_reading, open_work
from portal.platform.core.working_days import Nation
from portal.platform.encryption.crypto import MasterKeys
from portal.platform.encryption.hashing import Hasher
from portal.platform.encryption.hashing_slots import HashingSlots
from portal.platform.encryption.keyring import Keyring
from portal.platform.encryption.sealing import Vault
from portal.platform.service_urls import is_private, is_web
from portal.platform.setting_checks import check
from portal.platform.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class ErasureContext:
    """What erasing somebody takes: all that is held, and what the receipt says of the company.

    The timekeeper says whether the day in the receipt can be right. The other systems are told to
    erase too.
    """

    register: Register
    brand: str
    copies_kept: timedelta
    timekeeper: Timekeeper
    other_systems: OtherSystems = ()


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that are made once at start.

    `check` is called before whatever is written outside a request is committed, and may refuse it.
    """

    settings: Settings
    sessions: DatabaseSessions
    keyring: Keyring
    hasher: Hasher
    clock: Clock
    timekeeper: Timekeeper
    register: Register
    questions: dict[str, str]
    recipients: NamedRecipients
    other_systems: OtherSystems
    limits: RateLimiter
    breaches: Breaches
    receiver: Receiver
    mail_server: MailServer
    nation: Nation
    check: Callable[[], None] = lambda: None

    def work(self, actor: Actor = SYSTEM) -> AbstractContextManager[Work]:
        """Open a unit of work outside any request, with a vault of its own."""
        return open_work(
            self.sessions,
            actor,
            self.clock,
            Vault(self.keyring),
            announces=self.receiver.is_there,
            nation=self.nation,
            check=self.check,
        )

    def reading(self) -> AbstractContextManager[Work]:
        """Open a transaction outside any request that only reads: it keeps no writer waiting."""
        return open_reading(self.sessions, SYSTEM, self.clock, Vault(self.keyring))

    @property
    def context(self) -> ErasureContext:
        """What erasing somebody takes."""
        days = timedelta(days=self.settings.backups_kept_days)
        return ErasureContext(
            self.register, self.settings.brand_name, days, self.timekeeper, self.other_systems
        )

    @property
    def declared(self) -> tuple[Register, NamedRecipients, OtherSystems]:
        """What is declared of all processing: what is held here, who gets it, and elsewhere."""
        return self.register, self.recipients, self.other_systems

    @property
    def mail_folder(self) -> Path | None:
        """Where emails become files; None where a mail server takes them."""
        if self.mail_server.is_there:
            return None
        given = self.settings.mail_folder
        return Path(given) if given else self.settings.instance / "mail"

    def close(self) -> None:
        """Let go of what is connected: at the end, and in a process that was just forked."""
        self.sessions.engine.dispose(close=False)
        self.keyring.engine.dispose(close=False)
        self.limits.close()


def assemble(  # noqa: PLR0913, PLR0917  # what differs between the portal and a test of it
    settings: Settings,
    register: Register,
    questions: dict[str, str],
    clock: Clock = utc_clock,
    hashing_slots: HashingSlots | None = None,
    reference: Reference | None = None,
    *,
    for_pages: bool = False,
) -> Runtime:
    """Make the parts; raises `SettingsError` when a setting will not do.

    Processes that hash on the same cores are given the same slots. The clock is compared with those
    of the databases, or with a reference that is given. Pages have less patience with a database
    than jobs.
    """
    check(settings)
    try:
        masters = MasterKeys.from_text(settings.master_key, settings.other_master_keys)
    except ValueError as error:
        which = "PORTAL_MASTER_KEY or PORTAL_OTHER_MASTER_KEYS"
        raise SettingsError(f"{which} is not right: {error}") from error
    main = open_engine(settings.database, for_pages=for_pages)
    keyring = open_engine(settings.keyring, keyring=True, for_pages=for_pages)
    mail_server = _find_mail_server(settings)
    others = {"reference": reference} if reference else list_references((main, keyring), clock)
    return Runtime(
        settings=settings,
        sessions=DatabaseSessions(main),
        keyring=Keyring(keyring, masters, clock),
        hasher=Hasher(settings.argon2_memory_kib, settings.argon2_time, hashing_slots),
        clock=clock,
        timekeeper=Timekeeper(clock, others),
        register=without_files(register) if mail_server.is_there else register,
        questions=_read_questions(settings.questions_file) or questions,
        recipients=_read_recipients(settings.recipients_file),
        other_systems=_read_other_systems(settings.other_systems_file, clock),
        limits=RateLimiter(settings.limits_url, settings.limits_times),
        breaches=Breaches(settings.breach_service),
        receiver=Receiver(settings.webhook_url, settings.webhook_secrets),
        mail_server=mail_server,
        nation=_read_nation(settings.nation),
    )


def _find_mail_server(settings: Settings) -> MailServer:
    if settings.smtp_url and settings.mail_folder:
        raise SettingsError("PORTAL_SMTP_URL and PORTAL_MAIL_FOLDER are both set: say one of them")
    if not (settings.smtp_url or settings.mail_folder or settings.demonstration):
        raise SettingsError(
            "PORTAL_SMTP_URL is missing: nobody would get an email. To have each email become a"
            " file instead, say in which folder: PORTAL_MAIL_FOLDER"
        )
    try:
        return MailServer(settings.smtp_url)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _read_nation(name: str) -> Nation:
    try:
        return Nation(name)
    except ValueError:
        raise SettingsError(f"PORTAL_NATION must be one of: {', '.join(Nation)}") from None


def _read_questions(name: str) -> dict[str, str]:
    if not name:
        return {}
    try:
        found = json.loads(Path(name).read_text("utf-8"))
        questions = {str(key): str(text) for key, text in found.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(
            "PORTAL_QUESTIONS_FILE must be a JSON file of keys and questions"
        ) from error
    if not questions:
        raise SettingsError("PORTAL_QUESTIONS_FILE holds no question")
    return questions


def _read_recipients(name: str) -> NamedRecipients:
    try:
        return read_recipients(name) if name else {}
    except ValueError as error:
        raise SettingsError(f"PORTAL_RECIPIENTS_FILE is not right: {error}") from error


def _read_other_systems(name: str, clock: Clock) -> OtherSystems:
    try:
        return read_other_systems(name, clock, _is_safe) if name else ()
    except ValueError as error:
        raise SettingsError(f"PORTAL_OTHER_SYSTEMS_FILE is not right: {error}") from error


def _is_safe(url: str) -> bool:
    """Tell whether nobody reads along on the way to an address of the web."""
    return is_web(url) and is_private(url)
