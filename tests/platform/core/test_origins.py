"""The public address, however the operator spells it, is the one that browsers speak of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.platform.core.origins import serialize_origin

SPELLED = {
    "https://privacy.example.com": "https://privacy.example.com",
    "HTTPS://Privacy.Example.COM/": "https://privacy.example.com",
    "https://privacy.example.com:443/": "https://privacy.example.com",
    "https://privacy.example.com:0443": "https://privacy.example.com",
    "https://privacy.example.com:": "https://privacy.example.com",
    "https://privacy.example.com:08443": "https://privacy.example.com:8443",
    "http://privacy.example.com:443": "http://privacy.example.com:443",
    "http://localhost:80": "http://localhost",
    "https://privacy.example.com.": "https://privacy.example.com",
    "https://prïvacy.example.com": "https://xn--prvacy-jwa.example.com",
    "https://PRÏVACY.example.com.": "https://xn--prvacy-jwa.example.com",
    "https://xn--prvacy-jwa.example.com": "https://xn--prvacy-jwa.example.com",
    "https://faß.example": "https://xn--fa-hia.example",
    "https://my_portal.example": "https://my_portal.example",
    "https://192.0.2.1:443": "https://192.0.2.1",
    "https://[2001:DB8:0:0::1]:443": "https://[2001:db8::1]",
    "https://[::1]:8443": "https://[::1]:8443",
}
NO_ORIGIN = [
    *("", "privacy.example.com", "ftp://privacy.example.com", "https://", "https://."),
    *("https://privacy..example.com", "https://-a.example", "https://a*.example"),
    *("https://a%2eb.example", "https://127.1", "https://1234", "https://a.0x7f"),
    *("https://é_x.example", f"https://{'a' * 64}.example", f"https://{'a.' * 130}example"),
    *("https://[fe80::1%25eth0]", "https://[::1", "https://privacy.example.com:eighty"),
]


@pytest.mark.parametrize(("url", "origin"), SPELLED.items())
def test_an_address_is_spelled_as_browsers_spell_it(url: str, origin: str) -> None:
    assert serialize_origin(url) == origin
    assert serialize_origin(origin) == origin


@pytest.mark.parametrize("url", NO_ORIGIN)
def test_what_no_browser_can_open_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whose words nobody reads
        serialize_origin(url)


@given(st.text(max_size=40))
def test_whatever_is_typed_has_an_origin_or_none(text: str) -> None:
    try:
        origin = serialize_origin(f"https://{text}")
    except ValueError:
        return
    assert origin.isascii()
    assert serialize_origin(origin) == origin
