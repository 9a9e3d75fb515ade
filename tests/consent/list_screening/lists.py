"""Campaign lists for tests, screened as the command and the page do: the same comes of both."""

from io import BufferedReader, BytesIO
from typing import cast

from portal.consent.list_import.columns import open_list
from portal.consent.list_import.preference_service import read_numbers
from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import open_screen
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
        opened = open_list(source, campaign.channel, columns)
        with world.parts.reading() as work:
            screen = open_screen(
                work, campaign, opened.layout, public_url=AT, tps=numbers, is_short=is_short
            )
            found.append(screen.screen_all(opened.rows))
    done, other = found
    assert other == done
    through = done.through
    if campaign.channel is Channel.EMAIL and not whole:
        through = [row.rpartition(",")[0] for row in through]
    return through, dict(done.withheld)


def agrees(world: World, person: Person, *choices: tuple[str, str]) -> None:
    """Let a customer say yes to these choices and no to all others."""
    wanted = frozenset(Choice(*one) for one in choices)
    act(world, person, save_choices, person.customer_id, wanted)
