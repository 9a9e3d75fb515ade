"""Three states of one form: what it was made from, what is saved by now, and what was sent.

What somebody did not touch follows what is saved; what was touched on both sides in different
ways is a clash, and only that is asked about.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What a form says it was made from: a version, and the values of then.

    Both come from a browser, so either may be anything; without values every difference is a
    clash. Never printed.
    """

    version: int
    values: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"MadeFrom({self.version})"

    def words(self, name: str) -> frozenset[str] | None:
        """Return a value that is a list of words; None where the form says nothing of it."""
        return frozenset(self.values[name].split()) if name in self.values else None

    def moment(self, name: str) -> datetime | None:
        """Return a value that is a moment; None where the form says none, or nobody can read it."""
        try:
            found = datetime.fromisoformat(self.values.get(name, ""))
        except ValueError:
            return None
        return found if found.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Merged(Generic[T]):
    """What comes of a form: the values, of a clash the one that was sent.

    `followed` are the fields that others changed and the form did not. Never printed.
    """

    values: dict[str, T]
    clashes: tuple[str, ...]
    followed: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Merged({', '.join(self.values)})"


def merge(
    made_from: Mapping[str, object],
    saved: Mapping[str, T],
    sent: Mapping[str, T],
    together: Collection[str] = (),
) -> Merged[T]:
    """Merge field by field; where it is not known what a field was, any difference is a clash.

    The fields of `together` make sense only with each other, as those of an address do: changed on
    both sides, all that differ of them clash, so that no mixture of two is ever saved.
    """
    values, clashes, followed = {}, [], []
    mixed = _mixed(made_from, saved, sent, together)
    for name, now in saved.items():
        if name in mixed:
            values[name] = sent[name]
            clashes.append(name)
            continue
        mine, is_known = sent.get(name, now), name in made_from
        is_touched = not is_known or mine != made_from[name]
        values[name] = mine if is_touched else now
        if mine != now and is_touched and not (is_known and now == made_from[name]):
            clashes.append(name)
        if mine != now and not is_touched:
            followed.append(name)
    return Merged(values, tuple(clashes), tuple(followed))


def _mixed(
    made_from: Mapping[str, object],
    saved: Mapping[str, T],
    sent: Mapping[str, T],
    together: Collection[str],
) -> frozenset[str]:
    """Return what differs of fields that belong together and that both sides changed."""
    names = [name for name in together if name in saved and name in sent]
    is_mine = any(sent[one] not in (saved[one], made_from.get(one)) for one in names)
    is_theirs = any(saved[one] != made_from.get(one) for one in names)
    both = is_mine and is_theirs
    return frozenset(one for one in names if both and sent[one] != saved[one])


def merge_words(made_from: frozenset[T], saved: frozenset[T], sent: frozenset[T]) -> frozenset[T]:
    """Merge boxes that are ticked or not: each can only be touched one way, so none clashes."""
    return (saved | (sent - made_from)) - (made_from - sent)
