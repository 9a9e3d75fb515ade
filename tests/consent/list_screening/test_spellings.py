"""Whoever said no is found however a list spells what reaches them, and wherever it stands."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.consent.list_import.columns import UnfitListError
from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import suppress
from portal.identity.contact_index.rules import Channel
from portal.platform.core.addresses import spell_email
from tests.consent.list_screening.lists import agrees, screened
from tests.world import World

MAIL, CALLS, TEXTS, POST = (
    Campaign(purpose="offers", channel=one, prospects=True)
    for one in (Channel.EMAIL, Channel.TELEPHONE, Channel.TEXT, Channel.POST)
)
PROFILE: dict[str, Any] = {
    "telephone": "01632 960077",
    "address_line_1": "1 Sample Street",
    "postcode": "ZZ99 9ZZ",
}
ADDRESS = "alder.one@example.com"
NUMBERS = [
    "01632 960077",
    "01632960077",
    "+44 1632 960077",
    "0044 1632 960077",
    "+44 (0)1632 960077",
    "(01632) 960077",
    "(+44) 1632-960077",
    "1632960077",
    "441632960077",
    "4.41632960077E+11",
    "4,41632960077E+11",
    "1.632960077E+09",
    "441632960077.0",
    "1632960077.00",
    "'01632 960077",
    "'+441632960077",
    "\u201901632 960077",
    "''01632 960077'",
    '="01632960077"',
    '\'="01632960077"',
    "01632\u00a0960077",
    "01632\u200b960077",
    "\u202a+44 1632 960077\u202c",
    "\ufeff01632 960077",
    "\uff10\uff11\uff16\uff13\uff12 \uff19\uff16\uff10\uff10\uff17\uff17",
    "\uff0b441632960077",
    "01632\u2011960077",
    "tel:+441632960077",
    "tel:+44-1632-960077;ext=12",
    "01632 960077 ext 12",
    "01632 960077x12",
    "01632.960077",
    "01632/960077",
    "01632 960077 / 01632 960078",
    "01632 960078; 01632 960077",
    "01632 960078 01632 960077",
    "Alder, 01632 960077 (home)",
    " 01632 960077 ",
    "\t01632 960077",
    "01632\x1b 960077",
    *(f"01632{sign}960077" for sign in "_,:*\u00b7~|=\n"),
    "rung on 01632\n960077 twice",
    "since 2026-11-29 12:30, 01632_960077",
]
HALF_NUMBERS = ["960077", "4.41633E+11", "01632 96007", "01632 960077.5"]
"""Of these nobody could say whose they are."""
EMAILS = [
    ADDRESS,
    "Alder.ONE@Example.COM",
    "'alder.one@example.com",
    "\u2018alder.one@example.com\u2019",
    '"alder.one@example.com"',
    "'\"alder.one@example.com\"'",
    "mailto:alder.one@example.com",
    "mailto:alder.one@example.com?subject=Hello",
    "Alder One <alder.one@example.com>",
    "<alder.one@example.com>",
    "jules@example.com; alder.one@example.com",
    "alder.one@example.com,jules@example.com",
    "alder.one@example.com\njules@example.com",
    "alder.one@example.com / jules@example.com",
    "alder.one@example.com\u00a0",
    "\ufeffalder.one@example.com",
    "alder\u200b.one@example.com",
    "alder.one@exam\u00adple.com",
    "alder\ufe0f.one@example.com",
    "alder.one\u2060@example.com",
    "\u200ealder.one@example.com",
    "\uff41\uff4c\uff44\uff45\uff52.one@example.com",
    "alder.one\uff20example.com",
    "alder.one@example\uff0ecom",
    "alder.one@example。com",
    "alder.one@example.com.",
    "(alder.one@example.com)",
    "`alder.one@example.com`",
    '"alder.one"@example.com',
    "alder\x08.one@example.com",
    *(f"{sign}{ADDRESS}" for sign in "=-+*#/|~$!?^{_.\u2022\u00b7\u2032\u02bc\u2013&%"),
    f"e={ADDRESS}",
    f"--{ADDRESS}",
    f"%20{ADDRESS}",
    "alder%2Eone@example.com",
    "alder.one%40example.com",
    "alder.one(at)example.com",
    "alder.one [at] example.com",
    "alder.one (at) example (dot) com",
]
PLACES = [
    ("1 Sample Street", "ZZ99 9ZZ"),
    ("1, sample STREET.", "zz999zz"),
    ("'1 Sample Street", "'ZZ99 9ZZ"),
    ("\uff11 Sample Street", "\uff3a\uff3a\uff19\uff19 \uff19\uff3a\uff3a"),
    ("1\u00a0Sample\u200b Street", "ZZ99\u00a09ZZ"),
    ("Flat 2, 1 Sample Street", "ZZ99 9ZZ"),
    ("1 Sample Street, Exampleton", "ZZ99 9ZZ"),
    ("1 Sample Street\nExampleton", "ZZ99 9ZZ"),
    ("1 Sample Street, Exampleton, ZZ99 9ZZ", ""),
    ("1 Sample St.", "ZZ99 9ZZ"),
    ("FLAT 2, 1 SAMPLE ST, EXAMPLETON", "ZZ99 9ZZ"),
]
FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def a_list(header: list[str], *rows: list[str], separator: str = ",", before: str = "") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([header, *rows])
    return before + out.getvalue()


def someone_said_no(world: World) -> None:
    if "alder" not in world.__dict__:
        world.__dict__["alder"] = world.customer(ADDRESS, **PROFILE)


def lets_nobody_through(world: World, text: str, campaign: Campaign) -> bool:
    """Tell whether a list is refused, or the row in which somebody said no is withheld.

    It is the first; the second is a stranger's, and comes through where a list is taken.
    """
    try:
        through, withheld = screened(world, text, campaign)
    except UnfitListError:
        return True
    assert len(through) == 1, (through, withheld)
    return len(withheld) == 1


@pytest.mark.parametrize("cell", [*NUMBERS, *HALF_NUMBERS])
def test_a_number_is_withheld_however_it_is_written(world: World, cell: str) -> None:
    someone_said_no(world)
    text = a_list(["Name", "Telephone"], ["Alder", cell], ["Jules", "01632 960078"])
    assert lets_nobody_through(world, text, CALLS)


@pytest.mark.parametrize("cell", EMAILS)
def test_an_email_address_is_withheld_however_it_is_written(world: World, cell: str) -> None:
    someone_said_no(world)
    text = a_list(["Name", "Email"], ["Alder", cell], ["Kim", "kim@example.com"])
    assert lets_nobody_through(world, text, MAIL)


AMERICAN = ["+1 203 555 0123", "(203) 555-0123", "203-555-0123", "2035550123", "1-203-555-0123"]


@pytest.mark.parametrize("header", ["Telephone", "Notes"])
@pytest.mark.parametrize("cell", AMERICAN)
def test_an_american_number_is_no_number_of_london(world: World, cell: str, header: str) -> None:
    world.customer(telephone="+1 203 555 0123")
    row = ["01632 960079", cell] if header == "Notes" else ["", cell]
    text = a_list(["Phone", header], row, ["01632 960078", ""])
    assert lets_nobody_through(world, text, CALLS)


@pytest.mark.parametrize("cell", NUMBERS)
def test_a_number_in_notes_is_withheld_however_it_is_written(world: World, cell: str) -> None:
    someone_said_no(world)
    text = a_list(["Phone", "Notes"], ["01632 960079", cell], ["01632 960078", "12 High St, 1"])
    assert lets_nobody_through(world, text, CALLS)


@pytest.mark.parametrize("cell", EMAILS)
def test_an_address_in_notes_is_withheld_however_it_is_written(world: World, cell: str) -> None:
    someone_said_no(world)
    text = a_list(["Email", "Notes"], ["jules@example.com", cell], ["kim@example.com", "met"])
    assert lets_nobody_through(world, text, MAIL)


@pytest.mark.parametrize("cells", PLACES)
def test_a_post_address_is_withheld_however_it_is_written(
    world: World, cells: tuple[str, str]
) -> None:
    someone_said_no(world)
    text = a_list(["Address", "Postcode"], [*cells], ["3 Sample Street", "ZZ99 9ZZ"])
    assert lets_nobody_through(world, text, POST)


@pytest.mark.parametrize(
    ("header", "row", "stranger"),
    [
        (["House number", "Street", "Postcode"], ["1", "Sample Street"], ["3", "Sample Street"]),
        (["Street", "No.", "Postcode"], ["Sample Street", "1"], ["Sample Street", "3"]),
        (["Street", "X", "Postcode"], ["Sample Street", "1"], ["Sample Street", "3"]),
        (["Address 1", "Address 2", "Postcode"], ["Flat 2", "1 Sample Street"], ["Flat 3", ""]),
        (["Address 2", "Address 1", "Postcode"], ["Sample Street", "1"], ["", "Rose Cottage"]),
        (["Street", "Name", "Postcode"], ["Sample Street", "Alder"], ["3 Sample Street", "Kim"]),
        (["Flat", "Street", "Postcode"], ["2", "1 Sample Street"], ["2", "3 Sample Street"]),
    ],
)
def test_a_post_address_is_put_together_of_its_columns(
    world: World, header: list[str], row: list[str], stranger: list[str]
) -> None:
    someone_said_no(world)
    text = a_list(header, [*row, "ZZ99 9ZZ"], [*stranger, "ZZ99 9ZZ"])
    assert lets_nobody_through(world, text, POST)


def test_an_address_in_two_columns_is_that_of_the_customer_who_says_yes(world: World) -> None:
    agrees(world, world.customer(**PROFILE), ("offers", Channel.POST))
    rows = "House number,Street,Postcode\n1,Sample Street,ZZ99 9ZZ\n"
    own = Campaign(purpose="offers", channel=Channel.POST)
    assert screened(world, rows, own) == (["1,Sample Street,ZZ99 9ZZ"], {})


@pytest.mark.parametrize(
    "header",
    [
        ["Phone", "Phone 2"],
        ["Phone", "Phone (work)"],
        ["Phone", "Second phone"],
        ["Phone", "workPhone"],
        ["Phone", "PHONE_NO_2"],
        ["Phone", "Phone"],
        ["Phone", "Old mobile"],
        ["Phone", "Kontakt"],
        ["Phone", "Notes"],
    ],
)
@pytest.mark.parametrize("separator", [",", ";"])
def test_of_two_columns_with_numbers_both_count(
    world: World, header: list[str], separator: str
) -> None:
    someone_said_no(world)
    rows = ["01632 960078", "01632 960077"], ["01632 960079", ""]
    assert lets_nobody_through(world, a_list(header, *rows, separator=separator), CALLS)


@pytest.mark.parametrize("second", ["Email (work)", "Email2", "Other e-mail", "Partner", "Email"])
def test_of_two_columns_with_email_addresses_both_count(world: World, second: str) -> None:
    someone_said_no(world)
    rows = ["jules@example.com", "Alder.One@example.com"], ["kim@example.com", ""]
    assert lets_nobody_through(world, a_list(["Email", second], *rows), MAIL)


@pytest.mark.parametrize(
    "header", [["Address", "Postcode", "Work address"], ["Address", "Postcode", "Home postcode"]]
)
def test_a_list_with_two_post_addresses_is_refused_until_somebody_says_which(
    world: World, header: list[str]
) -> None:
    text = a_list(header, ["3 Sample Street", "ZZ99 9ZZ", "x"])
    with pytest.raises(UnfitListError, match=header[2]):
        screened(world, text, POST)
    named = screened(world, text, POST, columns=("Address", "Postcode"))
    assert len(named[0]) == 1


def test_whoever_says_which_column_counts_is_asked_about_no_other(world: World) -> None:
    someone_said_no(world)
    text = "Phone,Phone 2\n01632 960078,01632 960077\n"
    through, _ = screened(world, text, CALLS, columns=("Phone",))
    assert through == ["01632 960078,01632 960077"]


def test_a_number_for_calls_in_its_own_column_keeps_no_text_back(world: World) -> None:
    person = world.customer(telephone="01632 960077", mobile="07700 900001")
    agrees(world, person, ("offers", Channel.TEXT))
    rows = "Phone,Mobile\n01632 960077,07700 900001\n"
    assert screened(world, rows, TEXTS) == (["01632 960077,07700 900001"], {})


def test_a_column_that_is_called_after_emails_without_any_keeps_nobody_back(world: World) -> None:
    rows = "Email,Email consent,Emailed on\nkim@example.com,yes,2026-11-01\n"
    assert screened(world, rows, MAIL) == (["kim@example.com,yes,2026-11-01"], {})


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\n', "SEP=;\n\n"])
def test_a_list_may_say_what_separates_its_columns(world: World, first: str) -> None:
    someone_said_no(world)
    rows = ["a,b", "01632 960077"], ["c,d", "01632 960078"]
    text = a_list(["Name,more", "Telephone"], *rows, separator=";", before=first)
    assert lets_nobody_through(world, text.replace('"', ""), CALLS)


@pytest.mark.parametrize(
    ("text", "campaign"),
    [
        (f"{ADDRESS}\nkim@example.com\n", MAIL),
        (f"Email,{ADDRESS}\nkim@example.com,x\n", MAIL),
        ("Telephone,01632 960077\n01632 960078,x\n", CALLS),
        ("01632 960077\n01632 960078\n", CALLS),
    ],
)
def test_a_first_row_that_reaches_somebody_is_refused(
    world: World, text: str, campaign: Campaign
) -> None:
    """It would be written out as the names of the columns, whoever says no."""
    with pytest.raises(UnfitListError):
        screened(world, text, campaign)


def test_lists_that_were_put_one_below_the_other_keep_their_rows_apart(world: World) -> None:
    someone_said_no(world)
    rows = "Name,Telephone\nKim,01632 960078\n\ufeffTelephone,Name\n01632 960077,Alder\n"
    through, withheld = screened(world, rows, CALLS)
    assert through == ["Kim,01632 960078"]
    assert withheld == {3: WithheldReason.UNREADABLE, 4: WithheldReason.UNREADABLE}


@pytest.mark.parametrize("header", ["Name,Telephone\n", "Name,Telephone"])
def test_a_list_of_a_header_alone_has_nobody(world: World, header: str) -> None:
    assert screened(world, header, CALLS) == ([], {})


@pytest.mark.parametrize("encoding", ["windows-1252", "mac-roman", "cp850", "iso-8859-2"])
def test_rows_in_another_encoding_are_withheld_and_never_written_out_changed(
    world: World, encoding: str
) -> None:
    content = "Name,Telephone\nZoë,01632 960078\nKim,01632 960079\n".encode(encoding)
    through, withheld = screened(world, content, CALLS)
    assert (through, withheld) == (["Kim,01632 960079"], {2: WithheldReason.SIGNS})


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "cp037"])
def test_a_list_that_nobody_can_read_is_refused(world: World, encoding: str) -> None:
    with pytest.raises(UnfitListError):
        screened(world, "Name,Telephone\nKim,01632 960079\n".encode(encoding), CALLS)


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("wei\u00df@example.com", "WEISS@example.com"),
        ("weiss@example.com", "wei\u00df@example.com"),
        ("alder@b\u00fccher.example.com", "Alder@xn--bcher-kva.example.com"),
        ("alder@xn--bcher-kva.example.com", "alder@B\u00dcCHER.example.com"),
        ("zo\u00eb@example.com", "zo\u0065\u0308@example.com"),
        ("zo\u00eb@example.com", "zo\u00c3\u00ab@example.com"),
        ("'alder@example.com", "'alder@example.com"),
        ("m\u00fcller@example.com", "m\u00c3\u00bcller@example.com"),
        ("ra\u00fal@example.com", "ra\u00c3\u00bal@example.com"),
        ("ren\u00ea@example.com", "ren\u00c3\u00aa@example.com"),
        ("mar\u00eda@example.com", "mar\u00c3\u00ada@example.com"),
        ("\u00e1ine@example.com", "\u00c3\u00a1ine@example.com"),
        ("\u00c1ine@example.com", "\u00c3\u0081ine@example.com"),
        ("m\u00fcller@example.com", "m\u221a\u00bcller@example.com"),
        ("m\u00fcller@example.com", "M\u00fcller <m\u00c3\u00bcller@example.com>"),
        ("=alder@example.com", "'=alder@example.com"),
        ("=alder@example.com", "=alder@example.com"),
        ("+alder@example.com", "'+alder@example.com"),
    ],
)
def test_an_address_is_found_by_its_twins(world: World, address: str, other: str) -> None:
    world.customer(spell_email(address))
    text = a_list(["Email", "x"], [other, "y"], ["kim@example.com", "y"])
    assert lets_nobody_through(world, text, MAIL)


@pytest.mark.parametrize("cell", ["=alder@example.com", "+alder@example.com", "-a@example.com"])
def test_what_the_guard_against_formulas_wrote_is_the_same_contact_when_it_is_read_again(
    world: World, cell: str
) -> None:
    agrees(world, world.customer(cell), ("offers", Channel.EMAIL))
    own = Campaign(purpose="offers", channel=Channel.EMAIL)
    (once,), _ = screened(world, f"Email\n{cell}\n", own)
    assert once == f"'{cell}"
    assert screened(world, f"Email\n{once}\n", own) == ([once], {})
    agrees(world, world.customer("jules@example.com", telephone="01632 960001"))
    assert screened(world, "Phone\n'+44 1632 960001 x12\n", CALLS) == ([], {2: WithheldReason.NO})


def test_a_number_without_its_area_code_is_noted_by_nobody(world: World) -> None:
    for line in ("960077", "#{7*191}", "abc 1234 def", "1 000 000.00", "0000"):
        assert suppress(world.parts.work, Channel.TELEPHONE, [line]).unreadable == [1], line


@pytest.mark.parametrize("cell", NUMBERS[:20])
def test_what_is_noted_in_any_spelling_is_found_in_the_usual_one(world: World, cell: str) -> None:
    done = suppress(world.parts.work, Channel.TELEPHONE, [cell])
    if not done.unreadable:
        found = screened(world, "Telephone\n01632 960077\n", CALLS)
        assert found == ([], {2: WithheldReason.SUPPRESSED})


NAMES = ["Name", "Town", "Account number", "Notes", "Kontakt", "Date", "Phone", "Phone 2", "Email"]
NAMES += ["Number", "Contact number", "Text", "Mail", "Added by"]
NAMES += ["Work e-mail", "Mobile", "Address", "Street", "House", "Postcode", "Telephone (home)", ""]
FILLED = st.sampled_from(["", "Rowan", "2026-11-29", "12345678", "7", "=A1", "Zoë", "x;y", 'a"b'])
DRAWN = st.one_of(
    st.tuples(st.just(MAIL), st.sampled_from(EMAILS)),
    st.tuples(st.just(CALLS), st.sampled_from(NUMBERS)),
)


@given(
    DRAWN,
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=6),
    st.data(),
    st.sampled_from(",;\t|"),
    st.sampled_from(["", "sep"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@FREELY
def test_in_whatever_layout_is_taken_whoever_said_no_is_never_let_through(  # noqa: PLR0913, PLR0917  # what is drawn
    world: World,
    drawn: tuple[Campaign, str],
    header: list[str],
    data: st.DataObject,
    separator: str,
    said: str,
    encoding: str,
) -> None:
    someone_said_no(world)
    campaign, cell = drawn
    others = data.draw(st.lists(FILLED, min_size=len(header), max_size=len(header)))
    place = data.draw(st.integers(0, len(header) - 1))
    fine = {"Email": "kim@example.com", "Phone": "01632 960078"}
    row = [fine.get(name, one) for name, one in zip(header, others, strict=True)]
    row[place] = cell
    before = f"sep={separator}\n" if said else ""
    text = a_list(header, row, separator=separator, before=before)
    try:
        through, _ = screened(world, text.encode(encoding), campaign)
    except UnfitListError:
        return
    assert through == []


def test_a_customer_who_abbreviates_their_street_is_found_by_all_of_it(world: World) -> None:
    world.customer(address_line_1="1 St John's Rd", postcode="ZZ99 9ZZ")
    rows = "Address,Postcode\n1 Saint Johns Road,ZZ99 9ZZ\n"
    assert screened(world, rows, POST) == ([], {2: WithheldReason.NO})


HOMES = st.sampled_from(
    [
        {"Address": "1 Sample Street"},
        {"Address 1": "1, Sample St"},
        {"Address 1": "Flat 2", "Address 2": "1 Sample Street"},
        {"Address": "Flat 2, 1 Sample Street, Exampleton"},
        {"House number": "1", "Street": "Sample Street"},
        {"No.": "1", "Street": "Sample Street"},
        {"Flat": "2", "House": "1", "Street": "Sample Street"},
        {"Street": "Sample Street", "Whatever": "1"},
        {"Building name": "Rose House", "Address": "1 Sample Street"},
    ]
)


@given(HOMES, st.sampled_from(["ZZ99 9ZZ", "zz999zz", "'ZZ99 9ZZ"]), st.data())
@FREELY
def test_in_whatever_columns_an_address_stands_whoever_said_no_gets_no_letter(
    world: World, home: dict[str, str], postcode: str, data: st.DataObject
) -> None:
    someone_said_no(world)
    more = data.draw(st.sets(st.sampled_from(["Name", "Town", "Age", "Phone", ""]), max_size=3))
    cells = {**home, "Postcode": postcode, **{name: data.draw(FILLED) for name in more}}
    header = data.draw(st.permutations(sorted(cells)))
    try:
        through, _ = screened(world, a_list(header, [cells[name] for name in header]), POST)
    except UnfitListError:
        return
    assert through == []
