"""Every odd file is judged row by row as the slow, obvious version judges it."""

from hashlib import sha256
from io import BufferedReader, BytesIO
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.consent.list_import.cell_values import spell_contact
from portal.consent.list_import.columns import open_list
from portal.consent.list_import.preference_service import read_numbers
from portal.consent.list_import.sheets import EndlessRowError
from portal.consent.list_screening.rules import Campaign, Consent, Screen
from portal.identity.contact_index.rules import Channel
from tests.consent.list_import.specification import cut_slowly
from tests.consent.list_screening.specification import screen_slowly
from tests.consent.list_screening.test_spellings import EMAILS, NUMBERS, PLACES

SHAPES: list[tuple[Channel, list[str]]] = [
    (Channel.EMAIL, ["Email", "Name", "Notes"]),
    (Channel.EMAIL, ["Email", "Email (work)", "Added by"]),
    (Channel.EMAIL, ["Email", "Mail", "Text"]),
    (Channel.TELEPHONE, ["Telephone", "Name", "Notes"]),
    (Channel.TELEPHONE, ["Mobile", "Phone", "Number"]),
    (Channel.TEXT, ["Mobile", "Phone", "Kontakt"]),
    (Channel.POST, ["Address", "Postcode", "Name"]),
    (Channel.POST, ["Street", "Postcode", "House name"]),
]
PEOPLE = ["pat@example.com", "jules@example.com", "robin@example.com", "alder.one@example.com"]
PEOPLE += ["+441632960110", "+441632960112", "+441632960114", "+441632960077", "+447700900100"]
PEOPLE += [
    spell_contact(Channel.POST, one, "ZZ99 9ZZ") for one in ("1 Sample Street", "Rose Cottage")
]
"""Of whom something is known, in the one spelling."""
PLAIN: dict[Channel, list[str]] = {
    Channel.EMAIL: [
        f"{name}@example.com" for name in ("pat", "kim", "jules", "Robin", "ash", "lee")
    ],
    Channel.TELEPHONE: [f"01632 9601{number}" for number in range(10, 16)],
    Channel.TEXT: [f"+44 7700 90010{number}" for number in range(6)],
    Channel.POST: [
        "1 Sample St",
        "1 Sample Street",
        "Rose Cottage",
        "3 Sample Lane",
        "Flat 2, 7 Hill",
    ],
}
ODD: dict[Channel, list[str]] = {
    Channel.EMAIL: [*EMAILS, "Pat <pat@example.com>; kim@example.com", "x@y", "a@b.test"],
    Channel.TELEPHONE: [*NUMBERS, "01632 960110 / 01632 960111", "01632 96011", "2035550123"],
    Channel.TEXT: [*NUMBERS, "07700 900100; 07700 900101", "07700 90010"],
    Channel.POST: [one for one, _ in PLACES],
}
OTHER = ["", "", "Rowan", "Zoë", "7", "ZZ99 9ZZ", "2026-11-29", "n/a", "=1+1", "@x", "+44", 'a"b']
OTHER += ["two\nlines", "a,b;c", "\ufffd", "\0", "\u2028", "x" * 20]
STANDS = st.sampled_from([*[Consent.YES] * 4, Consent.NO, Consent.NO, Consent.FORMER,
                         Consent.SUPPRESSED, None])  # fmt: skip
BREAKS = st.sampled_from(["", "", "", '"', ",", '"x"y', "\n", "\r", '""', '"\n"'])
"""What somebody's program puts somewhere into a list."""
ENCODED = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"])


def quoted(cell: str, separator: str, *, always: bool) -> str:
    is_needed = any(sign in cell for sign in f'"\n\r{separator}')
    return '"' + cell.replace('"', '""') + '"' if always or is_needed else cell


@st.composite
def lists(draw: st.DrawFn) -> tuple[Channel, bytes]:
    """A list, most of it in order, as bytes."""
    channel, header = draw(st.sampled_from(SHAPES))
    plain, odd = st.sampled_from(PLAIN[channel]), st.sampled_from(ODD[channel])
    other = st.sampled_from(OTHER)
    code = st.sampled_from(["ZZ99 9ZZ"] * 5 + ["zz999zz", "", "ZZ99"])
    first = code if header[0] == "Postcode" else st.one_of(plain, plain, plain, odd, other)
    rest = [
        code if name == "Postcode" else st.one_of(other, other, plain, odd) for name in header[1:]
    ]
    if draw(st.booleans()):  # a colleague's, perhaps
        rest[-1] = st.one_of(*[st.just(draw(plain))] * 5, rest[-1])
    rows = draw(st.lists(st.tuples(first, *rest), max_size=9))
    more = st.sampled_from([()] * 12 + [("",), ("x", "y")])
    table = [header, *([*row, *draw(more)] for row in rows)]
    separator, always = draw(st.sampled_from(",;\t|")), draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [separator.join(quoted(one, separator, always=always) for one in row) for row in table]
    head, body = f"{lines[0]}{end}", end.join([*lines[1:], *draw(st.sampled_from([[], [""]]))])
    at = draw(st.integers(0, len(body)))
    text = f"{head}{body[:at]}{draw(BREAKS)}{body[at:]}"
    return channel, text.encode(draw(ENCODED), "replace")


def given_as(content: bytes) -> BufferedReader:
    return cast(BufferedReader, BufferedReader(BytesIO(content)))  # as good as a file


def hash_value(value: str) -> bytes:
    return sha256(value.encode()).digest()


@given(
    lists(),
    st.fixed_dictionaries(dict.fromkeys(PEOPLE, STANDS)),
    st.booleans(),
    st.sets(st.sampled_from(["+441632960111", "+441632960112", "+441632960078"])),
)
@settings(max_examples=400)
def test_each_row_is_judged_as_the_slow_version_judges_it(
    drawn: tuple[Channel, bytes],
    drawn_stands: dict[str, Consent | None],
    prospects: bool,  # noqa: FBT001  # drawn
    listed: set[str],
) -> None:
    channel, content = drawn
    campaign = Campaign(purpose="offers", channel=channel, prospects=prospects)
    stands = {one: consent for one, consent in drawn_stands.items() if consent is not None}
    tps = listed if channel is Channel.TELEPHONE else set[str]()
    opened = open_list(given_as(content), channel)
    expected_rows, endless = cut_slowly(content, "utf-8", opened.layout.separator)
    if endless is not None:
        with pytest.raises(EndlessRowError, match=f"line {endless} "):
            list(opened.rows)
        return
    expected = screen_slowly(
        expected_rows[1:],
        opened.layout,
        campaign,
        stands,
        tps,
    )
    screen = Screen(
        campaign=campaign,
        layout=opened.layout,
        tps=read_numbers(sorted(tps)) if tps else None,
        hash_value=hash_value,
        consents=lambda _: {hash_value(one): consent for one, consent in stands.items()},
    )
    done = screen.screen_all(opened.rows)
    assert (done.through, done.withheld) == expected
