"""Campaign lists for tests, screened as the command does, without its process."""

from io import BufferedReader, BytesIO
from typing import cast

from portal.kernel.compact import Numbers
from portal.kernel.sheets import cut_blocks, open_text, take_first_row
from portal.marks.rules import Channel
from portal.preferences.rules import Choice
from portal.preferences.service import save_choices
from portal.screening.forms import read_layout
from portal.screening.rules import Campaign, Reason
from portal.screening.service import open_screen
from tests.world import Person, World, act

CALLS = Campaign(purpose="offers", channel=Channel.TELEPHONE)


def screened(
    world: World,
    text: str | bytes,
    campaign: Campaign = CALLS,
    *,
    tps: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> tuple[list[str], dict[int, Reason]]:
    """Screen a list; return what came through, and why which line was withheld."""
    content = text.encode() if isinstance(text, str) else text
    source = cast(BufferedReader, BufferedReader(BytesIO(content)))  # as good as a file
    header, rest = take_first_row(cut_blocks(open_text(source)))
    layout = read_layout(header, campaign.channel, columns)
    numbers = Numbers()
    for one in tps:
        numbers.add(one)
    with world.work() as work:
        screen = open_screen(work, campaign, layout, numbers)
    through: list[str] = []
    withheld: dict[int, Reason] = {}
    for first, block in rest:
        done = screen.screen(block, first)
        through += done.through
        withheld.update(done.withheld)
    return through, withheld


def agrees(world: World, person: Person, *choices: tuple[str, Channel]) -> None:
    """Let a customer say yes to these choices and no to all others."""
    wanted = frozenset(Choice(*one) for one in choices)
    act(world, person, save_choices, person.customer_id, wanted)
