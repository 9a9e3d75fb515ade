"""Marketing emails of tests: who gets one, and where it says one can unsubscribe."""

from urllib.parse import urlsplit

from portal.marks.rules import Channel
from portal.screening.rules import Campaign
from tests.screening.lists import screened
from tests.world import World


def path_for(world: World, email: str, purpose: str = "offers") -> str:
    """The page to unsubscribe at that a list with this address comes out with."""
    campaign = Campaign(purpose=purpose, channel=Channel.EMAIL, prospects=True)
    rows, withheld = screened(world, f"Name,Email\nRowan,{email}\n", campaign, whole=True)
    assert withheld == {}
    return urlsplit(rows[0].rpartition(",")[2]).path
