"""How an email looks: HTML and plain text, from the same words."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from gettext import NullTranslations
from pathlib import Path
from uuid import UUID

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.governance.receipts.rules import RECEIPT_FILE, read_receipt
from portal.messaging.email.message import Email
from portal.messaging.email.reasons import find_reason
from portal.messaging.email.transport import RefusedError
from portal.platform.core.addresses import envelope_email
from portal.platform.core.clock import Clock
from portal.platform.core.texts import say
from portal.platform.core.translating import translate
from portal.platform.settings import ROOT, Settings

POLICY = SMTP.clone(max_line_length=76)
"""Lines no longer than quoted-printable may have (RFC 2045, 6.7); Python's own are two longer."""


def find_envelope_recipient(email: Email) -> str:
    """Return the one address that an email goes to, as servers are told it.

    Raises `RefusedError` for anything else than one address, whoever has let it in.
    """
    try:
        return envelope_email(email.to)
    except ValueError as error:
        raise RefusedError("Not one address") from error


class EmailRenderer:
    """Makes messages of emails."""

    def __init__(  # noqa: PLR0913  # who we are: five facts
        self,
        templates: Path,
        *,
        brand: str,
        public_url: str,
        sender: str,
        host: str,
        clock: Clock,
        translations: NullTranslations | None = None,
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        translate(self._environment, translations)
        self._translations = translations or NullTranslations()
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        self._brand, self._public_url = brand, public_url
        self._sender, self._host, self._clock = sender, host, clock

    @classmethod
    def of(
        cls, settings: Settings, clock: Clock, translations: NullTranslations | None = None
    ) -> "EmailRenderer":
        """Make the one of an installation."""
        return cls(
            ROOT / "templates",
            brand=settings.brand_name,
            public_url=settings.address,
            sender=settings.mail_from,
            host=settings.host,
            clock=clock,
            translations=translations,
        )

    def make(self, email_id: UUID, email: Email) -> EmailMessage:
        """Return the message; sent twice after a crash, it carries the same Message-ID.

        A receipt goes along as a file, in lines of up to 76 signs that nothing on the way breaks.

        Raises `RefusedError` for an email that is not to one address.
        """
        message = EmailMessage(policy=POLICY)
        message["Subject"] = str(say(email.subject, self._translations))
        message["From"] = formataddr((self._brand, envelope_email(self._sender)))
        message["To"] = _head_of(find_envelope_recipient(email))
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = f"<{email_id}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"
        receipt = read_receipt(email.extract)
        facts = {
            "email": email,
            "receipt": receipt,
            "reason": find_reason(email, self._brand),
            "action_url": self._address(email),
            "brand": self._brand,
            "public_url": self._public_url,
        }
        text = self._environment.get_template("messaging/email/email.txt").render(facts)
        page = self._environment.get_template("messaging/email/email.html").render(facts)
        message.set_content(text)
        message.add_alternative(self._inliner.inline(page), subtype="html")
        if receipt:
            message.add_attachment(
                f"{email.extract}\n", filename=RECEIPT_FILE, cte="quoted-printable"
            )
        return message

    def _address(self, email: Email) -> str | None:
        return f"{self._public_url}{email.action_path}" if email.action_path else None


def _head_of(address: str) -> Address:
    """Return what stands in the head: an address and no name, so that nothing else can be in it."""
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)
