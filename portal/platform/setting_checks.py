"""Refuse settings that would be unsafe or cannot work: at start and by name."""

import re
from dataclasses import fields
from ipaddress import ip_address
from pathlib import Path

import maxminddb

from portal.platform import service_urls
from portal.platform.core.addresses import envelope_email
from portal.platform.core.signing import read_secret
from portal.platform.settings import Settings, SettingsError

SHORTEST_SECRET = 32
"""Characters; the length of what `secrets.token_hex(16)` gives."""
LEAST_MEMORY_KIB, LEAST_PASSES = 19_456, 2
"""Of a password hash (OWASP Password Storage Cheat Sheet, Argon2id)."""
PROGRAMS = ("pg_dump", "pg_restore")
"""What a backup and putting it back need of PostgreSQL."""

RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
"""A public key of age: X25519 in Bech32 (BIP 173)."""


def check(settings: Settings) -> None:
    """Refuse what would be unsafe or cannot work; raises `SettingsError`."""
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise SettingsError(
            f"PORTAL_SECRET_KEY must have at least {SHORTEST_SECRET} characters. Make one:"
            ' python -c "import secrets; print(secrets.token_hex(32))"'
        )
    if not settings.master_key:
        raise SettingsError(
            "PORTAL_MASTER_KEY is missing. Make one:"
            ' python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"'
        )
    if settings.old_secret_key and len(settings.old_secret_key) < SHORTEST_SECRET:
        raise SettingsError(
            f"PORTAL_OLD_SECRET_KEY must have at least {SHORTEST_SECRET} characters"
        )
    _check_numbers(settings)
    _check_words(settings)
    _check_addresses(settings)
    _check_webhooks(settings)
    _check_recipients(settings)
    if settings.demonstration:
        return
    if not settings.secure:
        raise SettingsError(
            "PORTAL_PUBLIC_URL must begin with https:// (put a proxy with TLS in front)."
            " To try the portal without TLS: python -m portal demo"
        )
    if settings.argon2_memory_kib < LEAST_MEMORY_KIB or settings.argon2_time < LEAST_PASSES:
        raise SettingsError(
            f"PORTAL_ARGON2_MEMORY_KIB must be at least {LEAST_MEMORY_KIB}"
            f" and PORTAL_ARGON2_TIME at least {LEAST_PASSES} (OWASP)"
        )
    if settings.proxies < 1:
        raise SettingsError("PORTAL_PROXIES must be at least 1: the proxy that ends TLS")
    for name in ("secret_key", "master_key"):
        made = settings.instance / name
        if made.exists() and made.read_text().strip() == getattr(settings, name):
            raise SettingsError(f"PORTAL_{name.upper()} is the demonstration's own. Make a new one")

    _check_lines_out(settings)


def _check_lines_out(settings: Settings) -> None:
    """Refuse lines to other machines that anybody between could read (ASVS 12.3.1)."""
    lines = {
        "PORTAL_SMTP_URL": (settings.smtp_url, "smtps:// or smtp+starttls://"),
        "PORTAL_LIMITS_URL": (settings.limits_url, "rediss://"),
        "PORTAL_BREACH_SERVICE": (settings.breach_service, "https://"),
        "PORTAL_WEBHOOK_URL": (settings.webhook_url, "https://"),
        "PORTAL_DATABASE_URL": (settings.database_url, "sslmode=verify-full"),
        "PORTAL_KEYRING_URL": (settings.keyring_url, "sslmode=verify-full"),
    }
    for name, (url, safe) in lines.items():
        if url and not service_urls.is_private(url):
            raise SettingsError(f"{name} leads to another machine, so it must have {safe}")


def _check_webhooks(settings: Settings) -> None:
    if settings.webhook_url and not service_urls.is_web(settings.webhook_url):
        raise SettingsError("PORTAL_WEBHOOK_URL must look like https://host/path")
    secrets = {"PORTAL_WEBHOOK_SECRET": settings.webhook_secret}
    if settings.webhook_old_secret:
        secrets["PORTAL_WEBHOOK_OLD_SECRET"] = settings.webhook_old_secret
    for name, secret in secrets.items() if settings.webhook_url else ():
        try:
            read_secret(secret)
        except ValueError:
            raise SettingsError(
                f"{name} must be whsec_ and 24 to 64 bytes in base64. Make one:"
                ' python -c "import base64, os;'
                " print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
            ) from None


def _check_numbers(settings: Settings) -> None:
    """Refuse numbers with which nothing could work, whatever else is set."""
    for one in fields(settings):
        most, value = one.metadata["most"], getattr(settings, one.name)
        if most and not one.metadata["least"] <= value <= most:
            raise SettingsError(
                f"PORTAL_{one.name.upper()} must be from {one.metadata['least']} to {most}"
            )


def _check_words(settings: Settings) -> None:
    _check_files(settings)
    if not settings.brand_name or not settings.brand_name.isprintable():
        raise SettingsError("PORTAL_BRAND_NAME must be the name of the company, on one line")
    if not settings.security_contact.startswith(("mailto:", "https://", "tel:")):
        raise SettingsError(
            "PORTAL_SECURITY_CONTACT must begin with mailto:, https:// or tel: (RFC 9116)"
        )
    if not settings.contact_telephone.isprintable():
        raise SettingsError("PORTAL_CONTACT_TELEPHONE must be a telephone number, on one line")
    try:
        is_plain = envelope_email(settings.mail_from).isascii()
    except ValueError:
        is_plain = False
    if not is_plain:  # else no server without SMTPUTF8 took an email from us (RFC 6531)
        raise SettingsError(
            "PORTAL_MAIL_FROM must be one email address, like privacy@example.com,"
            " without letters like é before the @"
        )


def _check_files(settings: Settings) -> None:
    """Refuse files that are not what they are said to be; each is opened, and closed again."""
    if settings.places_file:
        try:
            maxminddb.open_database(settings.places_file).close()
        except (OSError, ValueError, maxminddb.InvalidDatabaseError):
            raise SettingsError(
                "PORTAL_PLACES_FILE must be a database of places in MaxMind's format (.mmdb)"
            ) from None
    tools = Path(settings.postgresql_tools)
    if settings.postgresql_tools and not all((tools / one).is_file() for one in PROGRAMS):
        raise SettingsError(
            f"PORTAL_POSTGRESQL_TOOLS must be a folder that has {' and '.join(PROGRAMS)}"
        )


def _check_addresses(settings: Settings) -> None:
    try:
        ip_address("127.0.0.1" if settings.bind == "localhost" else settings.bind)
    except ValueError:
        raise SettingsError("PORTAL_BIND must be an IP address of this machine") from None
    if settings.public_url and not service_urls.is_public(settings.public_url):
        raise SettingsError(
            "PORTAL_PUBLIC_URL must look like https://privacy.example.com, with nothing after"
        )
    for name, url in (("DATABASE", settings.database), ("KEYRING", settings.keyring)):
        if not service_urls.is_database(url):
            raise SettingsError(
                f"PORTAL_{name}_URL must look like postgresql+psycopg://user@host/name"
                " or sqlite:////folder/file.db"
            )
    if service_urls.are_one(settings.database, settings.keyring):
        raise SettingsError(
            "PORTAL_DATABASE_URL and PORTAL_KEYRING_URL must be two databases: keys beside"
            " what they open are no protection"
        )
    if settings.limits_url and not service_urls.is_redis(settings.limits_url):
        raise SettingsError(
            "PORTAL_LIMITS_URL must look like rediss://user:password@host:6379/0,"
            " for a Redis or a Valkey"
        )
    if settings.breach_service and not service_urls.is_web(settings.breach_service):
        raise SettingsError("PORTAL_BREACH_SERVICE must look like https://host/range")


def _check_recipients(settings: Settings) -> None:
    """Refuse what cannot be public keys of age; it may be the secret one, so it is not shown."""
    text = settings.backup_recipient
    if text and not all(RECIPIENT.fullmatch(one.strip()) for one in text.split(",")):
        raise SettingsError(
            "PORTAL_BACKUP_RECIPIENT must be public keys of age, such as `age-keygen` prints:"
            " age1 and more, with commas between several"
        )
