"""Cookies as browsers send them, and as nobody should."""

import pytest

from page import cookies, language
from page.cookies import cookie
from page.doors import owners


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (["visitor=abc"], "abc"),
        (["a=1; visitor=abc; b=2"], "abc"),
        (["a=1;visitor=abc"], "abc"),
        (["a=1", "visitor=abc"], "abc"),
        (["visitor=abc; visitor=def"], "def"),
        (['visitor="abc"'], "abc"),
        (["visitor=a=b"], "a=b"),
        (["other=visitor=abc"], ""),
        (["xvisitor=abc"], ""),
        (["visitor"], ""),
        ([";;==;\xff"], ""),
        ([], ""),
    ],
)
def test_value_is_that_of_the_cookie_of_this_name(headers: list[str], value: str) -> None:
    scope = {"headers": [(b"host", b"a"), *((b"cookie", each.encode("latin-1")) for each in headers)]}
    assert cookie(scope, "visitor") == value


def test_nothing_reads_cookies_with_pythons_own_reader() -> None:
    """It takes time with the square of a value's length, before 3.11.10 and 3.12.6."""
    for module in (cookies, owners, language):
        assert not {"SimpleCookie", "http"} & set(vars(module))
