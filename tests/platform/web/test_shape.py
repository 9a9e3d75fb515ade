"""What is left out of a page before it is inspected cannot be wrong."""

from uuid import uuid4

import pytest

from tests.pages import inspect, shape_of

PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Hello you</title></head><body>'
    '<h1 class="x">Hello <em>you</em></h1><main>{}</main></body></html>'
)
OUT_OF_ORDER = (
    '<ul class="errors__list"><li><a href="#b">B</a></li><li><a href="#a">A</a></li></ul>'
    '<p id="a">A</p><p id="b">B</p>'
)


def test_two_pages_with_other_words_are_inspected_once() -> None:
    one, other = (PAGE.format(f"<p>{words}</p>") for words in ("Four words are here", "Two words"))
    assert shape_of(one) == shape_of(other)
    assert inspect(shape_of(one)) == []


def test_pages_about_two_rows_are_inspected_once_and_two_rows_stay_told_apart() -> None:
    row, other = (f'<p id="{uuid4()}"><a href="#{{0}}">x</a></p>' for _ in range(2))
    one, two = (PAGE.format(words.replace("{0}", words[7:43])) for words in (row, other))
    assert one != two
    assert shape_of(one) == shape_of(two)
    assert inspect(shape_of(one)) == []
    both = row.replace("{0}", row[7:43]) + other.replace("{0}", other[7:43])
    assert inspect(shape_of(PAGE.format(both))) == []
    assert inspect(shape_of(PAGE.format(row.replace("{0}", other[7:43]))))
    assert inspect(shape_of(PAGE.format(row.replace("{0}", row[7:43]) * 2)))


@pytest.mark.parametrize(
    "wrong",
    [
        "<p>1 < 2</p>",
        "<p>a &nosuch; b</p>",
        "<p>open <em>words</p>",
        '<p id="a">one</p> and <p id="a">other</p>',
        '<input name="loose"> beside words',
        '<input name="loose" placeholder="Your name">',
        "<h1>Another heading</h1>",
        '<p style="color: red">red</p>',
        '<a href="#nowhere">on</a>',
        '<label for="a">Topic</label><select id="a"><option value=""></option></select>',
        '<label for="a">Topic</label><select id="a"><option value=""> \n</option></select>',
        '<pre aria-label="Receipt">words</pre>',
        '<p><span aria-label="3 stars">***</span></p>',
        '<progress value="16" max="15">words</progress>',
        OUT_OF_ORDER,
        '<progress value="2">words</progress>',
        '<progress value="-1" max="15">words</progress>',
    ],
)
def test_what_is_wrong_with_a_page_is_found_without_its_words(wrong: str) -> None:
    assert inspect(PAGE.format(wrong))
    assert inspect(shape_of(PAGE.format(wrong)))


def test_a_title_that_is_not_the_heading_is_found() -> None:
    assert inspect(shape_of(PAGE.format("").replace("<title>Hello", "<title>Goodbye")))


def test_what_a_valid_page_may_say_is_not_found() -> None:
    right = (
        '<label for="a">Topic</label><select id="a"><option value="">Choose a topic</option>'
        '</select><pre role="region" aria-label="Receipt">words</pre><progress max="15" value="15">'
        "words</progress><progress>words</progress>"
    )
    assert inspect(shape_of(PAGE.format(right))) == []


@pytest.mark.parametrize(
    ("content", "is_valid"),
    [
        ("1831; url=/signed-out?why=idle", True),
        ("60", True),
        ("1831;url=/signed-out", False),
        ("1831, url=/signed-out", False),
        ("1831; url=", False),
        ("soon; url=/signed-out", False),
    ],
)
def test_a_refresh_that_only_some_browsers_understand_is_found(
    content: str, *, is_valid: bool
) -> None:
    meta = f'<meta http-equiv="refresh" content="{content}">'
    page = PAGE.format("").replace("<title>", f"{meta}<title>")
    assert (inspect(shape_of(page)) == []) is is_valid
