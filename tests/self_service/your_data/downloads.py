"""A download of somebody's data, as they get it: asked for in a browser, and unpacked."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from portal.platform.core.clock import spell_moment
from portal.self_service.your_data.queries import list_categories
from portal.self_service.your_data.rules import DATA
from tests.pages import Visitor
from tests.world import Person, World

PATH = "/your-data/download"


def download(visitor: Visitor) -> dict[str, str]:
    """Press the button; return each file of the folder, by its name."""
    page = visitor.open(PATH)
    answer = visitor.client.post(PATH, data={"csrf_token": page.value("csrf_token")})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as folder:
        assert folder.testzip() is None
        return {name: folder.read(name).decode() for name in folder.namelist()}


def copy_of(world: World, person: Person) -> str:
    """What somebody's download would say, as lines (see `copy_in`), however they may sign in."""
    with world.parts.reading() as work:
        found = list_categories(
            work, world.parts.register, world.parts.recipients, person.customer_id
        )
        return "\n".join(_lines(one.words() for one in found))


def copy_in(visitor: Visitor) -> str:
    """What the download of whoever is signed in says, as lines.

    Why each thing is held, who gets it and how long, then each label, its moment and its value.
    """
    return "\n".join(_lines(json.loads(download(visitor)[DATA])["categories"]))


def _lines(categories: Iterable[dict[str, Any]]) -> Iterator[str]:
    for one in categories:
        if one["items"]:
            yield one["name"]
            yield f"Why: {one['purpose']}. From: {one['source']}."
            yield f"Who gets it: {one['recipients']}."
        for rule in one["kept"] if one["items"] else ():
            yield f"How long: {rule['what']}: {rule['until']}."
        for item in one["items"]:
            at = item["at"] and spell_moment(datetime.fromisoformat(item["at"]))
            yield f"{item['label']}{f' ({at})' if at else ''}: {item['value']}"
