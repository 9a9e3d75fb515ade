"""The log: one JSON line an event, UTC, and only names and numbers in it.

Nothing a person typed is ever logged. What is logged is an event's name and identifiers.
"""

import logging
import sys

import structlog

from portal.platform.core.errors import name_places, read_note

Logger = structlog.stdlib.BoundLogger


def set_up(level: int = logging.INFO) -> None:
    """Send every log line, ours and our libraries', to one place in one shape."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("portal").setLevel(level)


class _StandardError(logging.Handler):
    """Writes each line to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(self.format(record) + "\n")


def get_logger(name: str) -> Logger:
    """Return the logger of one module."""
    logger: Logger = structlog.get_logger(name)
    return logger


def _name_the_exception(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Keep an exception's class and the places it passed, never its text: texts quote values."""
    del logger, method
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    fault = info[1] if isinstance(info, tuple) else info
    if isinstance(fault, BaseException):
        event["exception"] = type(fault).__name__
        event.update(zip(("database", "trouble"), read_note(fault), strict=False))
        event["places"] = name_places(fault)
    return event
