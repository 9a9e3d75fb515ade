"""Every setting: read once from the environment, checked once, with its default beside it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from portal.kernel.webhooks import read_secret

SHORTEST_SECRET = 32
"""Characters; the length of what `secrets.token_hex(16)` gives."""
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
WITH_TLS = frozenset({"smtps", "smtp+starttls", "rediss", "https"})
HERE = Path("instance")
ROOT = Path(__file__).resolve().parent.parent
"""The folder of the program: templates, migrations and static files are in it."""
WORDS_FOR_YES = frozenset({"1", "true", "yes", "on"})
WORDS_FOR_NO = frozenset({"0", "false", "no", "off", ""})


class SettingsError(Exception):
    """A setting is missing or wrong; the text names it and says how to mend it."""


def _setting(default: Any, about: str) -> Any:  # noqa: ANN401  # a field takes the type of its default
    return dataclass_field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs between one installation and another.

    Field `x_y` is read from the environment variable `PORTAL_X_Y`.
    """

    instance: Path = _setting(  # noqa: RUF009  # a dataclass field by another name
        HERE, "Folder for everything that is written"
    )
    port: int = _setting(8000, "Port that the web server listens on")
    bind: str = _setting("127.0.0.1", "Address that the web server listens on")
    database_url: str = _setting("", "Main database; without one, SQLite in the instance folder")
    keyring_url: str = _setting("", "Keyring database; without one, SQLite in the instance folder")
    master_key: str = _setting("", "32 bytes in base64 that wrap every person's key")
    other_master_keys: str = _setting(
        "", "Further master keys, with commas between, that may open what they wrapped"
    )
    secret_key: str = _setting("", "At least 32 characters that sign form tokens")
    smtp_url: str = _setting(
        "",
        "smtp://, smtp+starttls:// or smtps:// with user, password, host and port;"
        " without one, each letter becomes a file in mail/ of the instance folder",
    )
    mail_from: str = _setting("privacy@example.com", "Address that letters come from")
    public_url: str = _setting("", "Address that people see, such as https://privacy.example.com")
    proxies: int = _setting(0, "Number of proxies in front whose forwarded headers are trusted")
    session_idle_seconds: int = _setting(1800, "Seconds without use that end a session")
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
        35, "Days that copies of the main database are kept; receipts name the last day"
    )
    argon2_memory_kib: int = _setting(
        65536, "Memory of one password hash, KiB (RFC 9106: 65536; OWASP: at least 19456)"
    )
    argon2_time: int = _setting(3, "Passes of one password hash (RFC 9106: 3; OWASP: at least 2)")
    workers: int = _setting(2, "Processes of the web server")
    threads: int = _setting(4, "Threads of each process")
    limits_url: str = _setting(
        "",
        "redis:// or rediss:// with user, password, host, port and number: a Redis or Valkey in"
        " which all processes count for the limits by network address; without one, each its own",
    )
    limits_times: int = _setting(
        1,
        "Times that the limits by network address are multiplied, for customers who share one",
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
        """Address that people see, without a closing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

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
        """The name in the public address."""
        return urlsplit(self.address).hostname or "localhost"

    def check(self) -> None:
        """Refuse what would be unsafe or cannot work; raises `SettingsError`."""
        if len(self.secret_key) < SHORTEST_SECRET:
            raise SettingsError(
                f"PORTAL_SECRET_KEY must have at least {SHORTEST_SECRET} characters. Make one:"
                ' python -c "import secrets; print(secrets.token_hex(32))"'
            )
        if not self.master_key:
            raise SettingsError(
                "PORTAL_MASTER_KEY is missing. Make one:"
                ' python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"'
            )
        if self.session_idle_seconds < 1:
            raise SettingsError("PORTAL_SESSION_IDLE_SECONDS must be at least 1")
        self._check_others()
        if self.breach_service and not _is_web_address(self.breach_service):
            raise SettingsError("PORTAL_BREACH_SERVICE must look like https://host/range")
        self._check_webhooks()
        if self.demonstration:
            return
        if not self.secure:
            raise SettingsError(
                "PORTAL_PUBLIC_URL must begin with https:// (put a proxy with TLS in front)."
                " To try the portal without TLS: python -m portal demo"
            )
        if self.proxies < 1:
            raise SettingsError("PORTAL_PROXIES must be at least 1: the proxy that ends TLS")
        for name in ("secret_key", "master_key"):
            made = self.instance / name
            if made.exists() and made.read_text().strip() == getattr(self, name):
                raise SettingsError(
                    f"PORTAL_{name.upper()} is the demonstration's own. Make a new one"
                )
        self._check_lines_out()

    def _check_lines_out(self) -> None:
        """Refuse lines to other machines that anybody between could read (ASVS 12.3.1)."""
        lines = {
            "PORTAL_SMTP_URL": (self.smtp_url, "smtps:// or smtp+starttls://"),
            "PORTAL_LIMITS_URL": (self.limits_url, "rediss://"),
            "PORTAL_BREACH_SERVICE": (self.breach_service, "https://"),
            "PORTAL_WEBHOOK_URL": (self.webhook_url, "https://"),
            "PORTAL_DATABASE_URL": (self.database_url, "sslmode=verify-full"),
            "PORTAL_KEYRING_URL": (self.keyring_url, "sslmode=verify-full"),
        }
        for name, (url, safe) in lines.items():
            if url and not _is_private(url):
                raise SettingsError(f"{name} leads to another machine, so it must have {safe}")

    def _check_webhooks(self) -> None:
        if self.webhook_url and not _is_web_address(self.webhook_url):
            raise SettingsError("PORTAL_WEBHOOK_URL must look like https://host/path")
        secrets = {"PORTAL_WEBHOOK_SECRET": self.webhook_secret}
        if self.webhook_old_secret:
            secrets["PORTAL_WEBHOOK_OLD_SECRET"] = self.webhook_old_secret
        for name, secret in secrets.items() if self.webhook_url else ():
            try:
                read_secret(secret)
            except ValueError:
                raise SettingsError(
                    f"{name} must be whsec_ and 24 to 64 bytes in base64. Make one:"
                    ' python -c "import base64, os;'
                    " print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
                ) from None

    def _check_others(self) -> None:
        if self.places_file and not Path(self.places_file).is_file():
            raise SettingsError("PORTAL_PLACES_FILE is not a file")
        if self.limits_times < 1:
            raise SettingsError("PORTAL_LIMITS_TIMES must be at least 1")
        if self.limits_url and not _is_redis(self.limits_url):
            raise SettingsError(
                "PORTAL_LIMITS_URL must look like rediss://user:password@host:6379/0,"
                " for a Redis or a Valkey"
            )


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
        if not text.strip().isascii() or not text.strip().isdigit():
            raise SettingsError(f"{name} must be a whole number")
        return int(text)
    if isinstance(default, Path):
        return Path(text).absolute()
    return text.strip()


def _is_private(url: str) -> bool:
    """Tell whether nobody between here and there can read along: this machine, or TLS."""
    try:
        found = urlsplit(url)
    except ValueError:  # no address at all
        return False
    query = parse_qs(found.query)
    if found.scheme.startswith("postgresql"):
        hosts = query.get("host", []) + ([found.hostname] if found.hostname else [])
        here = all(host in THIS_MACHINE or host.startswith("/") for host in hosts)
        return here or query.get("sslmode") == ["verify-full"]
    return found.scheme in WITH_TLS or (found.hostname or "localhost") in THIS_MACHINE


def _is_redis(url: str) -> bool:
    """Tell whether it is an address of a Redis; its client finds out only when it is needed."""
    try:
        found = urlsplit(url)
        is_whole = bool(found.hostname) and found.port != 0
    except ValueError:  # a port that is none
        return False
    number = found.path.removeprefix("/") or "0"
    return (
        is_whole
        and found.scheme in {"redis", "rediss"}
        and number.isascii()
        and number.isdigit()
        and not found.query + found.fragment
    )


def _is_web_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        return found.scheme in {"http", "https"} and bool(found.hostname) and found.port != 0
    except ValueError:  # a port that is none
        return False


def describe() -> list[tuple[str, str, str]]:
    """Return every setting as its name, default and meaning."""
    return [
        (f"PORTAL_{field.name.upper()}", str(field.default), str(field.metadata["about"]))
        for field in fields(Settings)
    ]
