"""Every setting: read once from the environment, checked once, with its default beside it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.platform.core.origins import serialize_origin

HERE = Path("instance")
ROOT = Path(__file__).resolve().parents[2]
"""The folder of the program: templates, migrations and static files are in it."""
MOST_DIGITS = 12
WORDS_FOR_YES = frozenset({"1", "true", "yes", "on"})
WORDS_FOR_NO = frozenset({"0", "false", "no", "off", ""})


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says how to mend it."""


def _setting(  # a field takes the type of its default
    default: Any,  # noqa: ANN401
    about: str,
    *,
    least: int = 0,
    most: int = 0,
) -> Any:  # noqa: ANN401
    """Declare a setting; of a whole number also the smallest and the largest that can work."""
    metadata = {"about": about, "least": least, "most": most}
    return dataclass_field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs between one installation and another.

    Field `x_y` is read from the environment variable `PORTAL_X_Y`.
    """

    instance: Path = _setting(  # noqa: RUF009  # a dataclass field by another name
        HERE, "Folder for everything that is written"
    )
    port: int = _setting(8000, "Port that the web server listens on", least=1, most=65535)
    bind: str = _setting("127.0.0.1", "Address that the web server listens on")
    database_url: str = _setting("", "Main database; without one, SQLite in the instance folder")
    keyring_url: str = _setting("", "Keyring database; without one, SQLite in the instance folder")
    master_key: str = _setting("", "32 bytes in base64 that wrap every person's key")
    other_master_keys: str = _setting(
        "", "Further master keys, with commas between, that may open what they wrapped"
    )
    secret_key: str = _setting("", "At least 32 characters that sign form tokens")
    old_secret_key: str = _setting(
        "", "The one from before, of which open forms are still taken while it is changed"
    )
    smtp_url: str = _setting(
        "", "smtp://, smtp+starttls:// or smtps:// with user, password, host and port"
    )
    mail_folder: str = _setting(
        "", "Folder in which each email becomes a file, in place of a mail server"
    )
    mail_from: str = _setting("privacy@example.com", "Address that emails come from")
    public_url: str = _setting("", "Address that people see, such as https://privacy.example.com")
    proxies: int = _setting(
        0, "Number of proxies in front whose forwarded headers are trusted", least=0, most=16
    )
    session_idle_seconds: int = _setting(
        1800, "Seconds without use that end a session", least=300, most=86400
    )
    brand_name: str = _setting("Merrow", "Name of the company, as people know it")
    security_contact: str = _setting(
        "mailto:security@example.com", "Where security.txt sends people who found a weakness"
    )
    nation: str = _setting(
        "england-and-wales",
        "Whose bank holidays are no working days: england-and-wales, scotland or northern-ireland",
    )
    contact_telephone: str = _setting(
        "020 7946 0000", "Number that people can ring when our forms do not take what they send"
    )
    places_file: str = _setting(
        "", "Database of places (MaxMind's format) that says where a network address is"
    )
    questions_file: str = _setting("", "JSON file of security questions: {key: question}")
    recipients_file: str = _setting(
        "", "JSON file of who gets details: {kind: [{name, country, safeguard}]}"
    )
    other_systems_file: str = _setting(
        "", "JSON file of what other systems hold, and where they are asked: docs/integrate.md"
    )
    breach_service: str = _setting(
        "",
        "Address that says which passwords were in a leak, as Have I Been Pwned does at"
        " https://api.pwnedpasswords.com/range; it is sent five digits of a hash",
    )
    webhook_url: str = _setting(
        "", "Address of the other system that is told of changes; without one, nobody is told"
    )
    webhook_secret: str = _setting(
        "", "Secret that signs what it is told: whsec_ and 24 to 64 bytes in base64"
    )
    webhook_old_secret: str = _setting(
        "", "Secret that signs as well, while the receiver changes to the other one"
    )
    postgresql_tools: str = _setting(
        "", "Folder with pg_dump and pg_restore; without one they are looked for on the PATH"
    )
    backup_recipient: str = _setting("", "Public keys of age, with commas, that encrypt backups")
    backups_kept_days: int = _setting(
        35,
        "Days that backups of the main database are kept; receipts name the last day",
        least=1,
        most=3650,
    )
    argon2_memory_kib: int = _setting(
        65536,
        "Memory of one password hash, KiB (RFC 9106: 65536; OWASP: at least 19456)",
        least=8,
        most=4194304,
    )
    argon2_time: int = _setting(
        3, "Passes of one password hash (RFC 9106: 3; OWASP: at least 2)", least=1, most=1000
    )
    workers: int = _setting(2, "Processes of the web server", least=1, most=256)
    threads: int = _setting(4, "Threads of each process", least=1, most=256)
    limits_url: str = _setting(
        "",
        "redis:// or rediss:// with user, password, host, port and number: a Redis or Valkey in"
        " which all processes count for the limits by network address; without one, each its own",
    )
    limits_times: int = _setting(
        1,
        "Times that the limits by network address are multiplied, for customers who share one",
        least=1,
        most=1000000,
    )
    demonstration: bool = _setting(
        False, "Run with made-up people, without TLS and with secrets made at first start"
    )

    @property
    def database(self) -> str:
        """Address of the main database."""
        return self.database_url or f"sqlite:///{self.instance / 'portal.db'}"

    @property
    def keyring(self) -> str:
        """Address of the keyring."""
        return self.keyring_url or f"sqlite:///{self.instance / 'keyring.db'}"

    @property
    def address(self) -> str:
        """Address that people see, as browsers write it; without a closing slash."""
        return serialize_origin(self.public_url or f"http://localhost:{self.port}")

    @property
    def secure(self) -> bool:
        """Whether people come over TLS."""
        return self.address.startswith("https://")

    @property
    def webhook_secrets(self) -> list[str]:
        """The secrets that sign, the newest first; none where nobody is told of anything."""
        both = (self.webhook_secret, self.webhook_old_secret) if self.webhook_url else ()
        return [one for one in both if one]

    @property
    def host(self) -> str:
        """The name in the public address, as browsers write it; IPv6 without brackets."""
        return urlsplit(self.address).hostname or "localhost"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises `SettingsError` for an unknown name or a value that will not do."""
    known = {f"PORTAL_{field.name.upper()}": field for field in fields(Settings)}
    unknown = sorted(
        name
        for name in environment
        if name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_") and name not in known
    )
    if unknown:
        raise SettingsError(f"There is no setting called {', '.join(unknown)}")
    values: dict[str, Any] = {
        field.name: _read(name, environment[name], field.default)
        for name, field in known.items()
        if name in environment
    }
    return Settings(**values)


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        word = text.strip().lower()
        if word not in WORDS_FOR_YES | WORDS_FOR_NO:
            raise SettingsError(f"{name} must be yes or no")
        return word in WORDS_FOR_YES
    if isinstance(default, int):
        plain = text.strip()
        if not plain.isascii() or not plain.isdigit() or len(plain) > MOST_DIGITS:
            raise SettingsError(f"{name} must be a whole number")
        return int(plain)
    if isinstance(default, Path):
        return Path(text).absolute()
    return text.strip()


def describe() -> list[tuple[str, str, str]]:
    """Return every setting as its name, default and meaning."""
    return [
        (f"PORTAL_{field.name.upper()}", str(field.default), str(field.metadata["about"]))
        for field in fields(Settings)
    ]
