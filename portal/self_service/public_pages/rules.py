"""What the notices say that a program can check."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SECURITY_TXT_LIFE = timedelta(days=180)
"""RFC 9116 asks for less than a year."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie that the portal sets; names without the prefix that TLS adds."""

    name: str
    purpose: str
    life: str


COOKIES = (
    Cookie("session", "Knows that you are signed in", "Until you sign out or close the browser"),
    Cookie("desk", "The same, for our support staff", "Until they sign out"),
    Cookie("form", "Makes sure that a form really comes from you", "Until you close the browser"),
    Cookie("remember", "Greets you by name, if you asked for it; opens nothing", "180 days"),
)


def spell_minutes(length: timedelta) -> str:
    """Spell a short length of time: at least a minute."""
    minutes = max(1, int(length.total_seconds()) // 60)
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"


def security_text(contact: str, address: str, now: datetime) -> str:
    """Return security.txt (RFC 9116)."""
    expires = (now + SECURITY_TXT_LIFE).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {address}/.well-known/security.txt",
    )
    return "\n".join(lines) + "\n"
