"""What is checked of a field, and what is said of it there, which names the field."""

from collections.abc import Callable

from flask import current_app
from wtforms import Field, ValidationError

from portal.platform.core.mailserver import NOT_REACHED, MailServer
from portal.platform.core.texts import _

Parser = Callable[[str], object]
NOT_WHOLE = _("We couldn’t accept this form, because part of it was too long. Open the page again")
"""What is said of what people do not see."""
TOO_LONG = _("{Called} must be {longest:,} characters or fewer")

Check = Callable[[object, Field], None]


class Required:
    """Refuses an empty field with words of its own, and checks nothing further."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is empty."""
        del form
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(self.message)


class Fits:
    """Refuses what is longer than a number of characters; what people do not see has no name."""

    def __init__(self, longest: int, called: str = "") -> None:
        self.longest = longest
        self.message = TOO_LONG.format(called=called, longest=longest) if called else NOT_WHOLE

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is too long."""
        del form
        if field.data and len(field.data) > self.longest:
            raise ValidationError(self.message)


class Offered:
    """Refuses what the list does not offer, which no browser sends."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is not offered; nothing is always fine."""
        del form
        sent = field.data if isinstance(field.data, list) else [field.data]
        if {one for one in sent if one} - {choice.value for choice in field.choices or []}:
            raise ValidationError(self.message)


class Parses:
    """Refuses what a parser of the domain refuses with `ValueError`; nothing is always fine."""

    def __init__(self, parser: Parser, message: str) -> None:
        self.parser, self.message = parser, message

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what does not parse."""
        del form
        if field.data:
            try:
                self.parser(field.data)
            except ValueError as error:
                raise ValidationError(self.message) from error


class Reached:
    """Refuses an address that the mail server of this installation cannot take."""

    def __call__(self, form: object, field: Field) -> None:
        """Ask the mail server where there is doubt; not about what is refused already."""
        del form
        server: MailServer = current_app.extensions["portal"].mail_server
        if not field.errors and not server.takes(field.data):
            raise ValidationError(NOT_REACHED)


def required(message: str | None) -> list[Check]:
    """Return what refuses an empty field with a message; nothing where it may be empty."""
    return [Required(message)] if message else []
