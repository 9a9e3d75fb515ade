"""What is left out of a page before it is inspected cannot be wrong."""

import pytest

from tests.pages import inspect, shape_of

PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Hello you</title></head><body>'
    '<h1 class="x">Hello <em>you</em></h1><main>{}</main></body></html>'
)


def test_two_pages_with_other_words_are_inspected_once() -> None:
    one, other = (PAGE.format(f"<p>{words}</p>") for words in ("Four words are here", "Two words"))
    assert shape_of(one) == shape_of(other)
    assert inspect(shape_of(one)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "<p>1 < 2</p>",
        "<p>a &nosuch; b</p>",
        "<p>open <em>words</p>",
        '<p id="a">one</p> and <p id="a">other</p>',
        '<input name="loose"> beside words',
        "<h1>Another heading</h1>",
        '<p style="color: red">red</p>',
        '<a href="#nowhere">on</a>',
    ],
)
def test_what_is_wrong_with_a_page_is_found_without_its_words(wrong: str) -> None:
    assert inspect(PAGE.format(wrong))
    assert inspect(shape_of(PAGE.format(wrong)))


def test_a_title_that_is_not_the_heading_is_found() -> None:
    assert inspect(shape_of(PAGE.format("").replace("<title>Hello", "<title>Goodbye")))
