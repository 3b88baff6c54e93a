"""A confidence in words: as whole percent, and as how sure the model is."""

from page.words import Words

FAIRLY_SURE, VERY_SURE = 0.4, 0.8


def sureness(confidence: float) -> str:
    """The key of the words for a confidence 0..1: "very_sure", "fairly_sure" or "not_sure"."""
    if confidence >= VERY_SURE:
        return "very_sure"
    return "fairly_sure" if confidence >= FAIRLY_SURE else "not_sure"


def percent(share: float, words: Words) -> str:
    """A share -> whole percent in words, halves up as the browser rounds.

    What is not nothing never becomes 0 %, and what is not all (but for the last digits of a sum) never 100 %.
    """
    if share < 0.005:
        return words("answer.under_one")
    if 0.995 <= share < 1 - 1e-6:
        return words("answer.over_99")
    return words("answer.percent", percent=int(100 * share + 0.5))
