import base64
import re
from dataclasses import fields
from pathlib import Path

import pytest

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.operations.server import bind_to
from portal.platform.core.visit import WARNED_BEFORE
from portal.platform.runtime import assemble
from portal.platform.setting_checks import check
from portal.platform.settings import ROOT, Settings, SettingsError, describe, read_settings

DATABASES = (
    *("nonsense", "mysql://host/name", "postgresql://host/name", "sqlite://", "sqlite:///:memory:"),
    *("postgresql+psycopg://host", "postgresql+psycopg://host:99999/name"),
)
MASTER = base64.b64encode(b"m" * 32).decode()
REAL = {
    "PORTAL_SECRET_KEY": "s" * 40,
    "PORTAL_MASTER_KEY": MASTER,
    "PORTAL_PUBLIC_URL": "https://privacy.example.com/",
    "PORTAL_PROXIES": "1",
    "PORTAL_SMTP_URL": "smtps://mail.example.com",
}


def test_a_real_installation_with_everything_it_needs_may_start() -> None:
    settings = read_settings(REAL)
    check(settings)
    assert settings.secure
    assert settings.address == "https://privacy.example.com"


BAD: dict[str, tuple[str, ...]] = {
    "PORTAL_SECRET_KEY": ("", "short"),
    "PORTAL_OLD_SECRET_KEY": ("short",),
    "PORTAL_MASTER_KEY": ("", "short", "no base64 at all!"),
    "PORTAL_OTHER_MASTER_KEYS": ("short",),
    "PORTAL_PUBLIC_URL": (
        *("", "http://privacy.example.com", "privacy.example.com", "https://", "https:///x"),
        *("https://a:b@privacy.example.com", "https://privacy.example.com:99999"),
        *("https://privacy.example.com/portal", "https://privacy.example.com?x=1"),
        *("https://privacy.example.com:eighty", "https://privacy example.com"),
        *("https://privacy..example.com", "https://127.1", "https://é_x.example.com"),
    ),
    "PORTAL_PROXIES": ("0", "-1", "99999"),
    "PORTAL_SESSION_IDLE_SECONDS": ("0", "1", "299", "9" * 12, "9" * 5000),
    "PORTAL_PORT": ("eighty", "0", "99999", "-8000", "\uff18\uff10"),
    "PORTAL_BIND": ("", "nonsense", "999.1.1.1", "127.0.0.1:80"),
    "PORTAL_WORKERS": ("0", "10000"),
    "PORTAL_THREADS": ("0", "10000"),
    "PORTAL_ARGON2_MEMORY_KIB": ("0", "1", "19455", "9" * 12),
    "PORTAL_ARGON2_TIME": ("0", "1", "9" * 12),
    "PORTAL_BACKUPS_KEPT_DAYS": ("0", "9" * 12),
    "PORTAL_LIMITS_TIMES": ("0", "9" * 12),
    "PORTAL_DEMONSTRATION": ("perhaps",),
    "PORTAL_SPELT_WRONG": ("1",),
    "PORTAL_BRAND_NAME": ("", "Mer\nBcc: x"),
    "PORTAL_CONTACT_TELEPHONE": ("020\n7946",),
    "PORTAL_SECURITY_CONTACT": ("", "security@example.com"),
    "PORTAL_NATION": ("", "atlantis"),
    "PORTAL_MAIL_FROM": (
        *("", "nonsense", "a@example.com,b@example.com", "Merrow <a@example.com>"),
        "é@example.com",  # which servers without SMTPUTF8 cannot take
    ),
    "PORTAL_PLACES_FILE": ("nowhere.mmdb", "/etc", "/dev/null", __file__),
    "PORTAL_QUESTIONS_FILE": ("nowhere.json", "/etc", "/dev/null", __file__),
    "PORTAL_OTHER_SYSTEMS_FILE": ("nowhere.json", "/etc", "/dev/null", __file__),
    "PORTAL_RECIPIENTS_FILE": ("nowhere.json", "/etc", "/dev/null", __file__),
    "PORTAL_POSTGRESQL_TOOLS": ("/nowhere", "/etc", __file__),
    "PORTAL_MAIL_FOLDER": ("/srv/emails",),  # beside a mail server
    "PORTAL_BACKUP_RECIPIENT": ("age1", "nobody"),
    "PORTAL_SMTP_URL": (
        *("", "mail.example.com", "https://mail.example.com", "smtps://", "smtps://a:b"),
    ),
    "PORTAL_BREACH_SERVICE": (
        *("leaks.example.com", "https://leaks.example.com:eighty"),
        *("https://leaks..example.com", "https://leaks.example.com/ränge"),
    ),
    "PORTAL_DATABASE_URL": DATABASES,
    "PORTAL_KEYRING_URL": DATABASES,
    "PORTAL_LIMITS_URL": (
        *("cache.example.com:6379", "memcached://cache.example.com", "redis://"),
        *("redis://cache.example.com:eighty", "redis://cache.example.com:0"),
        *("redis://cache.example.com/first", "redis://cache.example.com/0?retries=9"),
        "rediss://cache..example.com",
    ),
    "PORTAL_WEBHOOK_URL": (
        *("crm.example.com", "https://crm.example.com:eighty"),
        *("https://crm..example.com", "https://crm.example.com/hööks"),
        *("https://crm.example.com/hooks",),  # without a secret
    ),
}
"""Settings with values that cannot work, or would not be safe."""
ALWAYS_WORK = {"PORTAL_INSTANCE", "PORTAL_WEBHOOK_SECRET", "PORTAL_WEBHOOK_OLD_SECRET"}
"""A folder is made; secrets of webhooks are looked at where there is a receiver."""


def test_the_table_has_a_bad_value_of_every_setting() -> None:
    assert {name for name, _, _ in describe()} - ALWAYS_WORK - BAD.keys() == set()


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_what_would_be_unsafe_or_cannot_work_is_refused_at_start_by_name(
    name: str, value: str, tmp_path: Path
) -> None:
    settings = {**REAL, "PORTAL_INSTANCE": str(tmp_path), name: value}
    said = "PORTAL_WEBHOOK_SECRET" if value == "https://crm.example.com/hooks" else name
    with pytest.raises(SettingsError, match=said):
        assemble(read_settings(settings), HELD, QUESTIONS)


@pytest.mark.parametrize(
    ("database", "keyring"),
    [
        ("sqlite:////srv/portal/one.db", "sqlite:////srv/portal/one.db"),
        ("sqlite:////srv/portal/one.db", "sqlite:////srv/portal/./one.db"),
        ("sqlite:////srv/portal/one.db", "sqlite:////srv/other/..//portal/one.db"),
        ("postgresql+psycopg://portal@localhost/portal",) * 2,
    ],
)
def test_keys_are_never_kept_beside_what_they_open(database: str, keyring: str) -> None:
    both = {"PORTAL_DATABASE_URL": database, "PORTAL_KEYRING_URL": keyring}
    with pytest.raises(SettingsError, match="two databases"):
        check(read_settings({**REAL, **both}))


@pytest.mark.parametrize(
    ("bind", "listens"),
    [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000"), ("localhost", "localhost:8000")],
)
def test_the_web_server_may_listen_on_either_kind_of_address(bind: str, listens: str) -> None:
    settings = read_settings({**REAL, "PORTAL_BIND": bind})
    check(settings)
    assert bind_to(settings) == listens


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rediss://cache.example.com",
        "rediss://portal:secret%2Fword@[::1]:6380/3",
    ],
)
def test_a_redis_in_which_all_processes_count_may_be_there_or_not(url: str) -> None:
    check(read_settings({**REAL, "PORTAL_LIMITS_URL": url}))


def test_the_password_of_a_redis_is_not_in_what_is_said_of_a_wrong_address() -> None:
    with pytest.raises(SettingsError) as refused:
        check(read_settings({**REAL, "PORTAL_LIMITS_URL": "http://:umbrella@[::1]"}))
    assert "umbrella" not in str(refused.value)


ELSEWHERE = [
    ("PORTAL_SMTP_URL", "smtp://mail.example.com"),
    ("PORTAL_LIMITS_URL", "redis://cache.example.com"),
    ("PORTAL_BREACH_SERVICE", "http://leaks.example.com/range"),
    ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal@db.example.com/portal"),
    ("PORTAL_DATABASE_URL", "postgresql+psycopg:///portal?host=db.example.com"),
    ("PORTAL_KEYRING_URL", "postgresql+psycopg://portal@keys.example.com/k?sslmode=require"),
]
"""Lines to other machines on which anybody between could read along."""


@pytest.mark.parametrize(("name", "url"), ELSEWHERE)
def test_a_line_to_another_machine_must_be_encrypted(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} leads to another machine"):
        check(read_settings({**REAL, name: url}))
    check(read_settings({**REAL, name: url, "PORTAL_DEMONSTRATION": "yes"}))


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("PORTAL_SMTP_URL", "smtp+starttls://mail.example.com"),
        ("PORTAL_SMTP_URL", "smtp://localhost:25"),
        ("PORTAL_LIMITS_URL", "redis://[::1]:6379"),
        ("PORTAL_BREACH_SERVICE", "http://127.0.0.1:8000/range"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg:///portal?host=/run/postgresql"),
        ("PORTAL_DATABASE_URL", "sqlite:////srv/portal/portal.db"),
        ("PORTAL_KEYRING_URL", "postgresql+psycopg://k@keys.example.com/k?sslmode=verify-full"),
    ],
)
def test_a_line_within_this_machine_need_not_be(name: str, url: str) -> None:
    check(read_settings({**REAL, name: url}))


WEBHOOK = {
    **REAL,
    "PORTAL_WEBHOOK_URL": "https://crm.example.com/hooks",
    "PORTAL_WEBHOOK_SECRET": f"whsec_{MASTER}",
}


def test_a_receiver_needs_a_secret_of_the_standard_and_may_have_two() -> None:
    check(read_settings(WEBHOOK))
    check(read_settings({**WEBHOOK, "PORTAL_WEBHOOK_OLD_SECRET": f"whsec_{MASTER}"}))
    for name in ("PORTAL_WEBHOOK_SECRET", "PORTAL_WEBHOOK_OLD_SECRET"):
        with pytest.raises(SettingsError, match=name) as refused:
            check(read_settings({**WEBHOOK, name: "whsec_dG9vIHNob3J0"}))
        assert "dG9v" not in str(refused.value)


def test_a_receiver_on_another_machine_is_told_over_tls_alone() -> None:
    check(read_settings({**WEBHOOK, "PORTAL_WEBHOOK_URL": "http://127.0.0.1:9000/hooks"}))
    with pytest.raises(SettingsError, match="PORTAL_WEBHOOK_URL leads to another machine"):
        check(read_settings({**WEBHOOK, "PORTAL_WEBHOOK_URL": "http://crm.example.com/hooks"}))


def test_the_demonstrations_own_secrets_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(REAL["PORTAL_SECRET_KEY"] + "\n")
    with pytest.raises(SettingsError, match="demonstration"):
        check(read_settings({**REAL, "PORTAL_INSTANCE": str(tmp_path)}))


def test_a_demonstration_needs_no_tls() -> None:
    check(
        read_settings(
            {**REAL, "PORTAL_DEMONSTRATION": "yes", "PORTAL_PUBLIC_URL": "", "PORTAL_PROXIES": "0"}
        )
    )


def test_sessions_last_thirty_minutes_unless_somebody_says_otherwise() -> None:
    assert Settings().session_idle_seconds == 1800


def test_a_session_is_never_so_short_that_its_warning_comes_at_once() -> None:
    """Nor that somebody who looks something up elsewhere is signed out meanwhile (WCAG 2.2.1)."""
    least = next(one for one in fields(Settings) if one.name == "session_idle_seconds")
    assert least.metadata["least"] >= 2 * WARNED_BEFORE.total_seconds()


def test_the_readme_explains_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(PORTAL_\w+)` \| ([^|]*) \|", readme, re.MULTILINE))
    assert {name: default.strip().strip("`") for name, default in rows.items()} == {
        name: default or "none" for name, default, _ in describe()
    }
