"""A confidence in words: percent that never says too much, and how sure the model is."""

import pytest

from page.confidence import heard, levels, percent, sureness
from page.words import Words


@pytest.mark.parametrize(
    ("confidence", "key"),
    [
        (0, "not_sure"),
        (0.3999, "not_sure"),
        (0.400001, "fairly_sure"),
        (0.7999, "fairly_sure"),
        (0.800001, "very_sure"),
        (1, "very_sure"),
    ],
)
def test_confidence_in_words(confidence: float, key: str, words: Words) -> None:
    assert sureness(confidence, 10**9) == key
    assert f"answer.{key}" in words


def test_of_few_things_a_guess_is_not_sure_at_all() -> None:
    assert levels(2) == pytest.approx((0.7, 0.9))
    assert levels(1000) == pytest.approx((0.4, 0.8), abs=1e-3)
    assert [sureness(share, 2) for share in (0.51, 0.71, 0.91)] == ["not_sure", "fairly_sure", "very_sure"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "<\u00a01\u00a0%"),
        (0.0049, "<\u00a01\u00a0%"),
        (0.005, "1\u00a0%"),
        (0.025, "3\u00a0%"),
        (0.006, "1\u00a0%"),
        (0.456, "46\u00a0%"),
        (0.994, "99\u00a0%"),
        (0.995, ">\u00a099\u00a0%"),
        (0.9999, ">\u00a099\u00a0%"),
        (1 - 1e-9, "100\u00a0%"),
        (1, "100\u00a0%"),
        (1.5, "150\u00a0%"),
    ],
)
def test_percent_is_whole_and_never_a_bare_zero_or_all(share: float, text: str, words: Words) -> None:
    assert percent(share, words) == text


def test_whoever_hears_a_percentage_hears_less_and_more(words: Words) -> None:
    assert [heard(share, words) for share in (0, 0.5, 0.999, 1)] == [
        *("less than 1\u00a0%", "50\u00a0%", "more than 99\u00a0%", "100\u00a0%")
    ]
