"""What the notices say that a program can check."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.platform.core.texts import _, _n

SECURITY_TXT_LIFE = timedelta(days=180)
"""RFC 9116 asks for less than a year."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie that the portal sets; names without the prefix that TLS adds."""

    name: str
    purpose: str
    life: str


COOKIES = (
    Cookie(
        "session", _("Knows that you’re signed in"), _("Until you sign out or close the browser")
    ),
    Cookie("desk", _("The same, for our support staff"), _("Until they sign out")),
    Cookie(
        "form",
        _(
            "Checks that a form really comes from you. For 30 minutes, it also lets us find"
            " what you typed to register, a message you opened by a link, or your directory entry"
        ),
        _("Until you close the browser"),
    ),
    Cookie(
        "remember",
        _("Greets you by name, if you asked for it. Nobody can sign in with it"),
        _("180 days"),
    ),
    Cookie("display", _("Remembers your display settings, if you changed them"), _("1 year")),
)


def spell_minutes(length: timedelta) -> str:
    """Spell a short length of time: at least a minute."""
    minutes = max(1, int(length.total_seconds()) // 60)
    return _n("{number} minute", "{number} minutes", minutes)


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
