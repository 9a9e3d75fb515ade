"""A receiver, and a portal that tells it of changes."""

from collections.abc import Iterator

import pytest

from portal.platform.core.webhooks import Receiver
from tests.consent.webhooks.receiver import Listener, listening
from tests.consent.webhooks.steps import telling
from tests.world import World


@pytest.fixture
def there() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def world(world: World, there: Listener) -> World:
    """A portal that tells a receiver of changes."""
    return telling(world, Receiver(there.url, [there.secret]))
