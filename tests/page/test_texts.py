"""One limit for every text, whatever it is sent as."""

from typing import Any

import pytest

from page.texts import LONGER, LONGEST, NotText, TooLong, check_text, check_texts

LONG = "a" * (LONGEST + 1)


@pytest.mark.parametrize("value", [None, "", "a" * LONGEST, 7, 0.5])
def test_short_text_passes(value: Any) -> None:
    check_text("target", value)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True, [], {}, [LONG], b"a"])
def test_what_is_neither_text_nor_a_number_is_refused(value: Any) -> None:
    with pytest.raises(NotText):
        check_text("target", value)


@pytest.mark.parametrize("value", [LONG, int("1" * (LONGEST + 1))])
def test_whatever_becomes_a_long_text_is_refused(value: Any) -> None:
    with pytest.raises(TooLong) as refused:
        check_text("target", value)
    assert refused.value.values == {"limit": LONGEST}


@pytest.mark.parametrize("value", [LONG, ["a", LONG], {"a": {"b": [LONG]}}, {LONG: 1}, [[[[[LONG]]]]]])
def test_long_text_is_found_however_deep(value: Any) -> None:
    with pytest.raises(TooLong):
        check_texts("labels", value)


def test_many_short_texts_are_not_one_long_one() -> None:
    check_texts("labels", ["a" * LONGEST] * 24 + [None, 1, True])


def test_depth_does_not_matter() -> None:
    value: Any = LONG
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TooLong):
        check_texts("labels", value)


def test_meaning_may_be_longer_and_rows_are_not_read() -> None:
    limit = LONGER["meaning"]
    assert limit
    check_text("meaning", "a" * limit)
    check_texts("rows", [{"picture": LONG}])
    with pytest.raises(TooLong):
        check_text("meaning", "a" * (limit + 1))
