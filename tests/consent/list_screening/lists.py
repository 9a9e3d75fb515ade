"""Campaign lists for tests, screened as the command and the page do: the same comes of both."""

from io import BufferedReader, BytesIO
from typing import cast

from portal.consent.list_import.columns import read_layout, read_numbers
from portal.consent.list_import.sheets import cut_blocks, take_first_row
from portal.consent.list_screening.rules import Campaign, Screen, Screened, WithheldReason
from portal.consent.list_screening.service import open_reader, open_screen
from portal.consent.marketing.rules import Choice
from portal.consent.marketing.service import save_choices
from portal.identity.contact_index.rules import Channel
from tests.world import Person, World, act

AT = "https://privacy.example.com"
CALLS = Campaign(purpose="offers", channel=Channel.TELEPHONE)


def screened(  # noqa: PLR0913  # one a thing that can be said
    world: World,
    text: str | bytes,
    campaign: Campaign = CALLS,
    *,
    tps: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    whole: bool = False,
) -> tuple[list[str], dict[int, WithheldReason]]:
    """Screen a list; return what came through, and why which line was withheld.

    Where to unsubscribe is only there in `whole` rows.
    """
    content = text.encode() if isinstance(text, str) else text
    numbers = read_numbers(tps) if tps else None
    found = []
    for is_short in (True, False):
        source = cast(BufferedReader, BufferedReader(BytesIO(content)))  # as good as a file
        header, rest = take_first_row(cut_blocks(source))
        layout, blocks = read_layout(header, campaign.channel, columns), list(rest)
        with world.parts.reading() as work:
            reader = open_reader(work, campaign, layout, numbers)
            screen = open_screen(work, reader, AT, is_short=is_short)
            found += [screen.screen_all(blocks), _screen_read(screen, blocks)]
    done, *others = found
    assert others == [done] * 3
    through = done.through
    if campaign.channel is Channel.EMAIL and not whole:
        through = [row.rpartition(",")[0] for row in through]
    return through, dict(done.withheld)


def _screen_read(screen: Screen, blocks: list[tuple[int, bytes]]) -> Screened:
    """Screen a list whose contacts were read before it was known how anybody stands."""
    whole = Screened()
    for first, block in blocks:
        contacts = screen.reader.read(screen.reader.split(block, first))
        whole.add(screen.screen(block, first, contacts))
    return whole


def agrees(world: World, person: Person, *choices: tuple[str, str]) -> None:
    """Let a customer say yes to these choices and no to all others."""
    wanted = frozenset(Choice(*one) for one in choices)
    act(world, person, save_choices, person.customer_id, wanted)
