"""Marketing emails of tests: who gets one, and where it says one can unsubscribe."""

from urllib.parse import urlsplit

from portal.consent.list_screening.rules import Campaign
from portal.consent.unsubscribe.rules import SEAL, address_maker
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.contact_index.rules import Channel
from tests.consent.list_screening.lists import screened
from tests.world import World


def path_for(world: World, email: str, purpose: str = "offers") -> str:
    """The page to unsubscribe at that a list with this address comes out with."""
    campaign = Campaign(purpose=purpose, channel=Channel.EMAIL, prospects=True)
    rows, withheld = screened(world, f"Name,Email\nRowan,{email}\n", campaign, whole=True)
    assert withheld == {}
    return urlsplit(rows[0].rpartition(",")[2]).path


def old_path_for(world: World, email: str, purpose: str = "offers") -> str:
    """The page that an email leads to which was sent when the address was let through."""
    with world.work() as work:
        make = address_maker(work.vault.tagger(SEAL, purpose), "", purpose)
        (path,) = make([get_email_hash(work, email)])
    return path
