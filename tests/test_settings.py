import base64
import re
from pathlib import Path

import pytest

from portal.settings import Settings, SettingsError, describe, read_settings

ROOT = Path(__file__).resolve().parents[1]
MASTER = base64.b64encode(b"m" * 32).decode()
REAL = {
    "PORTAL_SECRET_KEY": "s" * 40,
    "PORTAL_MASTER_KEY": MASTER,
    "PORTAL_PUBLIC_URL": "https://privacy.example.com/",
    "PORTAL_PROXIES": "1",
}


def test_a_real_installation_with_everything_it_needs_may_start() -> None:
    settings = read_settings(REAL)
    settings.check()
    assert settings.secure
    assert settings.address == "https://privacy.example.com"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_SECRET_KEY", "", "PORTAL_SECRET_KEY"),
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY"),
        ("PORTAL_MASTER_KEY", "", "PORTAL_MASTER_KEY"),
        ("PORTAL_PUBLIC_URL", "http://privacy.example.com", "https"),
        ("PORTAL_PUBLIC_URL", "", "https"),
        ("PORTAL_PROXIES", "0", "PORTAL_PROXIES"),
        ("PORTAL_SESSION_IDLE_SECONDS", "0", "PORTAL_SESSION_IDLE_SECONDS"),
        ("PORTAL_PORT", "eighty", "PORTAL_PORT"),
        ("PORTAL_DEMONSTRATION", "perhaps", "PORTAL_DEMONSTRATION"),
        ("PORTAL_SPELT_WRONG", "1", "PORTAL_SPELT_WRONG"),
        ("PORTAL_PLACES_FILE", "nowhere.mmdb", "PORTAL_PLACES_FILE"),
        ("PORTAL_LIMITS_TIMES", "0", "PORTAL_LIMITS_TIMES"),
        ("PORTAL_LIMITS_URL", "cache.example.com:6379", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "memcached://cache.example.com", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "redis://", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "redis://cache.example.com:eighty", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "redis://cache.example.com:0", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "redis://cache.example.com/first", "PORTAL_LIMITS_URL"),
        ("PORTAL_LIMITS_URL", "redis://cache.example.com/0?retries=9", "PORTAL_LIMITS_URL"),
        ("PORTAL_WEBHOOK_URL", "crm.example.com", "PORTAL_WEBHOOK_URL"),
        ("PORTAL_WEBHOOK_URL", "https://crm.example.com:eighty", "PORTAL_WEBHOOK_URL"),
        ("PORTAL_WEBHOOK_URL", "https://crm.example.com/hooks", "PORTAL_WEBHOOK_SECRET"),
    ],
)
def test_what_would_be_unsafe_is_refused_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings({**REAL, name: value}).check()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rediss://cache.example.com",
        "rediss://portal:secret%2Fword@[::1]:6380/3",
    ],
)
def test_a_redis_in_which_all_processes_count_may_be_there_or_not(url: str) -> None:
    read_settings({**REAL, "PORTAL_LIMITS_URL": url}).check()


def test_the_password_of_a_redis_is_not_in_what_is_said_of_a_wrong_address() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({**REAL, "PORTAL_LIMITS_URL": "http://:umbrella@[::1]"}).check()
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
        read_settings({**REAL, name: url}).check()
    read_settings({**REAL, name: url, "PORTAL_DEMONSTRATION": "yes"}).check()


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
    read_settings({**REAL, name: url}).check()


WEBHOOK = {
    **REAL,
    "PORTAL_WEBHOOK_URL": "https://crm.example.com/hooks",
    "PORTAL_WEBHOOK_SECRET": f"whsec_{MASTER}",
}


def test_a_receiver_needs_a_secret_of_the_standard_and_may_have_two() -> None:
    read_settings(WEBHOOK).check()
    read_settings({**WEBHOOK, "PORTAL_WEBHOOK_OLD_SECRET": f"whsec_{MASTER}"}).check()
    for name in ("PORTAL_WEBHOOK_SECRET", "PORTAL_WEBHOOK_OLD_SECRET"):
        with pytest.raises(SettingsError, match=name) as refused:
            read_settings({**WEBHOOK, name: "whsec_dG9vIHNob3J0"}).check()
        assert "dG9v" not in str(refused.value)


def test_a_receiver_on_another_machine_is_told_over_tls_alone() -> None:
    read_settings({**WEBHOOK, "PORTAL_WEBHOOK_URL": "http://127.0.0.1:9000/hooks"}).check()
    with pytest.raises(SettingsError, match="PORTAL_WEBHOOK_URL leads to another machine"):
        read_settings({**WEBHOOK, "PORTAL_WEBHOOK_URL": "http://crm.example.com/hooks"}).check()


def test_the_demonstrations_own_secrets_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(REAL["PORTAL_SECRET_KEY"] + "\n")
    with pytest.raises(SettingsError, match="demonstration"):
        read_settings({**REAL, "PORTAL_INSTANCE": str(tmp_path)}).check()


def test_a_demonstration_needs_no_tls() -> None:
    read_settings(
        {**REAL, "PORTAL_DEMONSTRATION": "yes", "PORTAL_PUBLIC_URL": "", "PORTAL_PROXIES": "0"}
    ).check()


def test_sessions_last_thirty_minutes_unless_somebody_says_otherwise() -> None:
    assert Settings().session_idle_seconds == 1800


def test_the_readme_explains_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(PORTAL_\w+)` \| ([^|]*) \|", readme, re.MULTILINE))
    assert {name: default.strip().strip("`") for name, default in rows.items()} == {
        name: default or "none" for name, default, _ in describe()
    }
