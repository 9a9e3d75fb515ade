"""The slow, obvious way to screen a list: the specification of the quick one.

No row is taken by a pattern, every cell of every other column is looked at, and nothing is asked
about twice or together but what a column as a whole decides.
"""

from collections.abc import Collection, Mapping
from string import digits

from portal.consent.list_import.cell_values import find_contacts, read_cell, read_post
from portal.consent.list_import.cells import cut_mailboxes, cut_numbers
from portal.consent.list_import.columns import Layout
from portal.consent.list_import.sheets import REPLACEMENT, Row, write_row
from portal.consent.list_screening.rules import Campaign, Consent, WithheldReason
from portal.identity.contact_index.rules import Channel

Found = tuple[list[str], list[str]] | None
"""The contacts of a cell, and what else may be meant; None where it cannot be read."""
WHY = {
    Consent.FORMER: WithheldReason.FORMER,
    Consent.NO: WithheldReason.NO,
    Consent.SUPPRESSED: WithheldReason.SUPPRESSED,
}


def screen_slowly(
    rows: list[Row],
    layout: Layout,
    campaign: Campaign,
    stands: Mapping[str, Consent],
    tps: Collection[str],
) -> tuple[list[str], list[tuple[int, WithheldReason]]]:
    """Return which rows are let through, and why which line is withheld."""
    cells = [row.cells if len(row.cells) == layout.width else [""] * layout.width for row in rows]
    own = [_read_own(one, layout, campaign.channel) for one in cells]
    counting = _list_counting(own, layout)
    through, withheld = [], []
    for at, row in enumerate(rows):
        found = [own[at][column] for column in counting]
        others = [other for one in found if one for other in one[1]]
        if campaign.channel is not Channel.POST:
            uncounted = [
                layout.columns[one][0] for one in range(len(own[at])) if one not in counting
            ]
            for place in (*uncounted, *layout.beside):
                if cells[at][place] != _find_colleague(cells, own, counting[0], place):
                    others += sorted(find_contacts(campaign.channel, cells[at][place]))
        reason = _judge(row, layout, found, others, campaign, stands, tps)
        if reason:
            withheld.append((row.line, reason))
        else:
            is_harmless = not any(map(_is_formula, row.cells))
            through.append(row.text if is_harmless else write_row(row.cells, layout.separator))
    return through, withheld


def _read_own(cells: list[str], layout: Layout, channel: Channel) -> list[Found]:
    if channel is not Channel.POST:
        return [_read(channel, cells[place]) for (place,) in layout.columns]
    ((first, postcode, *more),) = layout.columns
    lines = [cells[place] for place in sorted([first, *more])]
    beside = [cells[place] for place in layout.beside]
    try:
        found = read_post(lines, cells[postcode], beside, layout.post)
    except ValueError:
        return [None]
    return [(found[:1], found[1:])]


def _read(channel: Channel, cell: str) -> Found:
    try:
        found = read_cell(channel, cell)
    except ValueError:
        return _read_parts(channel, cell)
    return found[:1], found[1:]


def _read_parts(channel: Channel, cell: str) -> Found:
    parts = cut_mailboxes(cell) if channel is Channel.EMAIL else cut_numbers(cell)
    try:
        found = [read_cell(channel, one) for one in parts if one.strip()]
    except ValueError:
        return None
    others = {other for one in found for other in one[1:]} | find_contacts(channel, cell)
    return ([one[0] for one in found], sorted(others)) if found else None


def _list_counting(own: list[list[Found]], layout: Layout) -> list[int]:
    """Return which columns count: one called after other things, too, if most of it is read."""
    every = range(len(layout.columns))
    found = []
    for column in every:
        filled = [row[column] for row in own if row[column] != ([], [])]
        is_read = not filled.count(None) or 2 * filled.count(None) < len(filled)
        if layout.columns[column][0] not in layout.weak or is_read:
            found.append(column)
    return found or [*every]


def _find_colleague(
    cells: list[list[str]], own: list[list[Found]], first: int, place: int
) -> str | None:
    """Return what stands in most cells of a column, five at least, beside different people."""
    column = [row[place] for row in cells]
    for cell in {*column}:
        beside = [row[first] for row, other in zip(own, column, strict=True) if other == cell]
        people = {one[0][0] for one in beside if one and one[0]}
        is_most = len(beside) >= 5 and 2 * len(beside) > len(column)
        if is_most and 2 * len(people) > len(beside):
            return cell
    return None


def _judge(  # noqa: C901, PLR0911, PLR0912, PLR0913, PLR0917  # step by step is what makes it obvious
    row: Row,
    layout: Layout,
    found: list[Found],
    others: list[str],
    campaign: Campaign,
    stands: Mapping[str, Consent],
    tps: Collection[str],
) -> WithheldReason | None:
    if "\0" in row.text or REPLACEMENT in row.text:
        return WithheldReason.SIGNS
    if not row.cells:
        return WithheldReason.QUOTES
    if len(row.cells) != layout.width:
        return WithheldReason.COLUMNS
    if all(one == ([], []) for one in found):
        return WithheldReason.EMPTY
    for one in found:
        if one is None:
            return WithheldReason.UNREADABLE
        for value in one[0]:
            if value in stands:
                if stands[value] is not Consent.YES:
                    return WHY[stands[value]]
            elif not campaign.prospects:
                return WithheldReason.NOT_A_CUSTOMER
            elif value in tps:
                return WithheldReason.TPS
    for value in others:
        if value in stands:
            if stands[value] is not Consent.YES:
                return WHY[stands[value]]
        elif campaign.prospects and value in tps:
            return WithheldReason.TPS
    return None


def _is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell: it begins with such a sign, and is no figure."""
    is_figure = cell[:1] in {"+", "-"} and not cell[1:].strip(f"{digits} ().,/-")
    return (
        cell.startswith(
            ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        )
        and not is_figure
    )
