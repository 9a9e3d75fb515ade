"""Texts that wait in the session until the next page keep their message there."""

from flask import Flask
from flask.json.tag import JSONTag, TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface

from portal.platform.core.texts import Text


class TagText(JSONTag):
    """A text in the cookie of the session: its message, and what is filled in."""

    __slots__ = ()
    key = " text"

    def check(self, value: object) -> bool:
        """Tell whether it is a text of the catalogue."""
        return isinstance(value, Text)

    def to_json(self, value: Text) -> list[object]:
        """Take it apart."""
        filled = {name: self.serializer.tag(one) for name, one in value.filled.items()}
        return [value.message, value.plural, filled]

    def to_python(self, value: tuple[str, str, dict[str, object]]) -> Text:
        """Put it together again."""
        message, plural, filled = value
        return Text.of(message, plural, filled)


def init_app(app: Flask) -> None:
    """Teach the session of the application to keep texts."""
    interface = SecureCookieSessionInterface()
    interface.serializer = TaggedJSONSerializer()
    interface.serializer.register(TagText, index=0)
    app.session_interface = interface
