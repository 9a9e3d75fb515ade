"""Every email there is, written with words that are known, so that it is seen where they go."""

import importlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from portal.desk.cancellation_requests.rules import CancellationEmailContext
from portal.desk.cases.rules import FROM_US, Step
from portal.messaging.email.message import Email
from portal.platform.core.visit import Device
from portal.platform.settings import ROOT

OURS = frozenset({"to", "path", "reference", "due", "text", "step"})
"""What is in an email to an address that nobody has confirmed: links, numbers and days of ours,
and what a colleague answers. A new word here is a decision: whoever types it can have it sent to
anybody under our letterhead."""
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VALUES: dict[Any, Any] = {
    datetime: NOON,
    date: NOON.date(),
    bool: True,
    Device: Device("Firefox", "Exampleton"),
    Step: Step.REPLIED,
    CancellationEmailContext: CancellationEmailContext(
        given_name="word-given_name", reference="PC-7K4Q-92W", what="x", path="/", ends_at=NOON
    ),
}

Write = Callable[..., Email]


def list_writers() -> Iterator[tuple[str, Write]]:
    """Every function of every room that writes an email, with its name."""
    for file in sorted(Path(ROOT, "portal").glob("*/*/emails.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        yield from list_public(importlib.import_module(name))


def list_public(module: ModuleType) -> Iterator[tuple[str, Write]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            yield f"{module.__name__}.{name}", function


def write(function: Write) -> Email:
    """Write an email with a word of its own for each thing that it is told."""
    return next(write_all(function))


def write_all(function: Write, **known: object) -> Iterator[Email]:
    """Write an email in each of its forms: with and without what there may or may not be."""
    hints = inspect.get_annotations(function, eval_str=True)
    names = list(inspect.signature(function).parameters)
    values = [
        [known[name]] if name in known else [value_of(name, hints[name]), *others_of(hints[name])]
        for name in names
    ]
    for told in itertools.product(*values):
        yield function(**dict(zip(names, told, strict=True)))


def others_of(kind: Any) -> list[Any]:
    if kind is bool:
        return [False]
    if kind is Step:
        return [one for one in FROM_US if one is not Step.REPLIED]
    return [NOON.date()] if kind == date | None else []


def value_of(name: str, kind: Any) -> Any:
    if name == "to":
        return "rowan@example.com"
    if kind in VALUES:
        return VALUES[kind]
    if kind == date | None:
        return None
    return (f"word-{name}",) if kind == tuple[str, ...] else f"word-{name}"


def find_stray_words(function: Write) -> list[str]:
    """What an email to an unconfirmed address would carry although a stranger may have typed it."""
    email = write(function)
    if email.is_confirmed:
        return []
    told = set(inspect.signature(function).parameters) - OURS
    everything = repr(email_words(email))
    return [name for name in sorted(told) if f"word-{name}" in everything] or sorted(
        name for name in told if name in {"name", "given_name"}
    )


def email_words(email: Email) -> list[object]:
    return [
        email.subject,
        email.greeting,
        email.paragraphs,
        email.closing,
        email.reference,
        email.extract,
        email.action_label,
        email.action_path,
    ]
