"""A confidence in words: percent that never says too much, and how sure the model is."""

import pytest

from page.confidence import percent, sureness
from page.words import Words


@pytest.mark.parametrize(
    ("confidence", "key"),
    [
        (0, "not_sure"),
        (0.3999, "not_sure"),
        (0.4, "fairly_sure"),
        (0.7999, "fairly_sure"),
        (0.8, "very_sure"),
        (1, "very_sure"),
    ],
)
def test_confidence_in_words(confidence: float, key: str, words: Words) -> None:
    assert sureness(confidence) == key
    assert f"answer.{key}" in words


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
